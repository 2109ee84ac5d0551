"""Nobody who has everything that is kept tells who chose what."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count as numbers
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from portal.app import Portal
from portal.consultations import count, envelopes, services
from portal.consultations.models import BallotKey, BoardLine, UrnEnvelope
from portal.consultations.queries import roll
from portal.consultations.queries.consultations import options_of
from portal.consultations.rules.ballots import Method
from portal.core.database import db, on_sqlite
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.consultations import linkage
from tests.consultations.stage import committee_grant

VOTERS = 64
OPTIONS = 7
STIRRED_EVERY = 10


Seen = dict[str, dict[str, Any]]
"""What was watched of each voter besides the dumps."""


@dataclass(frozen=True)
class Held:
    """A vote as it truly was, and all that an attacker holds of it."""

    chose: dict[str, linkage.Choice]
    persons: list[linkage.Knowledge]
    urn: list[linkage.Row]
    lines: list[linkage.Row]
    truly: dict[str, str]

    def on_board(self) -> tuple[list[linkage.Knowledge], dict[str, linkage.Choice]]:
        """The board's lines that hold choices: what is known of them, and what they say."""
        names = [str(number) for number in range(len(self.lines))]
        says = dict(zip(names, (line["choices"] for line in self.lines), strict=True))
        plain = [{k: v for k, v in line.items() if k != "choices"} for line in self.lines]
        return linkage.of_lines(plain, names), says

    def in_urn(self) -> tuple[list[linkage.Knowledge], dict[str, linkage.Choice]]:
        """The same of the envelopes that could be read while voting was open."""
        names = [str(number) for number in range(len(self.urn))]
        says = dict(zip(names, (row["choices"] for row in self.urn), strict=True))
        plain = [{k: v for k, v in row.items() if k != "choices"} for row in self.urn]
        return linkage.of_lines(plain, names), says


class Booth:
    """Holds votes of the same voters, one after the other, and watches what the database shows."""

    def __init__(self, voters: list[str], *, stirring: bool = True) -> None:
        self.committee = world.principal(world.make_staff("committee"), committee_grant())
        self.voters, self.stirring = voters, stirring
        self.rounds = numbers(1)

    def hold(self, disclosure: str, *, watching: bool = True) -> Held:
        """One vote, with random rankings. Who watches reads the urn after each single ballot."""
        source = random.Random(f"{disclosure} {next(self.rounds)}")
        vote = self.opened(disclosure)
        option_ids = _option_ids(vote)
        chose = {v: tuple(source.sample(option_ids, OPTIONS)) for v in self.voters}
        seen: Seen = {"order": {}, "slot": {}, "envelope": {}} if watching else {}
        receipts = self.cast_all(vote, chose, source.sample(self.voters, len(self.voters)), seen)
        aliases = {**{v: v for v in self.voters}, **_keys(vote, self.voters)}
        while_open = linkage.dump(db.engine, vote)
        self.close(vote)
        closed = linkage.dump(db.engine, vote)
        lines = _lines(vote)
        persons = linkage.of_persons({"open": while_open, "closed": closed}, aliases, seen)
        readable = _readable(while_open, option_ids)
        return Held(chose, persons, readable, lines, _truth(lines, receipts, chose))

    def cast_all(
        self, vote: str, chose: dict[str, linkage.Choice], order: list[str], seen: Seen
    ) -> dict[str, str]:
        """Let everybody vote; returns their receipts."""
        receipts = {}
        for number, voter in enumerate(order):
            receipts[voter] = self.cast(vote, voter, chose[voter])
            if seen:
                new = _newcomer(vote, set(seen["envelope"].values()))
                seen["order"][voter] = number
                seen["slot"][voter], seen["envelope"][voter] = new
            if self.stirring and number % STIRRED_EVERY == STIRRED_EVERY - 1:
                with unit_of_work():
                    services.stir(vote)
        return receipts

    def close(self, vote: str) -> None:
        count.close_by_hand(self.committee, vote)

    def opened(self, disclosure: str) -> str:
        plan = services.ConsultationPlan(
            title="排个先后",
            question="先做哪几样？",
            region_code=world.COMMUNITY,
            method=Method.RANKED,
            options=[services.OptionPlan(title=f"第{n}样") for n in range(OPTIONS)],
            disclosure=disclosure,  # type: ignore[arg-type]
        )
        with unit_of_work():
            vote = services.create(self.committee, plan)
            services.start_discussion(self.committee, vote)
            services.open_voting(self.committee, vote)
        return vote

    def cast(self, vote: str, voter: str, choices: linkage.Choice) -> str:
        ballot = services.prepare(world.principal(voter), vote, choices, None)
        with unit_of_work():
            services.cast(ballot)
        return ballot.receipt


@pytest.fixture
def booth(world: Any) -> Booth:
    return Booth(world.make_users(VOTERS, "voter"))


@contextmanager
def unsealed() -> Iterator[None]:
    """Envelopes that are none: what is in them can be read."""
    before = envelopes._sealed, envelopes._opened
    envelopes._sealed = lambda _key, content: content  # type: ignore[assignment]
    envelopes._opened = lambda _box, content: json.loads(content)  # type: ignore[assignment]
    try:
        yield
    finally:
        envelopes._sealed, envelopes._opened = before


@pytest.mark.parametrize("disclosure", ["trackable", "separate"])
def test_nobody_tells_who_chose_what(booth: Booth, disclosure: str) -> None:
    """Not even by watching every single ballot come in, with the database before their eyes."""

    def attacked() -> set[str]:
        held = booth.hold(disclosure)
        assert held.urn == [], "no envelope can be read"
        lines, says = held.on_board()
        told = linkage.better_than_chance(held.persons, lines, held.chose, says)
        return set(told) | linkage.correlated(held.persons, lines, held.truly)

    assert linkage.still_there(attacked) == set()


def test_without_sealing_the_watcher_tells_all(booth: Booth) -> None:
    """The attack is worth something: it finds everybody where nothing is sealed."""
    with unsealed():
        held = booth.hold("trackable")
    rows, says = held.in_urn()
    told = linkage.better_than_chance(held.persons, rows, held.chose, says)
    assert told["envelope × envelope, equal"] == VOTERS


@pytest.mark.postgres
def test_without_sealing_and_stirring_one_look_at_the_database_tells_all(world: Any) -> None:
    if on_sqlite():
        pytest.skip("SQLite keeps no mark of the transaction that wrote a row")
    booth = Booth(world.make_users(VOTERS, "voter"), stirring=False)
    with unsealed():
        held = booth.hold("trackable", watching=False)
    rows, says = held.in_urn()
    told = linkage.better_than_chance(held.persons, rows, held.chose, says)
    assert told["open/roll_entry.xmin × xmin, equal"] == VOTERS


@pytest.mark.postgres
def test_stirring_alone_hides_a_ballot_among_the_others(world: Any) -> None:
    """Even who could open the envelopes would have to guess, among all that were stirred."""
    if on_sqlite():
        pytest.skip("SQLite keeps no mark of the transaction that wrote a row")
    booth = Booth(world.make_users(VOTERS - VOTERS % STIRRED_EVERY, "voter"))

    def attacked() -> set[str]:
        with unsealed():
            held = booth.hold("trackable", watching=False)
        rows, says = held.in_urn()
        found = set()
        most = len(held.chose) / STIRRED_EVERY + 10
        for name, pairs in linkage.attacks(held.persons, rows):
            if linkage.right(pairs, held.chose, says) > most:
                found.add(name)
        return found

    assert linkage.still_there(attacked) == set()


def test_a_board_in_the_order_of_casting_would_be_found(booth: Booth) -> None:
    held = booth.hold("separate")
    order = next(each for each in held.persons if each.name == "order").in_order()
    names = [str(number) for number in range(VOTERS)]
    lines = [linkage.Knowledge("position", dict(zip(names, range(VOTERS), strict=True)))]
    says = {name: held.chose[voter] for name, voter in zip(names, order, strict=True)}
    told = linkage.better_than_chance(held.persons, lines, held.chose, says)
    assert told["order × position, order"] == VOTERS
    truly = dict(zip(order, names, strict=True))
    assert "order × position, correlated" in linkage.correlated(held.persons, lines, truly)


def test_while_open_nothing_shows_a_choice_and_afterwards_no_envelope_is_left(
    app: Portal, booth: Booth
) -> None:
    vote = booth.opened("trackable")
    option_ids = _option_ids(vote)
    source = random.Random(7)
    secrets: list[str] = []
    for voter in booth.voters:
        choices = tuple(source.sample(option_ids, OPTIONS))
        receipt = booth.cast(vote, voter, choices)
        places = [option_ids.index(choice) for choice in choices]
        secrets += [receipt, str(places).replace(" ", ""), '","'.join(choices)]
    while_open = linkage.dump(db.engine, vote)
    kept = repr(while_open)
    assert [secret for secret in secrets if secret in kept] == []
    sealed = [row["envelope"] for row in while_open["urn_envelope"]]
    assert len(set(sealed)) == VOTERS
    key = db.session.execute(select(BallotKey.sealed_private_key)).scalar_one()
    db.session.rollback()
    assert [each for each in sealed if any(s.encode() in each for s in secrets)] == []

    db.session.remove()
    count.close_by_hand(booth.committee, vote)
    db.session.remove()
    if on_sqlite():
        left = b"".join(file.read_bytes() for file in _files(app))
        assert key not in left
        assert [each for each in sealed if each in left] == []
    else:
        size = text("SELECT pg_relation_size('urn_envelope') + pg_relation_size('ballot_key')")
        assert db.session.execute(size).scalar_one() == 0


# --- what the attacker and the test know of a vote --------------------------------------------


def _option_ids(vote: str) -> list[str]:
    ids = [row.id for row in options_of([vote])[vote]]
    db.session.rollback()
    return ids


def _newcomer(vote: str, known: set[bytes]) -> tuple[bytes, bytes]:
    """The number and the content of the one envelope that was not there before."""
    rows = db.session.execute(
        select(UrnEnvelope.slot, UrnEnvelope.envelope).where(UrnEnvelope.consultation_id == vote)
    ).all()
    db.session.rollback()
    ((slot, envelope),) = [tuple(row) for row in rows if row.envelope not in known]
    return slot, envelope


def _keys(vote: str, voters: list[str]) -> dict[str, str]:
    """The keys of the roll, by the salt that lies in the database."""
    salt = db.session.execute(
        text("SELECT roll_salt FROM consultation WHERE id = :id"), {"id": vote}
    ).scalar_one()
    db.session.rollback()
    return {roll.key_for(bytes(salt), voter): voter for voter in voters}


def _readable(tables: linkage.Dump, option_ids: list[str]) -> list[linkage.Row]:
    rows = []
    for row in tables["urn_envelope"]:
        choices = linkage.readable(bytes(row["envelope"]), option_ids)
        if choices is not None:
            rows.append({**row, "choices": choices})
    return rows


def _lines(vote: str) -> list[linkage.Row]:
    """The lines of the board that hold choices, as they lie in the database."""
    rows = linkage.dump(db.engine, vote)["board_line"]
    chosen = {
        (row.part, row.position): tuple(row.choices)
        for row in db.session.execute(
            select(BoardLine.part, BoardLine.position, BoardLine.choices).where(
                BoardLine.consultation_id == vote, BoardLine.part != "receipts"
            )
        )
    }
    db.session.rollback()
    return [
        {**row, "choices": chosen[row["part"], row["position"]]}
        for row in rows
        if row["part"] != "receipts"
    ]


def _truth(
    lines: list[linkage.Row], receipts: dict[str, str], chose: dict[str, linkage.Choice]
) -> dict[str, str]:
    """Whose line each truly is, where that is certain."""
    found = {}
    for number, line in enumerate(lines):
        if line["receipt"] is not None:
            owners = [v for v, receipt in receipts.items() if receipt == line["receipt"]]
        else:
            owners = [v for v, choices in chose.items() if choices == line["choices"]]
        if len(owners) == 1:
            found[owners[0]] = str(number)
    return found


def _files(app: Portal) -> list[Path]:
    """The database's own files on SQLite."""
    file = Path(app.settings.database_url.removeprefix("sqlite:///"))
    return [each for each in file.parent.glob(f"{file.name}*") if each.is_file()]
