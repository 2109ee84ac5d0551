"""What happens by itself: reminders, going up, silence; pauses, returns, reopenings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.ids import new_id
from portal.core.jobs import Unfinished
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.errors import PartsOpen
from portal.suggestions.models import Suggestion, SuggestionEvent, SuggestionPart
from portal.suggestions.queries.verification import Fault, faults
from portal.suggestions.rules.machine import Outcome
from tests.suggestions.district import (
    Office,
    accepted,
    assert_true_to_events,
    do,
    report,
    row_of,
    shanghai,
)

At = Callable[[datetime], None]
FRIDAY = shanghai("2026-11-20T10:00")
DUE = shanghai("2026-11-27T23:59:59")


def fresh(case: str) -> Any:
    db.session.expire_all()
    return row_of(case)


def told(kind: str) -> int:
    return db.session.execute(
        select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == kind)
    ).scalar_one()


def ways(case: str, event: str) -> list[str | None]:
    return list(
        db.session.execute(
            select(SuggestionEvent.way)
            .where(SuggestionEvent.suggestion_id == case, SuggestionEvent.event == event)
            .order_by(SuggestionEvent.position)
        ).scalars()
    )


def test_a_reminder_comes_once_on_the_working_day_before(office: Office, at: At) -> None:
    at(FRIDAY)
    case = report(office.resident)
    at(shanghai("2026-11-26T08:59"))
    assert services.remind_of_due() == 0
    at(shanghai("2026-11-26T09:01"))
    assert [services.remind_of_due(), services.remind_of_due()] == [1, 0]
    assert told("suggestion.due_soon") == 1
    assert fresh(case).remind_at is None


def test_what_is_overdue_goes_up_twice_and_no_further(office: Office, at: At) -> None:
    at(FRIDAY)
    case = report(office.resident)
    at(DUE)
    assert services.escalate_overdue() == 0
    at(DUE + timedelta(seconds=1))
    assert [services.escalate_overdue(), services.escalate_overdue()] == [1, 0]
    at(shanghai("2026-12-02T23:59:59"))
    assert services.escalate_overdue() == 0
    at(shanghai("2026-12-03T00:00:01"))
    assert [services.escalate_overdue(), services.escalate_overdue()] == [1, 0]
    at(shanghai("2027-06-01T00:00"))
    assert services.escalate_overdue() == 0
    assert (fresh(case).level, ways(case, "escalated")) == (2, ["overdue", "overdue"])
    assert_true_to_events()


def test_what_was_answered_does_not_go_up(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    do(services.answer, office.of_lights, case, Outcome.PLANNED, "年底前。")
    at(DUE + timedelta(days=1))
    assert services.escalate_overdue() == 0


def test_silence_closes_after_seven_days_and_says_so(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    do(services.answer, office.of_lights, case, Outcome.DONE, "换好了。")
    at(DUE)
    assert services.close_silent() == 0
    at(DUE + timedelta(seconds=1))
    assert [services.close_silent(), services.close_silent()] == [1, 0]
    assert (fresh(case).status, ways(case, "closed")) == ("closed", ["silence"])
    with pytest.raises(WrongState):
        do(services.reopen, office.resident, case, "太晚了")


def test_days_with_the_resident_are_given_back(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    at(shanghai("2026-11-24T10:00"))
    do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    at(shanghai("2026-11-26T10:00"))
    do(services.reopen, office.resident, case, "没好")
    # Wednesday and Thursday: due on Tuesday instead of Friday.
    assert fresh(case).due_at == shanghai("2026-12-01T23:59:59")
    assert fresh(case).department_id == office.lights
    assert_true_to_events()


def test_a_date_that_had_passed_stays_passed(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    at(DUE + timedelta(days=1))
    do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    at(DUE + timedelta(days=4))
    do(services.reopen, office.resident, case, "没好")
    assert fresh(case).due_at == DUE
    assert services.escalate_overdue() == 1


def test_the_second_reopening_goes_one_level_up(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    for level in (0, 1, 2, 2):
        do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
        do(services.reopen, office.resident, case, "没好")
        assert fresh(case).level == level
    assert ways(case, "escalated") == ["reopenings", "reopenings"]
    assert_true_to_events()


def test_every_third_return_goes_one_level_up(office: Office, at: At) -> None:
    at(FRIDAY)
    case = report(office.resident)
    for returns in range(1, 10):
        do(services.dispatch, office.dispatcher, case, office.parks)
        do(services.give_back, office.of_parks, case, "不归我们", office.roads)
        assert fresh(case).level == min(returns // 3, 2)
    assert_true_to_events()


def test_one_can_still_ask_again_after_confirming(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    do(services.confirm, office.resident, case, 2)
    do(services.reopen, office.resident, case, "又坏了")
    do(services.accept, office.of_lights, case)
    do(services.answer, office.of_lights, case, Outcome.DONE, "真好了")
    do(services.confirm, office.resident, case, 5)
    assert (fresh(case).score, fresh(case).status) == (5, "closed")
    assert_true_to_events()


def test_a_supervisor_closes_and_who_asked_can_reopen(office: Office, at: At) -> None:
    at(FRIDAY)
    case = report(office.resident)
    do(services.close, office.supervisor, case, "重复反映")
    assert (fresh(case).closed_way, fresh(case).department_id) == ("supervisor", None)
    do(services.reopen, office.resident, case, "不是重复")
    do(services.dispatch, office.dispatcher, case, office.lights)
    do(services.accept, office.of_lights, case)
    assert_true_to_events()


def test_the_lead_waits_for_all_parts_and_late_is_on_record(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    called = [office.roads, office.parks]
    do(services.whistle, office.dispatcher, case, called, FRIDAY + timedelta(hours=4))
    with pytest.raises(WrongState):  # called already
        do(services.whistle, office.dispatcher, case, called[:1], FRIDAY + timedelta(hours=9))
    with pytest.raises(PartsOpen):
        do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    with pytest.raises(PartsOpen):
        do(services.close, office.supervisor, case, "好了")
    do(services.report_in, office.of_roads, case)
    with pytest.raises(WrongState):
        do(services.report_in, office.of_roads, case)
    with pytest.raises(PartsOpen):  # the gardeners have not come
        do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    at(FRIDAY + timedelta(hours=5))
    do(services.report_in, office.of_parks, case)
    rows = db.session.execute(select(SuggestionPart).where(SuggestionPart.suggestion_id == case))
    late = {row.department_id: (row.reported_at or DUE) > row.report_by for row in rows.scalars()}
    assert late == {office.roads: False, office.parks: True}
    do(services.answer, office.of_lights, case, Outcome.DONE, "全好了")
    assert fresh(case).status == "answered"
    assert_true_to_events()


def test_a_called_department_with_work_of_its_own_finishes_it_first(office: Office, at: At) -> None:
    at(FRIDAY)
    case = accepted(office)
    do(services.whistle, office.dispatcher, case, [office.roads], FRIDAY + timedelta(hours=4))
    do(services.report_in, office.of_roads, case)
    do(services.progress, office.of_roads, case, "路面要挖开")
    with pytest.raises(PartsOpen):
        do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    do(services.answer, office.of_roads, case, Outcome.DONE, "路面铺好了")
    do(services.answer, office.of_lights, case, Outcome.DONE, "全好了")
    assert fresh(case).status == "answered"
    assert_true_to_events()


def test_one_bad_row_keeps_no_other_waiting(office: Office, at: At) -> None:
    at(FRIDAY)
    bad, good = report(office.resident), report(office.resident)
    with unit_of_work():
        _take_the_next_position(bad)
    at(DUE + timedelta(seconds=1))
    with pytest.raises(Unfinished):
        services.escalate_overdue()
    assert (fresh(bad).level, fresh(good).level) == (0, 1)


def _take_the_next_position(case: str) -> None:
    """What no service writes: an event that the row does not know."""
    first = db.session.execute(
        select(*SuggestionEvent.__table__.c).where(SuggestionEvent.suggestion_id == case)
    ).one()
    forged = {"id": new_id(), "position": 2, "event": "rejected", "from_status": "received"}
    db.session.execute(insert(SuggestionEvent), [{**first._mapping, **forged}])


def test_what_was_written_stays(office: Office) -> None:
    case = report(office.resident)
    for change in (
        "UPDATE suggestion_event SET at = at WHERE suggestion_id = :case",
        "DELETE FROM suggestion_event WHERE suggestion_id = :case",
    ):
        with pytest.raises(Exception, match="keeps what was written"), unit_of_work():
            db.session.execute(text(change), {"case": case})


def test_a_row_that_was_changed_by_force_is_found(office: Office) -> None:
    case = report(office.resident)
    with unit_of_work():
        db.session.execute(update(Suggestion).where(Suggestion.id == case).values(returns=3))
    db.session.rollback()
    assert list(faults()) == [Fault(case, "returns: 3, events say 0")]
