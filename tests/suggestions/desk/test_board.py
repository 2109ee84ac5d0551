"""The supervisor's figures: each equals what an outsider makes of the file of events."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from portal.core.clock import clock, now, today
from portal.core.errors import DomainError
from portal.core.permissions import Principal
from portal.suggestions import services
from portal.suggestions.queries import early, figures
from portal.suggestions.queries.figures import Figure, Split
from portal.suggestions.queries.statistics import Narrowing
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from tests.suggestions.district import (
    LAMPS,
    QUARRELS,
    Office,
    accepted,
    do,
    report,
    row_of,
    shanghai,
)
from tests.suggestions.pages.conftest import Opens
from tests.world import COMMUNITY, DISTRICT, FAR_COMMUNITY

BEGIN = shanghai("2026-09-28T09:00:00")
END = BEGIN + timedelta(days=70)
OPEN = {"received", "dispatched", "accepted", "returned", "in_progress", "reopened"}


@pytest.fixture
def lived_through(office: Office) -> Office:
    """Forty cases that went their ways in two months with holidays and make-up days."""
    dice = Random(11)
    for _number in range(40):
        with clock.held_at(BEGIN + timedelta(days=dice.uniform(0, 55))):
            category = dice.choice((LAMPS, QUARRELS))
            case = report(office.resident, category=category, region_code=_place(dice))
        _go_on(office, case, dice)
    return office


def _place(dice: Random) -> str:
    return dice.choice((COMMUNITY, COMMUNITY, FAR_COMMUNITY))


def _go_on(office: Office, case: str, dice: Random) -> None:
    at = row_of(case).received_at
    department, handler = dice.choice(list(office.departments.items()))
    steps: list[tuple[Any, Principal, tuple[Any, ...]]] = [
        (services.dispatch, office.dispatcher, (department,)),
        (services.accept, handler, ()),
        (services.answer, handler, (Outcome.DONE, "好了")),
        (services.confirm, office.resident, (dice.randint(1, 5),)),
        (services.reopen, office.resident, ("没好",)),
        (services.answer, handler, (Outcome.PLANNED, "再来")),
    ]
    for deed, actor, values in steps[: dice.randint(0, len(steps))]:
        at += timedelta(days=dice.choice((0.2, 0.5, 1, 3, 6)))
        with clock.held_at(at):
            try:
                do(deed, actor, case, *values)
            except DomainError:
                return


def test_every_rate_is_recomputed_from_the_file_of_events(
    lived_through: Office, opens: Opens
) -> None:
    with clock.held_at(END):
        browser = opens("supervisor")
        file = browser.open("/desk/supervision/events.csv?from=2026-01-01").text
        cases = _cases(file)
        assert len(cases) > 10
        for split, told in (
            (Split.DEPARTMENT, _department),
            (Split.CATEGORY, lambda case: case[0]["category_code"]),
            (Split.MONTH, _month),
            (Split.REGION, lambda case: case[0]["region_code"][: len(DISTRICT) + 3]),
        ):
            narrowing = Narrowing(region=DISTRICT, first_day=BEGIN.date())
            lines = figures.lines(lived_through.supervisor, split, narrowing)
            expected = defaultdict(list)
            for case in cases.values():
                expected[told(case)].append(case)
            found = {line.name if split is Split.DEPARTMENT else line.key: line for line in lines}
            assert set(found) == set(expected)
            for key, group in expected.items():
                _assert_alike(found[key], group)


def _cases(file: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(file.lstrip("\ufeff"))):
        found[row["number"]].append(row)
    for rows in found.values():
        assert [int(row["position"]) for row in rows] == list(range(1, len(rows) + 1))
    return found


def _assert_alike(line: figures.Line, group: list[list[dict[str, str]]]) -> None:
    answers = [(case, first) for case in group if (first := _first(case, "answered"))]
    scores = [int(last["score"]) for case in group if (last := _last(case, "confirmed"))]
    days = sorted(
        int((_at(each) - _at(case[0])).total_seconds() // 86_400) for case, each in answers
    )
    on_time = [each for case, each in answers if _at(each) <= _due(case)]
    overdue = [case for case in group if case[-1]["to_status"] in OPEN and _due(case) < END]
    counts = line.counts
    assert counts.received == len(group)
    assert counts.accepted == sum(_first(case, "accepted") is not None for case in group)
    assert (counts.answered, counts.on_time) == (len(answers), len(on_time))
    assert counts.closed == sum(case[-1]["to_status"] == "closed" for case in group)
    assert (counts.judged, counts.satisfied) == (len(scores), sum(each >= 4 for each in scores))
    assert counts.overdue == len(overdue)
    assert line.median_days == (days[(len(days) - 1) // 2] if days else None)


def _first(case: list[dict[str, str]], event: str) -> dict[str, str] | None:
    return next((row for row in case if row["event"] == event), None)


def _last(case: list[dict[str, str]], event: str) -> dict[str, str] | None:
    return _first(case[::-1], event)


def _at(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["at"]).astimezone(UTC)


def _due(case: list[dict[str, str]]) -> datetime:
    return datetime.fromisoformat([row["due_at"] for row in case if row["due_at"]][-1])


def _department(case: list[dict[str, str]]) -> str:
    name = ""
    for row in case:
        name = {"dispatched": row["to_department"], "returned": ""}.get(row["event"], name)
    return name


def _month(case: list[dict[str, str]]) -> str:
    return f"{_at(case[0]).astimezone(clock.zone):%Y%m}"


def test_each_figure_has_its_cases_behind_it(lived_through: Office) -> None:
    with clock.held_at(END):
        narrowing = Narrowing(region=DISTRICT)
        actor = lived_through.supervisor
        counts = figures.whole(figures.lines(actor, Split.CATEGORY, narrowing))
        behind = {each: len(_all(actor, each, narrowing)) for each in Figure}
        assert len(_all(actor, None, narrowing)) == counts.received
        assert behind[Figure.ACCEPTED] == counts.accepted
        assert behind[Figure.ACCEPTED] + behind[Figure.WAITING] == counts.received
        assert behind[Figure.ON_TIME] == counts.on_time
        assert behind[Figure.ON_TIME] + behind[Figure.LATE] == counts.answered
        assert behind[Figure.CLOSED] == counts.closed
        assert behind[Figure.OVERDUE] == counts.overdue
        assert behind[Figure.SATISFIED] == counts.satisfied
        assert behind[Figure.SATISFIED] + behind[Figure.UNSATISFIED] == counts.judged


def _all(actor: Principal, figure: Figure | None, narrowing: Narrowing) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        page = figures.page(actor, figure, narrowing, cursor=cursor)
        found += page.items
        if (cursor := page.next_cursor) is None:
            return found


def test_the_file_holds_no_words_and_nobody(office: Office, opens: Opens) -> None:
    case = accepted(office, visibility=Visibility.CONFIDENTIAL, category=QUARRELS, title="秘密")
    do(services.progress, office.of_lights, case, "谁也不该看见")
    browser = opens("supervisor")
    file = browser.open("/desk/supervision/events.csv").text
    assert "confidential" in file
    for hidden in ("秘密", "谁也不该看见", office.resident.id, office.of_lights.id, case):
        assert hidden not in file
    for who in ("dispatcher", "resident", "h1"):
        opens(who).open("/desk/supervision/events.csv", status=404)


def test_rates_are_shown_with_links_to_their_cases(lived_through: Office, opens: Opens) -> None:
    with clock.held_at(END):
        browser = opens("supervisor")
        page = browser.open("/desk/supervision/rates?by=month&from=2026-09-01").text
        assert "2026-10" in browser.text
        assert "Acceptance rate" in browser.text
        link = next(
            each for each in page.split('"')
            if each.startswith("/desk/supervision/cases") and "state=accepted" in each
        )  # fmt: skip
        browser.open(link.replace("&amp;", "&"))
        assert "路灯不亮" in browser.text
        browser.open("/desk/supervision/rates?from=2020-01-01&to=2020-02-01")
        assert "No cases in these days" in browser.text


def test_a_week_unlike_its_past_is_warned_of(office: Office, opens: Opens) -> None:
    with clock.held_at(now() - timedelta(days=20)):
        report(office.resident)
    for _number in range(8):
        report(office.resident)
    warned = early.early_warnings(office.supervisor)
    assert [(each.category_name, each.unusual.weeks.present) for each in warned] == [("路灯", 8)]
    assert warned[0].since == today() - timedelta(days=6)
    browser = opens("supervisor")
    browser.open("/desk/supervision/warnings")
    assert "8 reports in seven days" in browser.text
    with clock.held_at(now() + timedelta(days=8)):
        later = opens("supervisor")
        later.open("/desk/supervision/warnings")
        assert "Nothing unusual" in later.text
