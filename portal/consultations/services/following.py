"""What becomes of commitments, and telling those who follow them: each once for each change.

The deed writes one message; a job tells some people, turns the change's mark on, and asks for the
next. The mark is turned by a guarded update in the same transaction as what is told, so that
neither a message that comes twice nor a worker that dies tells anybody twice, or leaves one out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, insert, update

from portal.consultations.models import (
    Commitment,
    CommitmentChange,
    CommitmentMilestone,
    ConsultationFollowing,
)
from portal.consultations.policies import may_manage
from portal.consultations.queries import commitments, consultations, following
from portal.consultations.queries.commitments import CommitmentRow
from portal.consultations.rules.commitments import ChangeKind, State, Telling
from portal.core import audit, outbox
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.permissions import Permission, Principal
from portal.regions.rules import codes_of

AT_ONCE = 500
TOLD = "commitment.told"
"""The message that tells some and goes on from where the change's mark stands."""
MOST_MILESTONES = 30


def note(actor: Principal, commitment_id: str, text: str) -> None:
    """Say how far it has come.

    Raises:
        NotFound, Forbidden: it is not the person's to look after.
        WrongState: it is kept or given up.
    """
    row = _looked_after(actor, commitment_id)
    _hold(row.id, due_on=Commitment.due_on)
    _changed(actor, row, ChangeKind.NOTED, text)


def move_due(actor: Principal, commitment_id: str, due_on: date, reason: str) -> None:
    """Promise another day, with a reason. The earlier ones stay to be seen.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`note`; or it was moved a moment ago.
        Invalid: the day is past, or the one that is promised already.
    """
    row = _looked_after(actor, commitment_id)
    _check_to_come(due_on)
    if due_on == row.due_on:
        raise Invalid.field("due_on", _l("This is the day as it stands."))
    _hold(row.id, Commitment.due_on == row.due_on, due_on=due_on)
    _changed(actor, row, ChangeKind.MOVED, reason, was_on=row.due_on, due_on=due_on)


def set_milestone(actor: Principal, commitment_id: str, title: str, due_on: date) -> str:
    """Promise a step on the way; returns its id.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`note`.
        Invalid: the day is past, or there are too many steps.
    """
    row = _looked_after(actor, commitment_id)
    _check_to_come(due_on)
    _hold(row.id, due_on=Commitment.due_on)
    if len(commitments.milestones_of([row.id])[row.id]) >= MOST_MILESTONES:
        raise Invalid.field("title", _l("There are enough steps."))
    milestone_id = new_id()
    step = {"id": milestone_id, "commitment_id": row.id, "title": title, "due_on": due_on}
    db.session.execute(insert(CommitmentMilestone), [step])
    _changed(actor, row, ChangeKind.MILESTONE_SET, title, due_on=due_on)
    return milestone_id


def finish_milestone(actor: Principal, commitment_id: str, milestone_id: str) -> None:
    """Say that a step is done, today.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`note`; or the step is done already.
    """
    row = _looked_after(actor, commitment_id)
    _hold(row.id, due_on=Commitment.due_on)
    steps = {each.id: each for each in commitments.milestones_of([row.id])[row.id]}
    done = db.session.connection().execute(
        update(CommitmentMilestone)
        .where(
            CommitmentMilestone.id == milestone_id,
            CommitmentMilestone.commitment_id == row.id,
            CommitmentMilestone.done_on.is_(None),
        )
        .values(done_on=today())
    )
    if not done.rowcount:
        raise WrongState
    _changed(actor, row, ChangeKind.MILESTONE_DONE, steps[milestone_id].title)


def keep(actor: Principal, commitment_id: str, text: str) -> None:
    """Say that it is done, and how.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`note`.
    """
    row = _looked_after(actor, commitment_id)
    _hold(row.id, state=State.KEPT, settled_at=now())
    _changed(actor, row, ChangeKind.KEPT, text)


def give_up(actor: Principal, commitment_id: str, reason: str) -> None:
    """Say that it will not be done, and why.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`note`.
    """
    row = _looked_after(actor, commitment_id)
    _hold(row.id, state=State.GIVEN_UP, settled_at=now(), reason=reason)
    _changed(actor, row, ChangeKind.GIVEN_UP, reason)


def follow(actor: Principal, consultation_id: str, *, follows: bool) -> None:
    """Follow what was promised after a vote, or no longer.

    Raises:
        NotFound: it is not for this person to see.
    """
    row = consultations.visible(actor, consultation_id)
    mine = {"consultation_id": row.id, "user_id": actor.id}
    if not insert_new(ConsultationFollowing, **mine, follows=follows):
        db.session.execute(
            update(ConsultationFollowing)
            .where(
                ConsultationFollowing.consultation_id == row.id,
                ConsultationFollowing.user_id == actor.id,
            )
            .values(follows=follows)
        )


def forget_following_of(user_id: str) -> None:
    """Delete what a person said about what they follow."""
    db.session.execute(
        delete(ConsultationFollowing).where(ConsultationFollowing.user_id == user_id)
    )


def tell_some(change_id: str, word: str) -> None:
    """Tell the next of those who follow of a change, if the change's mark still says ``word``, and
    ask for those who come after them."""
    change, telling = following.change_to_tell(change_id), Telling.of(word)
    if change is None or telling.is_over:
        return
    people = _next_people(change.consultation_id, telling)
    then = telling.then(people[-1][0] if people else None)
    turned = db.session.connection().execute(
        update(CommitmentChange)
        .where(CommitmentChange.id == change_id, CommitmentChange.told == word)
        .values(told=then.word())
    )
    if not turned.rowcount:
        return  # told already
    for _key, person in people:
        outbox.emit(
            "notify",
            user_id=person,
            kind=f"commitment.{change.kind}",
            params=_params(change),
            url=f"/consultations/commitments/{change.commitment_id}",
        )
    if not then.is_over:
        outbox.emit(TOLD, change_id=change_id, told=then.word())


# --- inside ---------------------------------------------------------------------------------------


def _next_people(consultation_id: str, telling: Telling) -> Any:
    ask = following.voters_after if telling.group == "voters" else following.others_after
    return ask(consultation_id, telling.after, AT_ONCE)


def _params(change: Any) -> dict[str, Any]:
    params = {"title": change.title, "vote": change.vote_title, "text": change.text}
    return {**params, "due_on": change.due_on.isoformat()} if change.due_on else params


def _looked_after(actor: Principal, commitment_id: str) -> CommitmentRow:
    row = commitments.one(commitment_id)
    actor.require_that(Permission.CONSULTATION_MANAGE, may_manage(actor, codes_of(row.region_path)))
    return row


def _check_to_come(day: date) -> None:
    if day < today():
        raise Invalid.field("due_on", _l("This lies in the past."))


def _hold(commitment_id: str, *conditions: Any, **values: Any) -> None:
    """Write to an open commitment, and hold it until the transaction ends."""
    held = db.session.connection().execute(
        update(Commitment)
        .where(Commitment.id == commitment_id, Commitment.state == State.OPEN, *conditions)
        .values(**values)
    )
    if not held.rowcount:
        raise WrongState


def _changed(
    actor: Principal,
    row: CommitmentRow,
    kind: ChangeKind,
    text: str,
    *,
    was_on: date | None = None,
    due_on: date | None = None,
) -> None:
    change_id = new_id()
    change = {
        "id": change_id,
        "commitment_id": row.id,
        "kind": kind,
        "text": text,
        "was_on": was_on,
        "due_on": due_on,
        "made_at": now(),
        "made_by": actor.id,
    }
    db.session.execute(insert(CommitmentChange), [change])
    days = {"before": was_on, "due_on": due_on}
    audit.record(
        actor.id,
        f"commitment.{kind}",
        "commitment",
        row.id,
        region_code=row.region_code,
        title=row.title,
        text=text,
        **{name: day.isoformat() for name, day in days.items() if day},
    )
    outbox.emit(TOLD, change_id=change_id, told="")
