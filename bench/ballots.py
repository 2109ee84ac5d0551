"""``python -m bench.ballots``: close and count a vote of each method in a large town.

On SQLite, and on PostgreSQL where ``BENCH_DATABASE_URL`` names an empty database. The roll is
frozen, the urn is closed and the board is written by the portal's own steps; only the ballots are
sealed and laid into the urn at once instead of one by one.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select, update

from bench import town
from portal.accounts.models import User
from portal.app import create_app
from portal.config import from_environment
from portal.consultations import count, envelopes, services
from portal.consultations.board import Ballot
from portal.consultations.models import SLOT_BYTES, BoardLine, RollEntry, UrnEnvelope
from portal.consultations.queries import consultations
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import BUDGET_METHODS, Method, Terms
from portal.consultations.rules.life import Way
from portal.consultations.services import ConsultationPlan, OptionPlan
from portal.core.clock import today
from portal.core.database import db
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work

DISTRICT = "150402"
BUDGET = 1_000_000 * 100
"""In 分, shared by options of 20,000 to 200,000 yuan."""
MOST_CHOSEN = 10
SECRET = "bench-only-secret-0123456789-abcdefghijklmnop"


@dataclass(frozen=True)
class Step:
    """What a step took: by the clock, and of the portal's process."""

    seconds: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} | {self.cpu:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ballots", description=__doc__)
    parser.add_argument("--voters", type=int, default=100_000)
    parser.add_argument("--options", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/bench.db", Path(folder), options)
    if url := os.environ.get("BENCH_DATABASE_URL", ""):
        with tempfile.TemporaryDirectory() as folder:
            measure("PostgreSQL", url, Path(folder), options)
    else:
        print("PostgreSQL was not measured: BENCH_DATABASE_URL is not set.")


def measure(name: str, url: str, folder: Path, options: argparse.Namespace) -> None:
    """A vote of each method, one after the other, by the same voters."""
    environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "INSTANCE_PATH": str(folder)}
    app = create_app(from_environment({**os.environ, **environment, "DEMO": "1"}))
    print(f"## {name}: {options.voters:,} ballots, {options.options} options\n")
    print("| method | opening s | CPU s | closing s | CPU s | lines |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        town.build(town.Plan(options.voters, 0, 1, confirm_shifts=0))
        for method in Method:
            opening, closing, lines = _held(method, options.options)
            print(f"| {method} | {opening} | {closing} | {lines:,} |", flush=True)
        db.session.remove()
        db.engine.dispose()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nThe process never held more than {megabytes:,.0f} MB.\n", flush=True)


def _held(method: Method, options: int) -> tuple[Step, Step, int]:
    """Hold one vote from its draft to its board."""
    committee = _committee()
    with unit_of_work():
        vote = services.create(committee, _plan(method, options))
        services.start_discussion(committee, vote)
    with unit_of_work(), _timed() as opening:
        services.open_voting(committee, vote)
    _fill(vote)
    with _timed() as closing:
        count.close_by_hand(committee, vote)
    lines = select(func.count()).select_from(BoardLine).where(BoardLine.consultation_id == vote)
    return opening(), closing(), db.session.execute(lines).scalar_one()


def _committee() -> Principal:
    """Somebody of the town, with a role for all of it."""
    grant = Grant(Role.COMMITTEE, ScopeKind.REGION, DISTRICT)
    somebody = db.session.execute(select(User.id).limit(1)).scalar_one()
    return Principal(somebody, "bench", "en", "", None, (), verified=False, grants=(grant,))


def _plan(method: Method, options: int) -> ConsultationPlan:
    money = method in BUDGET_METHODS
    costs = [2_000_000 + (n * 7_919_000) % 18_000_000 if money else None for n in range(options)]
    return ConsultationPlan(
        title=f"Measured: {method}",
        question="Which?",
        region_code=DISTRICT,
        method=method,
        options=[OptionPlan(title=f"{n + 1}", cost=cost) for n, cost in enumerate(costs)],
        budget=BUDGET if money else None,
        max_choices=min(MOST_CHOSEN, options) if method is Method.APPROVAL else None,
    )


def _fill(vote: str) -> None:
    """Everybody on the roll votes."""
    row = consultations.as_it_is(vote)
    assert row is not None
    terms, chance = consultations.terms_of(row), random.Random(20261122)
    ballots = (
        {
            "consultation_id": vote,
            "slot": secrets.token_bytes(SLOT_BYTES),
            "envelope": envelopes.seal(terms, row.public_key, row.envelope_bytes, ballot),
            "fresh": False,
        }
        for ballot in _ballots(terms, row.roll_size, chance)
    )
    town.write(UrnEnvelope.__table__, ballots)
    with unit_of_work():
        db.session.execute(
            update(RollEntry)
            .where(RollEntry.consultation_id == vote)
            .values(voted_on=today(), way=Way.ONLINE)
        )


def _ballots(terms: Terms, number: int, chance: random.Random) -> Iterator[Ballot]:
    for _ in range(number):
        yield Ballot(receipts.draw(secrets.SystemRandom()), _choices(terms, chance))


def _choices(terms: Terms, chance: random.Random) -> tuple[str, ...]:
    """A few options, the first ones more often, as many as the method's rule lets one choose."""
    places = range(len(terms.options))
    wanted = sorted(places, key=lambda place: (place + 1) * chance.random())
    most = min(terms.most_choices, MOST_CHOSEN, len(places))
    chosen, spent = [], 0
    for place in wanted[: chance.randint(1, most)]:
        spent += terms.options[place].cost or 0
        if terms.method is Method.BUDGET_GREEDY and spent > (terms.budget or 0):
            break
        chosen.append(terms.options[place].id)
    return tuple(chosen)


@contextmanager
def _timed() -> Iterator[Callable[[], Step]]:
    """Measure what happens inside; ask afterwards."""
    wall, cpu = time.monotonic(), time.process_time()
    found: list[Any] = []
    yield lambda: found[0]
    found.append(Step(time.monotonic() - wall, time.process_time() - cpu))


if __name__ == "__main__":
    main()
