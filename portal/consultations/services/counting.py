"""Closing a vote, step by step; ``portal.consultations.count`` walks them.

1. :func:`seal`: no ballot any more. 2. :func:`read_urn`, then outside any transaction
:func:`open_urn` and :func:`count`, by whoever may die at any time. 3. :func:`publish`: the board
is there and the urn is gone, in one transaction. Before it commits the urn is whole; afterwards
the board is. Each step can be done again, and by two at once.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, text, update

from portal.consultations import board, envelopes
from portal.consultations.board import Ballot, Board
from portal.consultations.errors import CountIncomplete, NotOpen, TalliesDiffer
from portal.consultations.models import (
    BallotKey,
    BoardLine,
    Consultation,
    ConsultationCount,
    CountProgress,
    PaperTally,
    RollEntry,
    UrnEnvelope,
)
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.outcome import PARTS
from portal.consultations.queries.roll import Turnout, turnout_of
from portal.consultations.rules.ballots import RANKED_METHODS, Terms, problems
from portal.consultations.rules.life import Status
from portal.consultations.rules.outcome import Tally
from portal.consultations.services.drafts import destroy_urn
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.inserts import insert_new

AT_ONCE = 5_000
Choices = tuple[str, ...]
OnOpened = Callable[[int, int], None]
"""Told how many envelopes are opened, of how many."""


@dataclass(frozen=True)
class SealedUrn:
    """What voting left, as it lies in the database; ``marks`` is how the roll was marked."""

    row: ConsultationRow
    genesis: dict[str, Any]
    marks: Turnout
    tallies: Sequence[Row[*tuple[Any, ...]]]
    envelopes: Sequence[bytes]


@dataclass(frozen=True)
class Urn:
    """The same, opened: the ballots cast online and on paper."""

    sealed: SealedUrn
    online: Sequence[Ballot]
    paper: Sequence[Choices]


@dataclass(frozen=True)
class Counted:
    """The board of an urn, and what was counted from it."""

    urn: Urn
    board: Board
    tally: Tally


def check_may_close(row: ConsultationRow) -> None:
    """Whether somebody may close by hand now.

    Raises:
        WrongState: voting is not open, or its end is fixed and has not come.
    """
    if row.status != Status.OPEN:
        raise WrongState
    if row.closes_at is not None and row.closes_at > now():
        raise WrongState(_l("The end of voting was fixed beforehand and has not come."))


def seal(consultation_id: str) -> None:
    """Take no more ballots. Whoever is casting finishes first: all that is answered is in the urn.

    Raises:
        WrongState: voting is not open, or was let go on for longer a moment ago.
    """
    sealed = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.status == Status.OPEN)
        .where(Consultation.sealed_at.is_(None))
        .where(or_(Consultation.closes_at.is_(None), Consultation.closes_at <= now()))
        .values(sealed_at=now())
    )
    if not sealed.rowcount:
        _sealed(consultation_id)


def unseal(consultation_id: str) -> None:
    """Go on voting, where the end is not fixed or has not come."""
    db.session.execute(
        update(Consultation)
        .where(
            Consultation.id == consultation_id,
            Consultation.status == Status.OPEN,
            or_(Consultation.closes_at.is_(None), Consultation.closes_at > now()),
        )
        .values(sealed_at=None)
    )


def hold_uncounted(consultation_id: str) -> None:
    """Hold a vote whose urn is there against closing and against others who do the same.

    Raises:
        NotOpen: voting has not begun, or the votes have been counted.
    """
    held = (
        select(Consultation.id)
        .where(Consultation.id == consultation_id, Consultation.status == Status.OPEN)
        .with_for_update(key_share=True)
    )
    if db.session.execute(held).first() is None:
        raise NotOpen


def read_urn(consultation_id: str) -> SealedUrn:
    """Read what is to be counted; nothing more is read until the board is written.

    Raises:
        WrongState: voting is not sealed (any more).
    """
    row = _sealed(consultation_id)
    return SealedUrn(
        row,
        consultations.genesis_of(row),
        turnout_of([row.id])[row.id],
        _tallies(row.id),
        _envelopes(row.id),
    )


def open_urn(sealed: SealedUrn, private_key: bytes, on_opened: OnOpened) -> Urn:
    """Open first the paper tallies, which must agree, then every envelope.

    Raises:
        TalliesDiffer: the paper ballots were not entered twice alike.
        CountIncomplete: an envelope cannot be opened or breaks the rule, or one is missing.
    """
    terms = board.terms_of(sealed.genesis)
    paper = _agreed(terms, private_key, sealed.tallies, sealed.marks.paper)
    if len(sealed.envelopes) != sealed.marks.online:
        raise CountIncomplete
    online = list(_opened(terms, private_key, sealed.envelopes, on_opened))
    return Urn(sealed, online, paper)


def count(urn: Urn, on_count: Callable[[int], None]) -> Counted:
    """Make the board and count it. Nothing is written; another try shuffles anew."""
    genesis = urn.sealed.genesis
    published = board.publish(genesis, urn.online, urn.paper, secrets.SystemRandom())
    return Counted(urn, published, board.count(published, on_count))


def publish(actor_id: str | None, counted: Counted) -> None:
    """Write the board, destroy urn, tallies and key, level the roll.

    Raises:
        WrongState: somebody else has closed it, or something has changed since the urn was read.
    """
    row = counted.urn.sealed.row
    _close(row, counted.board["head_hash"])
    _check_unchanged(counted.urn.sealed)
    if destroy_urn(row.id) != len(counted.urn.online):
        raise WrongState
    write_board(row.id, board.Disclosure(row.disclosure), counted.board)
    values = {"consultation_id": row.id, "tally": counted.tally.as_json()}
    db.session.execute(insert(ConsultationCount), [values])
    _level(row.id)
    audit.record(
        actor_id,
        "consultation.closed",
        "consultation",
        row.id,
        region_code=row.region_code,
        ballots=counted.tally.ballots,
        head_hash=counted.board["head_hash"],
    )
    outbox.emit("consultation.closed", consultation_id=row.id)


def write_board(consultation_id: str, disclosure: board.Disclosure, published: Board) -> None:
    """Write every line of a board, once and for good."""
    lines = [
        {
            "consultation_id": consultation_id,
            "part": part,
            "position": position,
            "receipt": line.get("receipt"),
            "choices": line.get("choices"),
            "previous_hash": line["previous_hash"],
            "hash": line["hash"],
        }
        for part in PARTS[disclosure]
        for position, line in enumerate(published[part])
    ]
    for begin in range(0, len(lines), AT_ONCE):
        db.session.execute(insert(BoardLine), lines[begin : begin + AT_ONCE])


def note_progress(consultation_id: str, **values: int) -> None:
    """Write down how far a count has come, in a row of its own."""
    insert_new(CountProgress, consultation_id=consultation_id, envelopes=0, opened=0, increases=0)
    db.session.execute(
        update(CountProgress)
        .where(CountProgress.consultation_id == consultation_id)
        .values(**values)
    )


def sweep() -> list[str]:
    """Leave nothing of destroyed urns and keys in dead rows or in the write-ahead log. In no
    transaction; where others still read, the database does what it can. Returns what it refused to
    do: PostgreSQL leaves out tables that the portal may not tidy."""
    statements = (
        ["PRAGMA wal_checkpoint(TRUNCATE)"]
        if on_sqlite()
        else [f"VACUUM (FREEZE) {table.__tablename__}" for table in _SWEPT]
    )
    refused: list[str] = []
    with (
        db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        _warnings_of(connection, refused),
    ):
        for statement in statements:
            connection.execute(text(statement))
    return refused


# --- inside ---------------------------------------------------------------------------------------

_SWEPT = (UrnEnvelope, PaperTally, BallotKey, CountProgress, RollEntry, Consultation)


@contextmanager
def _warnings_of(connection: Connection, heard: list[str]) -> Iterator[None]:
    """Hear what PostgreSQL says beside its answers."""
    if on_sqlite():
        yield
        return
    driver: Any = connection.connection.driver_connection

    def hear(notice: Any) -> None:
        heard.append(str(notice.message_primary))

    driver.add_notice_handler(hear)
    try:
        yield
    finally:
        driver.remove_notice_handler(hear)


def _sealed(consultation_id: str) -> ConsultationRow:
    row = consultations.as_it_is(consultation_id)
    if row is None:
        raise NotFound
    if row.status != Status.OPEN or row.sealed_at is None:
        raise WrongState
    return row


def _tallies(consultation_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    return db.session.execute(
        select(PaperTally.by_user_id, PaperTally.ballots, PaperTally.envelope)
        .where(PaperTally.consultation_id == consultation_id)
        .order_by(PaperTally.by_user_id)
    ).all()


def _envelopes(consultation_id: str) -> list[bytes]:
    rows = db.session.execute(
        select(UrnEnvelope.envelope)
        .where(UrnEnvelope.consultation_id == consultation_id)
        .order_by(UrnEnvelope.slot)
    )
    return list(rows.scalars())


def _agreed(
    terms: Terms,
    private_key: bytes,
    tallies: Sequence[Row[*tuple[Any, ...]]],
    marks: int,
) -> list[Choices]:
    """The paper ballots that two people at least have entered alike, as many as were marked."""
    if not tallies and not marks:
        return []
    if len(tallies) < 2 or any(tally.ballots != marks for tally in tallies):
        raise TalliesDiffer
    try:
        read = [envelopes.unseal_tally(terms, private_key, each.envelope) for each in tallies]
    except envelopes.UnreadableEnvelope:
        raise CountIncomplete from None
    entered = [[_as_printed(terms, choices) for choices in ballots] for ballots in read]
    if any(Counter(other) != Counter(entered[0]) for other in entered[1:]):
        raise TalliesDiffer
    return entered[0]


def _as_printed(terms: Terms, choices: Choices) -> Choices:
    """Choices in an order of their own: the voter's where ranks count, else that of the ballot."""
    if terms.method in RANKED_METHODS:
        return choices
    return tuple(sorted(choices, key=terms.option_ids.index))


def _opened(
    terms: Terms, private_key: bytes, sealed: Sequence[bytes], on_opened: OnOpened
) -> Iterator[Ballot]:
    ballots = envelopes.unseal(terms, private_key, sealed)
    for number in range(1, len(sealed) + 1):
        if number % AT_ONCE == 1:
            on_opened(number - 1, len(sealed))
        try:
            ballot = next(ballots)
        except envelopes.UnreadableEnvelope:
            raise CountIncomplete.at(number) from None
        if problems(terms, ballot.choices):
            raise CountIncomplete.at(number)
        yield ballot
    on_opened(len(sealed), len(sealed))


def _close(row: ConsultationRow, head_hash: str) -> None:
    closed = db.session.connection().execute(
        update(Consultation)
        .where(
            Consultation.id == row.id,
            Consultation.status == Status.OPEN,
            Consultation.sealed_at.is_not(None),
            Consultation.roll_hash == row.roll_hash,
        )
        .values(status=Status.CLOSED, closed_at=now(), head_hash=head_hash)
    )
    if not closed.rowcount:
        raise WrongState


def _check_unchanged(sealed: SealedUrn) -> None:
    """Tallies can be entered again, and a vote unsealed and sealed anew, while an urn is counted.
    From here on, with the row held, they cannot."""
    if turnout_of([sealed.row.id])[sealed.row.id] != sealed.marks:
        raise WrongState
    if list(_tallies(sealed.row.id)) != list(sealed.tallies):
        raise WrongState


def _level(consultation_id: str) -> None:
    """Write every row of the roll once more: nothing tells then which was marked when."""
    db.session.execute(
        update(RollEntry).where(RollEntry.consultation_id == consultation_id).values(fresh=False)
    )
