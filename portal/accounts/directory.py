"""Who is behind a session or token: one statement, read once a request."""

from __future__ import annotations

import logging
from collections import namedtuple
from datetime import datetime
from typing import Any

from flask import Flask, g
from flask_login import LoginManager
from sqlalchemy import Connection, bindparam, func, literal, select, update
from sqlalchemy.exc import DBAPIError

from portal.accounts.credentials import secret_hash
from portal.accounts.models import AccessSession, RoleGrant, User
from portal.accounts.rules import SEEN_AT_MOST_EVERY, SessionKind
from portal.core.access import current_principal
from portal.core.clock import now
from portal.core.database import db
from portal.core.direct import fetch_first, sql_of
from portal.core.errors import InProgress
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.regions.models import Region
from portal.regions.rules import codes_of

log = logging.getLogger(__name__)

_session, _user = AccessSession.__table__.c, User.__table__.c
_grant, _region = RoleGrant.__table__.c, Region.__table__.c
_WORKPLACE = Region.__table__.alias("workplace")

# Words, codes and ids hold neither "|" nor ",", and both databases join texts alike.
_BAR = literal("|", literal_execute=True)
_GRANTS = (
    select(
        func.aggregate_strings(
            _grant.id + _BAR + _grant.role + _BAR + _grant.scope_kind + _BAR + _grant.scope_id,
            ",",
        )
    )
    .where(_grant.user_id == _user.id, _grant.revoked_at.is_(None))
    .scalar_subquery()
)

_FIND = (
    select(
        _session.id.label("session_id"),
        _session.last_seen_at,
        _session.hat_id,
        _user.id,
        _user.name,
        _user.locale,
        _user.mode,
        _user.theme,
        _user.member_code,
        _user.birth_date,
        _user.home_region_code,
        _user.home_verified_at,
        _region.path,
        _WORKPLACE.c.path.label("work_path"),
        _GRANTS.label("grants"),
    )
    .select_from(AccessSession.__table__)
    .join(User.__table__, _user.id == _session.user_id)
    .outerjoin(Region.__table__, _region.code == _user.home_region_code)
    .outerjoin(_WORKPLACE, _WORKPLACE.c.code == _user.work_region_code)
    .where(
        _session.secret_hash == bindparam("secret_hash", required=False),
        _session.kind == bindparam("kind", required=False),
        _session.ended_at.is_(None),
        _session.expires_at > bindparam("present", required=False),
        _user.closed_at.is_(None),
    )
)

_FIND_SQL = sql_of(_FIND)
_Found = namedtuple("_Found", _FIND.selected_columns.keys())  # type: ignore[misc]  # noqa: PYI024


class SessionDirectory:
    """Finds the person behind a secret by its hash; ended, expired and unknown ones are None."""

    def by_token(self, token: str) -> Principal | None:
        return _find(token, SessionKind.TOKEN)

    def by_session(self, session_id: str) -> Principal | None:
        return _find(session_id, SessionKind.WEB)


def init_app(app: Flask) -> None:
    app.teardown_appcontext(_note_seen)
    _introduce_to_flask_login(app)


def _introduce_to_flask_login(app: Flask) -> None:
    """Extensions that ask Flask-Login for ``current_user`` get the same principal as everybody;
    it keeps no cookie and no session of its own (docs/decisions/0008-sign-in-and-sessions.md)."""
    login = LoginManager()
    login.session_protection = None
    login.request_loader(lambda _request: current_principal())
    login.init_app(app, add_context_processor=False)


def _find(secret: str, kind: SessionKind) -> Principal | None:
    present = now()
    values = {"secret_hash": secret_hash(secret), "kind": kind.value, "present": present}
    row = _first(db.session.connection(), values)
    if row is None:
        return None
    if present - row.last_seen_at >= SEEN_AT_MOST_EVERY:
        g.session_to_note = (row.session_id, present)
    return _principal(row)


def _first(connection: Connection, values: dict[str, Any]) -> Any:
    if connection.dialect.name == "sqlite":
        return connection.execute(_FIND, values).first()
    found = fetch_first(connection, _FIND_SQL, values)
    return _Found._make(found) if found else None


def _principal(row: Any) -> Principal:
    grants = _grants(row.grants)
    held = list(grants.values())
    verified = row.home_verified_at is not None
    if verified:
        held.append(Grant(Role.RESIDENT, ScopeKind.REGION, row.home_region_code))
    return Principal(
        id=row.id,
        name=row.name,
        locale=row.locale,
        member_code=row.member_code,
        home_region=row.home_region_code,
        home_path=codes_of(row.path or ""),
        verified=verified,
        grants=tuple(held),
        work_path=codes_of(row.work_path or ""),
        session_id=row.session_id,
        birth_year=row.birth_date.year if row.birth_date else None,
        mode=row.mode,
        theme=row.theme,
        hat=grants.get(row.hat_id),
    )


def _grants(joined: str | None) -> dict[str, Grant]:
    """Grants by their ids, in the order they were given (ids are in the order of time)."""
    found = {}
    for each in sorted(joined.split(",")) if joined else ():
        identifier, role, kind, scope_id = each.split("|")
        found[identifier] = Grant(Role(role), ScopeKind(kind), scope_id)
    return found


def _note_seen(_error: BaseException | None) -> None:
    """After the answer, at most once an hour for a session: when it was last used."""
    noted: tuple[str, datetime] | None = g.pop("session_to_note", None)
    if noted is None:
        return
    session_id, present = noted
    try:
        with unit_of_work():
            db.session.execute(
                update(AccessSession)
                .where(
                    AccessSession.id == session_id,
                    AccessSession.last_seen_at <= present - SEEN_AT_MOST_EVERY,
                )
                .values(last_seen_at=present)
            )
    except (DBAPIError, InProgress):
        log.warning("could not note when a session was last used", exc_info=True)
