"""What was promised: one commitment, those of a vote, those of a region, with counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select

from portal.consultations.models import (
    Commitment,
    CommitmentChange,
    CommitmentMilestone,
    Consultation,
)
from portal.consultations.rules.commitments import Shown, State
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.queries import within

CommitmentRow = Row[*tuple[Any, ...]]
"""``id, consultation_id, title, owner, due_on, state, budget, settled_at, reason``, the vote's
``vote_title`` and its region's ``region_code, region_name, region_path``."""


@dataclass(frozen=True)
class Counts:
    """How many commitments are in each state; the late ones are among the open ones."""

    open: int = 0
    late: int = 0
    kept: int = 0
    given_up: int = 0

    @property
    def all(self) -> int:
        return self.open + self.kept + self.given_up


def one(commitment_id: str) -> CommitmentRow:
    """A commitment. All of them are public, as the decision is.

    Raises:
        NotFound: there is none with this id.
    """
    found = db.session.execute(_columns().where(Commitment.id == commitment_id)).first()
    if found is None:
        raise NotFound
    return found


def of_consultation(consultation_id: str) -> Sequence[CommitmentRow]:
    """What was promised after a vote, in the order of the decision."""
    return db.session.execute(
        _columns()
        .where(Commitment.consultation_id == consultation_id)
        .order_by(Commitment.position)
    ).all()


def page(
    shown: Shown | None = None,
    region: str | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Commitments of a region and all below it (None: of all), by the day they are due; what is
    settled, latest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    conditions = [] if region is None else [within(region)]
    return _page(shown, conditions, cursor, limit)


def page_of_desk(
    actor: Principal,
    shown: Shown | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """The same of the regions whose votes a person manages.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return _page(shown, [_managed(actor)], cursor, limit)


def counts(region: str | None = None) -> Counts:
    """How the commitments of a region and all below it stand (None: all)."""
    return _counts([] if region is None else [within(region)])


def counts_of_desk(actor: Principal) -> Counts:
    """The same of the regions whose votes a person manages."""
    return _counts([_managed(actor)])


def milestones_of(
    commitment_ids: Collection[str],
) -> Mapping[str, Sequence[Row[*tuple[Any, ...]]]]:
    """``id, commitment_id, title, due_on, done_on`` of the steps of some commitments, by their
    days."""
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    rows = db.session.execute(
        select(
            CommitmentMilestone.id,
            CommitmentMilestone.commitment_id,
            CommitmentMilestone.title,
            CommitmentMilestone.due_on,
            CommitmentMilestone.done_on,
        )
        .where(CommitmentMilestone.commitment_id.in_(commitment_ids))
        .order_by(CommitmentMilestone.due_on, CommitmentMilestone.id)
    )
    for row in rows:
        found[row.commitment_id].append(row)
    return found


def changes_of(commitment_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, kind, text, was_on, due_on, made_at`` of all that happened to a commitment, the
    latest first."""
    return db.session.execute(
        select(
            CommitmentChange.id,
            CommitmentChange.kind,
            CommitmentChange.text,
            CommitmentChange.was_on,
            CommitmentChange.due_on,
            CommitmentChange.made_at,
        )
        .where(CommitmentChange.commitment_id == commitment_id)
        .order_by(CommitmentChange.id.desc())
    ).all()


# --- inside ---------------------------------------------------------------------------------------


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Commitment.id,
            Commitment.consultation_id,
            Commitment.title,
            Commitment.owner,
            Commitment.due_on,
            Commitment.state,
            Commitment.budget,
            Commitment.settled_at,
            Commitment.reason,
            Consultation.title.label("vote_title"),
            Consultation.region_code,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
        )
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .join(Region, Region.code == Consultation.region_code)
    )


def _page(
    shown: Shown | None, conditions: list[ColumnElement[bool]], cursor: str | None, limit: int
) -> Page[Any]:
    settled = shown in (Shown.KEPT, Shown.GIVEN_UP)
    table = Commitment.__table__.c
    return fetch_page(
        _columns().where(*_narrowed(shown), *conditions),
        [table.settled_at if settled else table.due_on, table.id],
        name=f"commitments:{shown or ''}",
        cursor=cursor,
        limit=limit,
        descending=settled,
    )


def _narrowed(shown: Shown | None) -> list[ColumnElement[bool]]:
    if shown is None:
        return []
    if shown is Shown.LATE:
        return [Commitment.state == State.OPEN, Commitment.due_on < today()]
    return [Commitment.state == shown.value]


def _counts(conditions: list[ColumnElement[bool]]) -> Counts:
    late = (Commitment.due_on < today()).label("past")
    rows = db.session.execute(
        select(Commitment.state, late, func.count().label("number"))
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .join(Region, Region.code == Consultation.region_code)
        .where(*conditions)
        .group_by(Commitment.state, late)
    )
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row.state] += row.number
        if row.state == State.OPEN and row.past:
            found["late"] += row.number
    return Counts(**found)


def _managed(actor: Principal) -> ColumnElement[bool]:
    codes = actor.scopes(Permission.CONSULTATION_MANAGE, ScopeKind.REGION)
    return or_(false(), *(within(code) for code in dict.fromkeys(codes)))
