"""Auditors' work on the books: finding bookings, their totals, the file, the last verification."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.app import Portal
from portal.core import jobs
from portal.core.clock import clock
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger
from portal.points.queries.book import BookFilter, transactions_within
from portal.points.queries.totals import (
    Total,
    Totals,
    _of_regions,
    _settled,
    spans,
    totals_within,
)
from portal.points.verification import verify
from portal.points.views import books as books_page
from tests.browsing import Browser
from tests.points.books import award, fund, rows, spend
from tests.world import CITY, COMMUNITY, FAR_COMMUNITY, NEXT_COMMUNITY, principal

pytestmark = pytest.mark.usefixtures("world")

SEPTEMBER, OCTOBER = date(2026, 9, 14), date(2026, 10, 2)


def auditor(code: str = CITY) -> Principal:
    return principal("a" * 26, Grant(Role.AUDITOR, ScopeKind.REGION, code))


def at(day: date, hour: int = 12) -> datetime:
    return clock.start_of(day) + timedelta(hours=hour)


@pytest.fixture
def li(world: ModuleType) -> str:
    return str(world.make_user("li@example.org", "Li Na"))


@pytest.fixture
def desk(app: Portal, world: ModuleType) -> Browser:
    world.make_staff("auditor", scope=CITY)
    return Browser(app.test_client()).sign_in("auditor@example.org")


@pytest.fixture
def autumn(li: str) -> None:
    """Two months of bookings in two communities."""
    with clock.held_at(at(SEPTEMBER)):
        fund(1_000)
        fund(300, NEXT_COMMUNITY)
        award(li, 30, memo="Leaves in the park")
    with clock.held_at(at(OCTOBER)):
        award(li, 20, memo="Snow in the yard")
        spend(li, 12)


def figures(totals: Totals) -> dict[str, tuple[Any, ...]]:
    return {
        each.kind: (
            each.bookings, each.points, each.points_in, each.points_out,
            each.minutes_in, each.minutes_out,
        )
        for each in totals.kinds
    }  # fmt: skip


EARLY, LATE = (1, 30, 30, 0, 180, 0), (1, 20, 20, 0, 120, 0)
IN_ALL = {
    "allocation": (2, 1_300, 0, 0, 0, 0),
    "award": (2, 50, 50, 0, 300, 0),
    "redemption": (1, 12, 0, 12, 0, 0),
}


@pytest.mark.usefixtures("autumn")
@pytest.mark.parametrize("rolled_up", [False, True])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (BookFilter(), IN_ALL),
        (BookFilter(kind="award"), {"award": IN_ALL["award"]}),
        (BookFilter(region=NEXT_COMMUNITY), {"allocation": (1, 300, 0, 0, 0, 0)}),
        (BookFilter(since=OCTOBER),
         {"award": LATE, "redemption": (1, 12, 0, 12, 0, 0)}),
        (BookFilter(until=SEPTEMBER),
         {"allocation": IN_ALL["allocation"], "award": EARLY}),
        (BookFilter(since=SEPTEMBER, until=SEPTEMBER, kind="award"), {"award": EARLY}),
        (BookFilter(since=SEPTEMBER + timedelta(days=1), until=OCTOBER - timedelta(days=1)), {}),
        (BookFilter(since=date(2026, 8, 20), until=date(2026, 10, 31)), IN_ALL),
        (BookFilter(since=date(2027, 1, 1)), {}),
    ],
)  # fmt: skip
def test_totals_are_what_the_bookings_come_to(
    wanted: BookFilter,
    found: dict[str, Any],
    rolled_up: bool,  # noqa: FBT001
) -> None:
    if rolled_up:
        assert ledger.total_up() > 0
        assert ledger.total_up() == 0
    assert figures(totals_within(auditor(), wanted)) == found


@pytest.mark.usefixtures("autumn")
def test_what_is_newer_than_the_totals_counts_as_well(li: str) -> None:
    ledger.total_up()
    with clock.held_at(at(OCTOBER)):
        award(li, 5)
    assert figures(totals_within(auditor(), BookFilter()))["award"] == (3, 55, 55, 0, 330, 0)
    ledger.total_up()
    assert figures(totals_within(auditor(), BookFilter()))["award"] == (3, 55, 55, 0, 330, 0)


def test_midnight_is_the_portals_own(li: str) -> None:
    with clock.held_at(at(OCTOBER, hour=0)):
        fund(100)
    with clock.held_at(at(OCTOBER, hour=24) - timedelta(seconds=1)):
        fund(10)
    ledger.total_up()
    that_day = BookFilter(since=OCTOBER, until=OCTOBER)
    assert figures(totals_within(auditor(), that_day))["allocation"][:2] == (2, 110)


@pytest.mark.usefixtures("autumn")
def test_many_small_steps_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.points.ledger.totals._AT_ONCE", 1)
    ledger.total_up()
    assert figures(totals_within(auditor(), BookFilter())) == IN_ALL
    assert verify().ok


@pytest.mark.usefixtures("autumn")
def test_totals_end_where_the_auditors_regions_end() -> None:
    ledger.total_up()
    assert totals_within(auditor(FAR_COMMUNITY), BookFilter()).kinds == []
    assert figures(totals_within(auditor(NEXT_COMMUNITY), BookFilter())) == {
        "allocation": (1, 300, 0, 0, 0, 0)
    }
    assert totals_within(principal("n" * 26), BookFilter()).kinds == []


@pytest.mark.usefixtures("autumn")
def test_a_total_changed_by_force_is_found() -> None:
    jobs.run_until_quiet()
    assert verify().ok
    with unit_of_work() as session:
        session.execute(text("UPDATE ledger_total SET points_in = points_in + 1"
                                  " WHERE kind = 'award' AND span = 'month'"))  # fmt: skip
    problems = verify().problems
    assert {(each.kind, each.table) for each in problems} == {("total", "ledger_total")}
    assert f"{COMMUNITY} award by month" in {each.id for each in problems}


@pytest.mark.usefixtures("autumn")
@pytest.mark.parametrize("span", ["day", "month"])
def test_a_total_moved_to_another_time_is_found(span: str) -> None:
    jobs.run_until_quiet()
    assert verify().ok
    with unit_of_work() as session:
        session.execute(
            text(
                "UPDATE ledger_total SET begins_on = '2020-02-01'"
                " WHERE kind = 'award' AND span = :span AND begins_on = (SELECT min(begins_on)"
                " FROM ledger_total WHERE kind = 'award' AND span = :span)"
            ),
            {"span": span},
        )
    problems = verify().problems
    assert {(each.kind, each.table) for each in problems} == {("total", "ledger_total")}
    assert f"{COMMUNITY} award {span} 2020-02-01" in {each.id for each in problems}


@pytest.mark.usefixtures("autumn")
def test_a_total_taken_away_is_found() -> None:
    ledger.total_up()
    with unit_of_work() as session:
        session.execute(text("DELETE FROM ledger_total WHERE kind = 'redemption'"))
    assert {each.kind for each in verify().problems} == {"total"}


_d = date.fromisoformat


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, [("month", None, None)]),
        ("2026-09-01", None, [("month", _d("2026-09-01"), None)]),
        ("2026-09-02", None,
         [("month", _d("2026-10-01"), None), ("day", _d("2026-09-02"), _d("2026-09-30"))]),
        (None, "2026-09-30", [("month", None, _d("2026-09-01"))]),
        (None, "2026-09-29",
         [("month", None, _d("2026-08-01")), ("day", _d("2026-09-01"), _d("2026-09-29"))]),
        ("2026-09-01", "2026-09-30", [("month", _d("2026-09-01"), _d("2026-09-01"))]),
        ("2026-09-05", "2026-09-20", [("day", _d("2026-09-05"), _d("2026-09-20"))]),
        ("2026-09-30", "2026-10-01", [("day", _d("2026-09-30"), _d("2026-10-01"))]),
        (
            "2025-12-31", "2026-03-01",
            [
                ("month", _d("2026-01-01"), _d("2026-02-01")),
                ("day", _d("2025-12-31"), _d("2025-12-31")),
                ("day", _d("2026-03-01"), _d("2026-03-01")),
            ],
        ),
    ],
)  # fmt: skip
def test_a_time_is_whole_months_and_the_days_at_its_ends(
    since: str | None, until: str | None, found: list[Any]
) -> None:
    assert spans(_d(since) if since else None, _d(until) if until else None) == found


def test_every_day_of_any_time_counts_once() -> None:
    beginning = date(2026, 1, 1)
    for first in range(0, 100, 7):
        for length in range(0, 100, 3):
            since = beginning + timedelta(days=first)
            until = since + timedelta(days=length)
            assert sorted(_days(spans(since, until))) == [
                since + timedelta(days=n) for n in range(length + 1)
            ]


def _days(found: list[Any]) -> list[date]:
    days = []
    for span, first, last in found:
        day = first
        after = (last if span == "day" else _month_end(last)) + timedelta(days=1)
        while day < after:
            days.append(day)
            day += timedelta(days=1)
    return days


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# --- the page -------------------------------------------------------------------------------------


def listed(desk: Browser) -> list[str]:
    """The memos and regions of the bookings on the page."""
    parts = desk.page.text.split("<tbody>")
    return parts[-1].split("</tbody>")[0].splitlines() if len(parts) > 2 else []


@pytest.mark.usefixtures("autumn")
@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("", "Leaves in the park", None),
        ("kind=award", "Snow in the yard", "noodles"),
        ("since=2026-10-01", "Snow in the yard", "Leaves in the park"),
        ("until=2026-09-30", "Leaves in the park", "Snow in the yard"),
        (f"region={NEXT_COMMUNITY}", "宝山路社区", "Leaves in the park"),
        ("since=nonsense&region=%E7%BA%A2&kind=nothing", "Leaves in the park", None),
    ],
)
def test_bookings_are_found_by_kind_day_and_region(
    desk: Browser, query: str, there: str, absent: str | None
) -> None:
    ledger.total_up()
    desk.open(f"/desk/ledger?{query}")
    found = "\n".join(listed(desk))
    assert there in found
    assert absent is None or absent not in found


@pytest.mark.usefixtures("autumn")
def test_an_address_cannot_lead_the_links_away(desk: Browser) -> None:
    """What somebody writes into an address stays a question: it is no option of the links."""
    desk.open("/desk/ledger?_external=1&_scheme=javascript&endpoint=x&_anchor=y&since=&kind=award")
    assert "javascript:" not in desk.page.text
    assert 'href="/desk/ledger.csv?_external=1&amp;' in desk.page.text


@pytest.mark.usefixtures("autumn")
def test_the_region_is_chosen_by_its_name(desk: Browser) -> None:
    desk.open("/desk/ledger?kind=allocation")
    desk.open(f"{_link(desk, '/regions/choose?')}&q=宝山路")
    desk.open(_link(desk, f"/desk/ledger?kind=allocation&region={NEXT_COMMUNITY}"))
    assert "300" in "\n".join(listed(desk))
    assert "1,000" not in "\n".join(listed(desk))


def noted(action: str) -> list[tuple[str, str]]:
    """What the audit log keeps of some deeds: to what, and where."""
    written = rows(
        "SELECT object_id, region_code FROM audit_event WHERE action = :action", action=action
    )
    return [(row.object_id, row.region_code) for row in written]


def _link(desk: Browser, beginning: str) -> str:
    addresses = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', desk.page.text)]
    return next(each for each in addresses if each.startswith(beginning))


@pytest.mark.usefixtures("autumn")
def test_bookings_of_one_resident(desk: Browser, li: str, world: ModuleType) -> None:
    code = rows("SELECT member_code FROM user_account WHERE id = :id", id=li)[0].member_code
    other = world.make_user("wang@example.org")
    with clock.held_at(at(OCTOBER)):
        award(other, 7, memo="Of somebody else")
    desk.open(f"/desk/ledger?whose={code[:4]}%20{code[4:8]}%20{code[8:]}")
    found = "\n".join(listed(desk))
    assert "Leaves in the park" in found
    assert "Of somebody else" not in found
    assert "Li Na" in desk.text
    assert "Points in" in desk.text
    assert noted("ledger.person_read") == [(li, COMMUNITY)]


@pytest.mark.usefixtures("autumn")
def test_totals_of_one_resident(li: str) -> None:
    theirs = rows("SELECT id FROM ledger_account WHERE owner_id = :id", id=li)
    found = totals_within(auditor(), BookFilter(accounts=tuple(row.id for row in theirs)))
    assert list(found.kinds) == [
        Total("award", 2, None, 50, 0, 300, 0),
        Total("redemption", 1, None, 0, 12, 0, 0),
    ]
    assert totals_within(auditor(), BookFilter(accounts=())).kinds == []


@pytest.mark.usefixtures("autumn")
def test_an_account_is_found_by_its_number(desk: Browser) -> None:
    budget = rows(
        "SELECT id FROM ledger_account WHERE purpose = 'budget' AND owner_id = :code",
        code=NEXT_COMMUNITY,
    )[0].id
    desk.open(f"/desk/ledger?whose={budget}")
    found = "\n".join(listed(desk))
    assert "宝山路社区" in found
    assert "红山郡社区" not in found
    for nobodys in ("999999999", "zzzz", "9" * 40):
        desk.open(f"/desk/ledger?whose={nobodys}")
        assert "No such bookings" in desk.text


@pytest.mark.usefixtures("autumn")
def test_who_looks_after_the_money_does_not_learn_of_residents(
    app: Portal, world: ModuleType, li: str
) -> None:
    world.make_staff("finance", scope=CITY)
    finance = Browser(app.test_client()).sign_in("finance@example.org")
    code = rows("SELECT member_code FROM user_account WHERE id = :id", id=li)[0].member_code
    wallet = rows("SELECT id FROM ledger_account WHERE purpose = 'wallet'")[0].id
    for whose in (code, wallet):
        finance.open(f"/desk/ledger?whose={whose}")
        assert "No such bookings" in finance.text
    booking = rows("SELECT id FROM ledger_transaction WHERE kind = 'award'")[0].id
    finance.open(f"/desk/ledger/{booking}")
    assert "Li Na" not in finance.text
    assert li not in finance.page.text
    file = finance.client.get("/desk/ledger.csv").text
    assert "Li Na" not in file
    assert li not in file


@pytest.mark.usefixtures("autumn")
def test_an_auditor_of_another_place_learns_nothing_of_a_resident(
    app: Portal, world: ModuleType, li: str
) -> None:
    world.make_staff("auditor", "far@example.org", scope=FAR_COMMUNITY)
    far = Browser(app.test_client()).sign_in("far@example.org")
    code = rows("SELECT member_code FROM user_account WHERE id = :id", id=li)[0].member_code
    far.open(f"/desk/ledger?whose={code}")
    assert "No such bookings" in far.text
    assert "Li Na" not in far.text
    assert noted("ledger.person_read") == []


@pytest.mark.usefixtures("autumn")
def test_a_booking_says_who_and_of_what_by_name(desk: Browser) -> None:
    booking = rows("SELECT id FROM ledger_transaction WHERE kind = 'award'")[0].id
    desk.open(f"/desk/ledger/{booking}")
    assert "Li Na" in desk.text
    assert f'href="/regions/{COMMUNITY}"' in desk.page.text
    account = rows("SELECT id FROM ledger_account WHERE purpose = 'wallet'")[0].id
    assert f'href="/desk/ledger?whose={account}"' in desk.page.text


# --- the file -------------------------------------------------------------------------------------


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.usefixtures("autumn")
def test_the_file_holds_what_the_page_shows_in_its_order(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books_page, "MOST_ROWS_AT_ONCE", 2)
    lines = table(desk.client.get("/desk/ledger.csv"))
    shown = [row.id for row in transactions_within(auditor(), limit=100).items]
    assert list(dict.fromkeys(line["Number"] for line in lines)) == shown
    points = [int(line["Points"]) for line in lines if line["Points"]]
    minutes = [int(line["Minutes"]) for line in lines if line["Minutes"]]
    assert sum(points) == sum(minutes) == 0
    assert {line["Of"] for line in lines if line["Ledger account"] == "Points of a resident"} == {
        "Li Na"
    }
    few = table(desk.client.get("/desk/ledger.csv?kind=award&until=2026-09-30"))
    assert {line["Memo"] for line in few} == {"Leaves in the park"}


def test_the_file_runs_nothing(desk: Browser, li: str) -> None:
    fund(100)
    award(li, 30, memo='=HYPERLINK("http://x")')
    lines = table(desk.client.get("/desk/ledger.csv?kind=award"))
    assert {line["Memo"] for line in lines} == {'\'=HYPERLINK("http://x")'}


@pytest.mark.usefixtures("autumn")
def test_that_a_file_was_taken_is_kept(desk: Browser) -> None:
    desk.client.get(f"/desk/ledger.csv?region={NEXT_COMMUNITY}")
    assert noted("ledger.downloaded") == [(NEXT_COMMUNITY, NEXT_COMMUNITY)]


@pytest.mark.usefixtures("autumn")
def test_a_file_that_would_be_too_long_is_refused(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books_page, "MOST_IN_FILE", 4)
    desk.open("/desk/ledger")
    assert "/desk/ledger.csv" not in desk.page.text
    desk.open("/desk/ledger.csv?until=2030-01-01")
    assert desk.address == "/desk/ledger?until=2030-01-01"
    assert "These are 5 bookings, and a file holds 4." in desk.text
    desk.open("/desk/ledger?kind=award")
    assert "/desk/ledger.csv?kind=award" in desk.page.text


# --- the verification -----------------------------------------------------------------------------


def test_the_page_tells_when_the_books_were_verified(app: Portal, desk: Browser) -> None:
    fund(100)
    desk.open("/desk/ledger")
    assert "Not verified yet" in desk.text
    verified = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert verified.exit_code == 0, verified.output
    desk.open("/desk/ledger")
    assert "Verified today" in desk.text
    assert "2 entries are as they were written" in desk.text


def test_the_page_tells_of_problems(app: Portal, desk: Browser) -> None:
    fund(100)
    with unit_of_work() as session:
        session.execute(text("UPDATE ledger_account SET balance = 99 WHERE purpose = 'budget'"))
    verified = app.test_cli_runner().invoke(args=["ledger", "verify", "--json"])
    assert verified.exit_code == 1
    desk.open("/desk/ledger")
    assert "with problems" in desk.text
    assert "1 thing in the books" in desk.text


def test_a_result_that_cannot_be_kept_is_still_told(
    app: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that nobody may write to is verified as well."""

    def refuse(_report: object) -> None:
        raise OperationalError("INSERT", {}, Exception("attempt to write a readonly database"))

    fund(100)
    monkeypatch.setattr("portal.points.checking.keep", refuse)
    verified = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert verified.exit_code == 0
    assert "all is well" in verified.stdout
    assert "the result could not be kept" in verified.stderr


def test_a_clock_that_was_set_costs_no_day_between(li: str) -> None:
    """In demo mode a file moves the clock, by a century if it must be."""
    with clock.held_at(at(date(1999, 12, 31))):
        fund(100)
    with clock.held_at(at(date(2150, 1, 1))):
        fund(10)
    assert ledger.total_up() == 4
    kept = rows("SELECT span, begins_on FROM ledger_total ORDER BY span, begins_on")
    assert [(row.span, str(row.begins_on)) for row in kept] == [
        ("day", "1999-12-31"), ("day", "2150-01-01"),
        ("month", "1999-12-01"), ("month", "2150-01-01"),
    ]  # fmt: skip


@pytest.mark.usefixtures("autumn")
def test_totals_that_move_while_they_are_read_are_read_anew() -> None:
    """Else the entries that the job moves between the two halves would count twice."""
    asked: list[int] = []

    def question(reached: int) -> Any:
        asked.append(reached)
        if len(asked) == 1:
            ledger.total_up()
        return _of_regions(auditor(), BookFilter(kind="award"), reached)

    rows_found = _settled(question)
    assert asked[0] == 0 < asked[1]
    assert len(asked) == 2
    assert [(row.bookings, row.points_in) for row in rows_found] == [(2, 50)]


@pytest.mark.usefixtures("autumn")
@pytest.mark.parametrize("few", [0, 2_000])
def test_few_and_many_are_listed_alike(
    app: Portal, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("portal.points.queries.totals.FEW", few)
    wanted = BookFilter(kind="award", region=COMMUNITY)
    narrowed = totals_within(auditor(), wanted).narrowed(wanted)
    with app.test_request_context():
        first = transactions_within(auditor(), narrowed, limit=1)
        second = transactions_within(auditor(), narrowed, limit=1, cursor=first.next_cursor)
    assert [row.memo for row in (*first.items, *second.items)] == [
        "Snow in the yard", "Leaves in the park",
    ]  # fmt: skip
    assert second.next_cursor is None
