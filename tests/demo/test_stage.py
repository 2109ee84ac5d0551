"""The demo's past happens in order, at its own instants, and not beyond the present."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from portal.app import Portal
from portal.core import outbox
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.errors import Forbidden
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.demo.stage import Stage, attempt

PRESENT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def played(stage: Stage) -> list[tuple[str, int, int]]:
    told: list[tuple[str, int, int]] = []
    with unit_of_work():
        stage.play(lambda *words: told.append(words), "days")
    return told


def test_deeds_happen_in_the_order_of_their_instants(app: Portal) -> None:
    stage, seen = Stage(1, PRESENT), []

    def note(hours: int) -> None:
        seen.append((hours, now()))

    for hours in (5, 50, 1):
        stage.plan(PRESENT - timedelta(hours=hours), partial(note, hours))
    told = played(stage)
    assert seen == [(hours, PRESENT - timedelta(hours=hours)) for hours in (50, 5, 1)]
    assert told[-1][1] == told[-1][2]


def test_what_lies_ahead_does_not_happen(app: Portal) -> None:
    stage, seen = Stage(1, PRESENT), []

    def deed() -> None:
        seen.append("then")
        stage.plan(PRESENT - timedelta(hours=1), lambda: seen.append("follows"))
        stage.plan(PRESENT, lambda: seen.append("never"))

    stage.plan(PRESENT - timedelta(days=2), deed)
    stage.plan(PRESENT + timedelta(days=2), lambda: seen.append("never"))
    played(stage)
    assert seen == ["then", "follows"]


def test_what_was_told_was_told_at_that_instant(app: Portal) -> None:
    stage = Stage(1, PRESENT)
    stage.plan(PRESENT - timedelta(days=3), lambda: outbox.emit("nothing.listens", number=1))
    played(stage)
    told: Any = db.session.execute(select(OutboxMessage.delivered_at)).scalars().one()
    assert told == PRESENT - timedelta(days=3)


def test_people_sleep_at_night() -> None:
    stage = Stage(1, PRESENT)
    for hour in range(24):
        at = stage.local(clock.day_of(PRESENT), hour)
        awake = stage.awake(at)
        assert 7 <= awake.astimezone(clock.zone).hour < 22
        assert awake == at if 7 <= hour <= 21 else timedelta() < awake - at < timedelta(hours=14)


def test_what_the_portal_refuses_does_not_happen(app: Portal) -> None:
    def refused() -> None:
        raise Forbidden

    stage, seen = Stage(1, PRESENT), []
    stage.plan(PRESENT - timedelta(hours=3), attempt(refused))
    stage.plan(PRESENT - timedelta(hours=2), lambda: seen.append("goes on"))
    played(stage)
    assert seen == ["goes on"]


def test_the_same_seed_throws_the_same_dice() -> None:
    one, other = Stage(7, PRESENT), Stage(7, PRESENT)
    early = PRESENT - timedelta(days=9)
    assert [one.between(early, PRESENT) for _ in range(5)] == [
        other.between(early, PRESENT) for _ in range(5)
    ]
