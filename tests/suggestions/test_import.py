"""Cases of another system come in with their own dates, all of them or none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.outbox import OutboxMessage
from portal.suggestions.import_file import COLUMNS
from portal.suggestions.models import Suggestion, SuggestionEvent
from portal.suggestions.queries import cases, statistics
from portal.suggestions.queries.cases import Filters
from tests.suggestions.district import LAMPS, Office, assert_true_to_events, shanghai
from tests.world import COMMUNITY

HEADER = ",".join(COLUMNS)
LINE = {
    "id": "A-1",
    "category": LAMPS,
    "region_code": COMMUNITY,
    "received_at": "2025-09-29T09:00:00+08:00",
    "title": "旧路灯",
}
CLOSED = {
    **LINE,
    "id": "A-2",
    "description": "三号楼前，\n“一直不亮”",
    "status": "closed",
    "department": "路灯所",
    "dispatched_at": "2025-09-29T10:00:00+08:00",
    "answered_at": "2025-10-09T10:00:00+08:00",
    "outcome": "done",
    "words": "换了灯泡",
    "closed_at": "2025-10-12T10:00:00+08:00",
    "score": "5",
    "latitude": "42.25",
    "longitude": "118.95",
    "address": "三号楼前",
}


@pytest.fixture
def run(app: Flask, office: Office, tmp_path: Path) -> Any:
    """Run the command on a file of these lines."""

    def given(*lines: dict[str, str], content: bytes | None = None) -> Result:
        text = "\r\n".join([HEADER, *(_row(line) for line in lines)])
        path = tmp_path / "cases.csv"
        path.write_bytes(text.encode() if content is None else content)
        db.session.rollback()
        arguments = ["suggestions", "import", str(path), "--system", "旧热线"]
        return app.test_cli_runner().invoke(args=arguments)

    return given


def _row(line: dict[str, str]) -> str:
    cells = [line.get(name, "").replace('"', '""') for name in COLUMNS]
    return ",".join(f'"{cell}"' if set(cell) & set(',"\n') else cell for cell in cells)


def count() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Suggestion)).scalar_one()


def test_a_case_keeps_its_dates_and_its_way(run: Any, office: Office) -> None:
    done = run(CLOSED)
    assert (done.exit_code, done.output) == (0, "1 cases imported, 0 known already.\n")
    db.session.rollback()
    (row,) = cases.page(None, Filters()).items
    assert row.received_at == shanghai("2025-09-29T09:00:00")
    assert (row.number[:8], row.status, row.score, row.channel) == (
        "20250929",
        "closed",
        5,
        "import",
    )
    # Of the days of the holiday only 11 October, a Saturday, is worked: five working days later.
    assert row.due_at == shanghai("2025-10-13T23:59:59")
    assert row.first_answered_at == shanghai("2025-10-09T10:00:00")
    assert (row.reported_by, row.department_name) == (None, "路灯所")
    history = cases.history_of([row.id])[row.id]
    assert [each.event for each in history] == [
        "received", "dispatched", "accepted", "answered", "confirmed", "closed",
    ]  # fmt: skip
    assert history[3].note == "换了灯泡"
    assert_true_to_events()
    rates = statistics.counts(None, statistics.Narrowing())
    assert (rates.received, rates.on_time_rate, rates.satisfied_rate) == (1, 1.0, 1.0)


@pytest.mark.parametrize(
    ("more", "status", "events"),
    [
        ({}, "received", ["received"]),
        ({"status": "dispatched", "department": "市政处"}, "dispatched", ["dispatched"]),
        (
            {"status": "answered", "department": "市政处", "outcome": "planned",
             "answered_at": "2025-10-01T00:00:00Z"},
            "answered",
            ["dispatched", "accepted", "answered"],
        ),
        (
            {"status": "closed", "closed_at": "2025-10-01T00:00:00Z", "words": "重复"},
            "closed",
            ["closed"],
        ),
        (
            {"status": "rejected", "closed_at": "2025-10-01T00:00:00Z", "words": "不属实"},
            "rejected",
            ["rejected"],
        ),
    ],
)  # fmt: skip
def test_every_state_is_the_fold_of_its_events(
    run: Any, office: Office, more: dict[str, str], status: str, events: list[str]
) -> None:
    assert run({**LINE, **more}).exit_code == 0
    db.session.rollback()
    (row,) = cases.page(None, Filters()).items
    assert row.status == status
    happened = [each.event for each in cases.history_of([row.id])[row.id]]
    assert [each for each in happened if each != "received"] == [
        each for each in events if each != "received"
    ]
    assert_true_to_events()


def test_nobody_is_told_of_what_is_past(run: Any, office: Office) -> None:
    run(CLOSED)
    told = select(func.count()).where(OutboxMessage.kind == "suggestion.changed")
    db.session.rollback()
    assert db.session.execute(told).scalar_one() == 0
    named = select(func.count()).where(SuggestionEvent.by_user_id.is_not(None))
    assert db.session.execute(named).scalar_one() == 0


def test_done_again_it_brings_what_is_new_alone(run: Any, office: Office) -> None:
    run(LINE)
    again = run({**LINE, "title": "改过"}, CLOSED)
    assert again.output == "1 cases imported, 1 known already.\n"
    db.session.rollback()
    titles = {row.title for row in cases.page(None, Filters()).items}
    assert titles == {"旧路灯"}
    assert count() == 2


def test_confidential_cases_stay_so(run: Any, office: Office) -> None:
    run({**LINE, "visibility": "confidential"})
    db.session.rollback()
    assert cases.page(None, Filters()).items == []
    assert len(cases.page(office.dispatcher, Filters()).items) == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"id": ""}, "id: This is needed."),
        ({"id": "A-1"}, "id: is that of line 2"),
        ({"category": "nothing"}, "category: there is no nothing"),
        ({"region_code": "999999"}, "region_code: there is no 999999"),
        ({"received_at": "29.9.2025"}, "received_at: Write an instant"),
        ({"received_at": "2025-09-29T09:00:00"}, "received_at: Write an instant"),
        ({"title": "x" * 101}, "title: "),
        ({"description": "a\x00b"}, "description: "),
        ({"latitude": "42"}, "latitude, longitude: a place has both"),
        ({"latitude": "north", "longitude": "1"}, "latitude: This must be a number."),
        ({"latitude": "nan", "longitude": "1"}, "latitude: "),
        ({"status": "lost"}, "status: This must be one of"),
        ({"department": "没有"}, "department: no departments are called 没有"),
        ({"status": "dispatched"}, "department: needed"),
        ({"status": "answered", "department": "市政处"}, "answered_at: needed"),
        ({"status": "closed"}, "closed_at: needed"),
        ({"status": "closed", "score": "6"}, "score: "),
        ({"status": "closed", "closed_at": "2025-01-01T00:00:00Z"}, "go back in time"),
        ({"received_at": rfc3339(now() + timedelta(days=400))}, "lie ahead"),
    ],
)
def test_a_bad_line_is_named_and_nothing_comes_in(
    run: Any, office: Office, more: dict[str, str], reason: str
) -> None:
    done = run(LINE, {**LINE, "id": "B-1", **more})
    assert done.exit_code == 1
    assert f"line 3: {reason}" in done.output or (reason in done.output and "line 3" in done.output)
    assert "Nothing was imported." in done.output
    assert count() == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1: missing columns"),
        (b"id,title\r\n", "line 1: missing columns"),
        (HEADER.encode() + b",colour\r\n", "line 1: unknown columns: colour"),
        (HEADER.encode() + b",id\r\n", "line 1: a column stands there twice"),
        (HEADER.encode() + b'\r\n"open', "line 2: this is not CSV"),
        (HEADER.encode() + b"\r\na,b\r\n", "line 2: 2 cells in place of"),
        (HEADER.encode() + b"\r\n\xff\xfe", "line 2: this is not UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused(run: Any, content: bytes, reason: str) -> None:
    done = run(content=content)
    assert (done.exit_code, reason in done.output) == (1, True), done.output
    assert count() == 0


def test_a_spreadsheets_mark_is_no_part_of_the_header(run: Any, office: Office) -> None:
    content = "\ufeff" + HEADER + "\r\n" + _row(LINE) + "\r\n\r\n"
    assert run(content=content.encode()).output == "1 cases imported, 0 known already.\n"
