"""Consultations as they are read: one, a list, their options, their terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, or_, select

from portal.accounts.rules import Belonging
from portal.consultations import board
from portal.consultations.models import BallotKey, Consultation, ConsultationOption
from portal.consultations.policies import Circle, may_see
from portal.consultations.rules.ballots import Method, Option, Terms
from portal.consultations.rules.life import COUNTED, Status
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.queries import within
from portal.regions.rules import codes_of

ConsultationRow = Row[*tuple[Any, ...]]
"""All columns of a consultation, ``region_name`` and ``region_path``."""
OptionRow = Row[*tuple[Any, ...]]
"""``id, consultation_id, title, cost, version`` of an option."""


def visible(principal: Principal | None, consultation_id: str) -> ConsultationRow:
    """One consultation, as far as the asking person may see it.

    Raises:
        NotFound: there is none, or it is not for this person.
    """
    row = as_it_is(consultation_id)
    if row is None or not may_see(
        principal, path_of(row), was_public=row.discussion_at is not None
    ):
        raise NotFound
    return row


def as_it_is(consultation_id: str) -> ConsultationRow | None:
    """One consultation for who acts in nobody's name (jobs, subscribers)."""
    return db.session.execute(columns().where(Consultation.id == consultation_id)).first()


def page(
    principal: Principal | None,
    *,
    region: str | None = None,
    status: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Consultations, newest first: the public ones, or by ``status=draft`` one's own drafts.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = columns().where(_listed(principal, status))
    if region:
        statement = statement.where(within(region))
    return fetch_page(
        statement,
        [Consultation.__table__.c.id],
        name="consultations",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def studies(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Votes of others that were taken in for the person's regions, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    codes = actor.scopes(Permission.VOTE_STUDY, ScopeKind.REGION)
    theirs = or_(false(), *(within(code) for code in codes))
    return fetch_page(
        columns().where(Consultation.is_study, theirs),
        [Consultation.__table__.c.id],
        name="studies",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def options_of(consultation_ids: Collection[str]) -> dict[str, list[OptionRow]]:
    """The options of some consultations in their printed order, by one statement."""
    found: dict[str, list[OptionRow]] = defaultdict(list)
    rows = db.session.execute(
        select(
            ConsultationOption.id,
            ConsultationOption.consultation_id,
            ConsultationOption.title,
            ConsultationOption.cost,
            ConsultationOption.version,
        )
        .where(ConsultationOption.consultation_id.in_(consultation_ids))
        .order_by(ConsultationOption.consultation_id, ConsultationOption.position)
    )
    for row in rows:
        found[row.consultation_id].append(row)
    return found


def terms_of(row: ConsultationRow) -> Terms:
    """What is voted on, as the rules take it."""
    return terms_from(row, options_of([row.id])[row.id])


def terms_from(row: ConsultationRow, options: Sequence[OptionRow]) -> Terms:
    """The same, with the options at hand."""
    return Terms(
        Method(row.method),
        tuple(Option(option.id, option.cost) for option in options),
        row.max_choices,
        row.budget,
        study=row.is_study,
    )


def genesis_of(row: ConsultationRow) -> dict[str, Any]:
    """What the chain of the board begins with, as the roll is now."""
    return board.genesis(
        row.id,
        terms_of(row),
        roll=row.roll_hash,
        disclosure=board.Disclosure(row.disclosure),
        study=row.is_study,
    )


def path_of(row: ConsultationRow) -> tuple[str, ...]:
    """The codes of the consultation's region and of all above it, city first."""
    return codes_of(row.region_path)


def circle_of(row: ConsultationRow) -> Circle:
    """Whom the consultation is for."""
    return Circle(path_of(row), by_home=row.roll_by_home, by_work=row.roll_by_work)


def belonging_of(row: ConsultationRow) -> tuple[Belonging, ...]:
    """By what somebody belongs to those whom it is for."""
    kinds = ((Belonging.HOME, row.roll_by_home), (Belonging.WORK, row.roll_by_work))
    return tuple(kind for kind, taken_in in kinds if taken_in)


def key_of(consultation_id: str) -> Row[*tuple[Any, ...]] | None:
    """``sealed_private_key, share_hashes``, while voting is not closed."""
    return db.session.execute(
        select(BallotKey.sealed_private_key, BallotKey.share_hashes).where(
            BallotKey.consultation_id == consultation_id
        )
    ).first()


def is_counted(row: ConsultationRow) -> bool:
    return row.status in COUNTED


def columns() -> Select[Any]:
    """All that is read of a consultation, its region joined."""
    return select(
        *Consultation.__table__.c,
        Region.name.label("region_name"),
        Region.path.label("region_path"),
    ).join(Region, Region.code == Consultation.region_code)


def _listed(principal: Principal | None, status: str | None) -> ColumnElement[bool]:
    public = Consultation.discussion_at.is_not(None) & ~Consultation.is_study
    if status == Status.DRAFT:
        return (Consultation.status == Status.DRAFT) & _managed_by(principal)
    if status is not None:
        return (Consultation.status == status) & public
    return public


def _managed_by(principal: Principal | None) -> ColumnElement[bool]:
    """The consultations that this person manages (``Region`` joined)."""
    if principal is None:
        return false()
    codes = principal.scopes(Permission.CONSULTATION_MANAGE, ScopeKind.REGION)
    return or_(false(), *(within(code) for code in codes))
