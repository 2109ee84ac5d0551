"""Notices in the JSON API."""

from __future__ import annotations

from typing import Any

from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.endpoint import ApiBlueprint
from portal.core.i18n import current_locale
from portal.core.permissions import Permission
from portal.core.summaries import region_of
from portal.notices import queries, schemas, services
from portal.notices.queries import NoticeRow, Reach

api = ApiBlueprint("notices", __name__, tag="Notices")


@api.read(
    "/notices",
    permission=Permission.PUBLIC,
    query=schemas.NoticesQuery,
    answer=schemas.Notices,
)
def list_notices(query: dict[str, Any]) -> dict[str, Any]:
    """What regions have made known, newest first."""
    region = query.pop("region", None)
    earlier = query.pop("earlier", "false") == "true"
    page = queries.page(queries.path_to(region), current_locale(), earlier=earlier, **query)
    return page.as_json(_listed)


@api.read("/notices/<id:notice_id>", permission=Permission.PUBLIC, answer=schemas.WholeNotice)
def get_notice(notice_id: str) -> dict[str, Any]:
    """One notice in full."""
    return _whole(notice_id)


@api.write(
    "/notices/<id:notice_id>/confirm",
    permission=Permission.SIGNED_IN,
    answer=schemas.WholeNotice,
    refusals=("not_concerned", "wrong_state"),
)
def confirm_notice(notice_id: str) -> dict[str, Any]:
    """Say that one has read a notice that asks for it."""
    services.confirm(the_principal(), notice_id)
    return _whole(notice_id)


@api.read(
    "/notices/<id:notice_id>/reach",
    permission=Permission.NOTICE_MANAGE,
    answer=schemas.ReachOfNotice,
)
def get_notice_reach(notice_id: str) -> dict[str, Any]:
    """How many were told of a notice, opened it and confirmed it, by region."""
    row = queries.managed(the_principal(), notice_id)
    below = queries.by_region(row.id, row.region_code)
    return {
        "region": region_of(row),
        **_numbers(queries.total(row.id)),
        "regions": [
            {"region": {"code": code, "name": name}, **_numbers(reach)}
            for code, name, reach in below
        ],
    }


def _whole(notice_id: str) -> dict[str, Any]:
    person = current_principal()
    row = queries.readable(None, notice_id, current_locale())
    reader = queries.reader(row.id, person.id) if person is not None else None
    confirmed_at = reader.confirmed_at if reader is not None else None
    return {
        **_listed(row),
        "body": row.body,
        "confirmed_at": rfc3339(confirmed_at) if confirmed_at else None,
    }


def _listed(row: NoticeRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "region": region_of(row),
        "status": row.status,
        "locale": row.locale,
        "title": row.title,
        "summary": row.summary,
        "audiences": row.audiences,
        "document_number": row.document_number,
        "urgent": row.urgent,
        "confirm": row.confirm,
        "published_at": rfc3339(row.published_at),
        "pinned_until": row.pinned_until.isoformat() if row.pinned_until else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "withdrawn_reason": row.withdrawn_reason,
    }


def _numbers(reach: Reach) -> dict[str, Any]:
    return {
        "told": reach.told,
        "opened": reach.opened,
        "confirmed": reach.confirmed,
        "awareness": reach.awareness,
    }
