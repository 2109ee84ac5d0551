"""``python -m bench``: build a large town, measure, print a table.

On SQLite, and on PostgreSQL where ``BENCH_DATABASE_URL`` names an empty database.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from flask_migrate import downgrade, upgrade

from bench import town
from bench.measure import SLICES, Course, Figures, Request, Server, ask, burst, serving
from portal.app import create_app
from portal.config import from_environment
from portal.core.database import db
from portal.points.verification import verify

API = "/api/v1"
TOUCHES = 500
"""Requests of the baseline beside each slice."""
SECRET = "bench-only-secret-0123456789-abcdefghijklmnop"


class Towns(NamedTuple):
    """A small and a large one: what is read costs the same in both."""

    village: town.Plan
    city: town.Plan


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=2_000, help="of each kind")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--village", type=int, default=300, help="residents of the small town")
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, {options.clients} connections\n")
    city = town.Plan(options.residents, options.entries, options.requests)
    village = town.Plan(options.village, options.village * 10, options.requests, confirm_shifts=2)
    towns = Towns(village, city)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        measure("SQLite", url, Path(folder), towns, options.clients)
    url = os.environ.get("BENCH_DATABASE_URL", "")
    if url:
        with tempfile.TemporaryDirectory() as folder:
            measure("PostgreSQL", url, Path(folder), towns, options.clients)
    else:
        print("PostgreSQL was not measured: BENCH_DATABASE_URL is not set.")


def measure(name: str, url: str, folder: Path, towns: Towns, clients: int) -> None:
    """The reads in a village and in the city, then the writes in the city."""
    environment = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "INSTANCE_PATH": str(folder),
        "DEMO": "1",
        "RATE_LIMITS": "off",
        "LOG_LEVEL": "WARNING",
        "COOKIE_SECURE": "0",
    }
    village, city = towns
    small = _in_the_village(environment, village, clients)
    began = time.monotonic()
    place = _build(environment, city)
    print(f"## {name}: {city.residents:,} residents, {city.entries:,} entries", flush=True)
    print(f"(built in {time.monotonic() - began:.0f} s)\n", flush=True)
    with _course(environment, clients) as course:
        alone = replace(course, portal=course.bare)
        base = alone.compare("bare endpoint, one database function", course.touches * SLICES)
        reads = list(_reads(course, place, city))
        writes = list(_writes(course, place, city))
    _print_table([base, *reads, *writes])
    _print_sizes(small, reads, village, city)
    print(f"\nledger verify: {_verified(environment)}\n", flush=True)


@contextmanager
def _course(environment: dict[str, str], clients: int) -> Iterator[Course]:
    """Both servers, warmed up."""
    touches: list[Request] = [("POST", "/touch", {"id": n}, None) for n in range(TOUCHES)]
    with serving("bench.baseline", environment) as bare, serving("portal", environment) as portal:
        burst(bare, touches, clients)
        listing: Request = ("GET", f"{API}/activities?region=1504", None, None)
        burst(portal, [listing] * 100, clients)
        yield Course(bare, portal, touches, clients)


def _in_the_village(environment: dict[str, str], plan: town.Plan, clients: int) -> list[Figures]:
    place = _build(environment, plan)
    with _course(environment, clients) as course:
        figures = list(_reads(course, place, plan))
    app = create_app(from_environment({**os.environ, **environment}))
    with app.app_context():
        downgrade(directory=app.extensions["migrate"].directory, revision="base")
        db.session.remove()
        db.engine.dispose()
    return figures


def _build(environment: dict[str, str], plan: town.Plan) -> town.Town:
    app = create_app(from_environment({**os.environ, **environment}))
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        place = town.build(plan)
        db.session.remove()
        db.engine.dispose()
    return place


def _verified(environment: dict[str, str]) -> str:
    app = create_app(from_environment({**os.environ, **environment}))
    with app.app_context():
        report = verify()
        return "ok" if report.ok else f"{len(report.problems)} problems"


def _reads(course: Course, place: town.Town, plan: town.Plan) -> Iterator[Figures]:
    tokens = place.resident_tokens
    kinds = {
        "activity list, a community": [f"/activities?region={place.community}"],
        "activity list, the city": ["/activities?region=1504"],
        "activity page": [f"/activities/{each}" for each in place.activities],
        "offer list, the city": ["/offers?region=1504"],
        "a resident's sign-ups": ["/me/signups"],
        "a resident's points": ["/me/points"],
    }
    for name, paths in kinds.items():
        yield course.compare(
            name,
            [
                ("GET", API + paths[n % len(paths)], None, tokens[n % len(tokens)])
                for n in range(plan.requests)
            ],
        )


def _writes(course: Course, place: town.Town, plan: town.Plan) -> Iterator[Figures]:
    count = plan.requests
    tokens = place.resident_tokens
    timed = course.compare
    yield timed("sign-up", [_signup(place, n, tokens[n % len(tokens)]) for n in range(count)])
    yield timed("check-in", _checkins(course.portal, place, count))
    yield timed(
        f"confirm a shift of {plan.people_a_shift}",
        [
            ("POST", f"{API}/shifts/{shift}/confirm", None, place.host_token)
            for shift in place.confirm_shifts
        ],
    )
    for name, offers in (
        ("issue a voucher", place.offers),
        ("issue a voucher, one hot merchant", place.offers[:1]),
    ):
        yield timed(
            name,
            [
                (
                    "POST",
                    f"{API}/offers/{offers[n % len(offers)]}/vouchers",
                    None,
                    tokens[n % len(tokens)],
                )
                for n in range(count)
            ],
        )
    spread, hot = _voucher_codes(course.portal, place)
    yield timed("redeem a voucher", spread[:count])
    yield timed("redeem a voucher, one hot merchant", hot[:count])


def _checkins(server: Server, place: town.Town, count: int) -> list[Request]:
    shifts, tokens = place.checkin_shifts, place.resident_tokens
    codes = [
        ask(server, ("GET", f"{API}/shifts/{shift}/checkin-code", None, place.host_token))["code"]
        for shift in shifts
    ]
    return [
        ("POST", f"{API}/checkins", {"code": codes[n // town.PLACES]}, tokens[n])
        for n in range(min(count, len(tokens), len(codes) * town.PLACES))
    ]


def _signup(place: town.Town, number: int, token: str) -> Request:
    shift = place.signup_shifts[(number // town.PLACES) % len(place.signup_shifts)]
    return ("POST", f"{API}/shifts/{shift}/signups", None, token)


def _voucher_codes(server: Server, place: town.Town) -> tuple[list[Request], list[Request]]:
    """The vouchers just issued, as what the tills will send."""
    staff = dict(zip(place.offers, place.staff_tokens, strict=True))
    spread: list[Request] = []
    hot: list[Request] = []
    for token in place.resident_tokens:
        path = f"{API}/me/vouchers?status=issued&limit=100"
        for each in ask(server, ("GET", path, None, token))["items"]:
            offer = each["offer"]["id"]
            target = hot if offer == place.offers[0] else spread
            target.append(("POST", f"{API}/vouchers/redeem", {"code": each["code"]}, staff[offer]))
    return spread, hot


def _print_table(figures: list[Figures]) -> None:
    print("| request | n | per second | p50 ms | p99 ms | CPU ms | CPU ÷ bare |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for each in figures:
        refused = f" ({each.refused} refused)" if each.refused else ""
        print(
            f"| {each.name}{refused} | {each.count} | {each.per_second:,.0f} | "
            f"{each.p50 * 1000:.1f} | {each.p99 * 1000:.1f} | {each.cpu * 1000:.2f} | "
            f"{each.ratio:.2f} |",
            flush=True,
        )


def _print_sizes(
    small: list[Figures], large: list[Figures], village: town.Plan, city: town.Plan
) -> None:
    """The same reads in both towns: what size alone costs."""
    print(f"\n| read | ÷ bare, {village.residents:,} | ÷ bare, {city.residents:,} | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for before, after in zip(small, large, strict=True):
        print(
            f"| {before.name} | {before.ratio:.2f} | {after.ratio:.2f} | "
            f"{after.ratio / before.ratio:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
