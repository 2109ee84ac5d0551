"""``python -m bench``: build a large town, measure, print a table.

On SQLite, and on PostgreSQL where ``BENCH_DATABASE_URL`` names an empty database.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade

from bench import town
from bench.measure import Figures, Request, Server, ask, run, serving
from portal.app import create_app
from portal.config import from_environment
from portal.core.database import db
from portal.points.verification import verify

API = "/api/v1"
SECRET = "bench-only-secret-0123456789-abcdefghijklmnop"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=2_000, help="of each kind")
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, {options.clients} connections\n")
    plan = town.Plan(options.residents, options.entries, options.requests)
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/bench.db", Path(folder), plan, options.clients)
    url = os.environ.get("BENCH_DATABASE_URL")
    if url:
        with tempfile.TemporaryDirectory() as folder:
            measure("PostgreSQL", url, Path(folder), plan, options.clients)
    else:
        print("PostgreSQL was not measured: BENCH_DATABASE_URL is not set.")


def measure(name: str, url: str, folder: Path, plan: town.Plan, clients: int) -> None:
    environment = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "INSTANCE_PATH": str(folder),
        "DEMO": "1",
        "RATE_LIMITS": "off",
        "LOG_LEVEL": "WARNING",
        "COOKIE_SECURE": "0",
    }
    began = time.monotonic()
    place = _build(environment, plan)
    print(f"## {name}: {plan.residents:,} residents, {plan.entries:,} entries", flush=True)
    print(f"(built in {time.monotonic() - began:.0f} s)\n", flush=True)
    with serving("bench.baseline", environment) as server:
        touches = [_touch(n) for n in range(plan.requests)]
        run(server, "warm-up", touches[:200], clients)
        base = run(server, "bare endpoint, one database function", touches, clients)
    with serving("portal", environment) as server:
        figures = list(_portal(server, place, plan, clients))
    _print_table([base, *figures], base)
    print(f"\nledger verify: {_verified(environment)}\n", flush=True)


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


def _touch(number: int) -> Request:
    return ("POST", "/touch", {"id": number % 1_000}, None)


def _portal(server: Server, place: town.Town, plan: town.Plan, clients: int) -> list[Figures]:
    count = plan.requests
    tokens = place.resident_tokens

    def token(number: int) -> str:
        return tokens[number % len(tokens)]

    def timed(name: str, requests: list[Request]) -> Figures:
        return run(server, name, requests, clients)

    listing: Request = ("GET", f"{API}/activities?region={place.community}", None, None)
    city: Request = ("GET", f"{API}/activities?region=1504", None, None)
    run(server, "warm-up", [listing] * 100, clients)
    figures = [
        timed("activity list, a community", [listing] * count),
        timed("activity list, the city", [city] * count),
        timed(
            "activity page",
            [
                (
                    "GET",
                    f"{API}/activities/{place.activities[n % len(place.activities)]}",
                    None,
                    None,
                )
                for n in range(count)
            ],
        ),
        timed("sign-up", [_signup(place, n, token(n)) for n in range(count)]),
    ]
    codes = {
        shift: ask(server, ("GET", f"{API}/shifts/{shift}/checkin-code", None, place.host_token))
        for shift in place.checkin_shifts
    }
    people = min(count, len(tokens), len(codes) * town.PLACES)
    shifts = place.checkin_shifts
    figures.append(
        timed(
            "check-in",
            [
                (
                    "POST",
                    f"{API}/checkins",
                    {"code": codes[shifts[n // town.PLACES]]["code"]},
                    tokens[n],
                )
                for n in range(people)
            ],
        )
    )
    figures.append(
        timed(
            f"confirm a shift of {plan.people_a_shift}",
            [
                ("POST", f"{API}/shifts/{shift}/confirm", None, place.host_token)
                for shift in place.confirm_shifts
            ],
        )
    )
    offers = place.offers
    spread = [
        ("POST", f"{API}/offers/{offers[n % len(offers)]}/vouchers", None, token(n))
        for n in range(count)
    ]
    hot = [("POST", f"{API}/offers/{offers[0]}/vouchers", None, token(n)) for n in range(count)]
    figures.append(timed("issue a voucher", list(spread)))
    figures.append(timed("issue a voucher, one hot merchant", list(hot)))
    spread_codes, hot_codes = _voucher_codes(server, place)
    figures.append(timed("redeem a voucher", spread_codes[:count]))
    figures.append(timed("redeem a voucher, one hot merchant", hot_codes[:count]))
    return figures


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


def _print_table(figures: list[Figures], base: Figures) -> None:
    print("| request | n | per second | p50 ms | p99 ms | CPU ms | CPU ÷ bare |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for each in figures:
        refused = f" ({each.refused} refused)" if each.refused else ""
        print(
            f"| {each.name}{refused} | {each.count} | {each.per_second:,.0f} | "
            f"{each.p50 * 1000:.1f} | {each.p99 * 1000:.1f} | {each.cpu * 1000:.2f} | "
            f"{each.cpu / base.cpu:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
