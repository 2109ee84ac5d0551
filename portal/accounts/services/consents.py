"""Consents: given per purpose and version, withdrawn as easily as given."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.errors import ConsentKept
from portal.accounts.models import Consent
from portal.accounts.rules import Purpose, purpose_named
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import NotFound
from portal.core.ids import new_id


def give_consent(user_id: str, purpose_name: str) -> None:
    """Note a consent to today's version of a purpose. An earlier version's ends with it.

    Raises:
        NotFound: there is no such purpose.
    """
    purpose = _purpose(purpose_name)
    given = db.session.execute(
        select(Consent.version).where(
            Consent.user_id == user_id,
            Consent.purpose == purpose.name,
            Consent.withdrawn_at.is_(None),
        )
    ).scalar_one_or_none()
    if given == purpose.version:
        return
    _withdraw(user_id, purpose)
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(Consent)
    db.session.execute(
        statement.values(
            id=new_id(),
            user_id=user_id,
            purpose=purpose.name,
            version=purpose.version,
            given_at=now(),
        ).on_conflict_do_nothing()
    )
    audit.record(
        user_id, "consent.given", "user", user_id, purpose=purpose.name, version=purpose.version
    )


def withdraw_consent(user_id: str, purpose_name: str) -> None:
    """Withdraw a consent; nothing happens if there is none.

    Raises:
        ConsentKept: the account cannot be without it.
        NotFound: there is no such purpose.
    """
    purpose = _purpose(purpose_name)
    if purpose.needed:
        raise ConsentKept
    if _withdraw(user_id, purpose):
        audit.record(user_id, "consent.withdrawn", "user", user_id, purpose=purpose.name)


def _purpose(name: str) -> Purpose:
    purpose = purpose_named(name)
    if purpose is None:
        raise NotFound
    return purpose


def _withdraw(user_id: str, purpose: Purpose) -> bool:
    withdrawn = db.session.connection().execute(
        update(Consent)
        .where(
            Consent.user_id == user_id,
            Consent.purpose == purpose.name,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )
    return bool(withdrawn.rowcount)
