"""A person's notifications in the JSON API."""

from __future__ import annotations

from typing import Any

from portal.core.access import the_principal
from portal.core.clock import rfc3339
from portal.core.endpoint import ApiBlueprint
from portal.core.permissions import Permission
from portal.core.schema import PageQuery
from portal.notifications import queries
from portal.notifications.kinds import KINDS
from portal.notifications.schemas import NotificationsAnswer
from portal.notifications.words import words

api = ApiBlueprint("notifications", __name__, tag="Notifications")


@api.read(
    "/me/notifications",
    permission=Permission.SIGNED_IN,
    query=PageQuery,
    answer=NotificationsAnswer,
)
def list_notifications(query: dict[str, Any]) -> dict[str, Any]:
    """What I was told, newest first."""
    return queries.page(the_principal().id, **query).as_json(_present)


def _present(row: Any) -> dict[str, Any]:
    written = words(KINDS[row.kind], row.params)
    return {
        "id": row.id,
        "kind": row.kind,
        "title": written.title,
        "text": written.text,
        "created_at": rfc3339(row.created_at),
        "read_at": rfc3339(row.read_at) if row.read_at else None,
    }
