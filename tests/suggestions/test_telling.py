"""Everybody whom it concerns is told what became of a case, once, and nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.core import jobs
from portal.core.database import db
from portal.core.permissions import Role, ScopeKind
from portal.notifications.models import Notification
from portal.suggestions import services
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from tests.notifications.contract import check_emitted
from tests.suggestions.district import Office, accepted, do, report, row_of, shanghai
from tests.world import CITY, make_user, principal

At = Callable[[datetime], None]
FRIDAY = shanghai("2026-11-20T10:00")
SECRET = "和楼上的争吵"

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def _on_a_friday(at: At) -> None:
    at(FRIDAY)


def told(person: Any) -> Counter[str]:
    """What kinds somebody was told so far, and how often."""
    jobs.run_until_quiet()
    db.session.rollback()
    rows = db.session.execute(
        select(Notification.kind).where(Notification.user_id == getattr(person, "id", person))
    )
    return Counter(rows.scalars())


def all_told() -> list[Any]:
    jobs.run_until_quiet()
    db.session.rollback()
    return list(db.session.execute(select(*Notification.__table__.c)))


def test_who_asks_hears_who_has_it_how_it_goes_and_what_is_answered(office: Office) -> None:
    case = accepted(office)
    do(services.progress, office.of_lights, case, "明天上门")
    do(services.answer, office.of_lights, case, Outcome.DONE, "换好了")
    assert told(office.resident) == {
        "suggestion.dispatched": 1,
        "suggestion.progressed": 1,
        "suggestion.answered": 1,
    }
    [answered] = [each for each in all_told() if each.kind == "suggestion.answered"]
    assert answered.params["said"] == "换好了"
    assert answered.params["department"] == "路灯所"
    assert answered.url == f"/suggestions/{case}"
    assert told(office.of_lights) == {"suggestion.assigned": 1}
    assert not told(office.stranger)
    assert check_emitted() == 4


def test_what_comes_back_to_a_department_is_told_it(office: Office) -> None:
    case = accepted(office)
    do(services.answer, office.of_lights, case, Outcome.DONE, "换好了")
    do(services.reopen, office.resident, case, "又灭了")
    do(services.accept, office.of_lights, case)
    do(services.answer, office.of_lights, case, Outcome.DONE, "又换了")
    do(services.confirm, office.resident, case, 5)
    heard = told(office.of_lights)
    assert (heard["suggestion.reopened"], heard["suggestion.judged"]) == (1, 1)
    assert "suggestion.closed" not in told(office.resident)  # who did it knows


def test_who_is_called_and_who_dispatches_are_told(office: Office) -> None:
    case = accepted(office)
    do(services.whistle, office.dispatcher, case, [office.roads], FRIDAY + timedelta(hours=4))
    do(services.report_in, office.of_roads, case)
    do(services.progress, office.of_roads, case, "在挖")
    assert told(office.of_roads) == {"suggestion.called": 1}
    assert "suggestion.progressed" not in told(office.resident)  # a part is not the case
    other = report(office.resident)
    do(services.dispatch, office.dispatcher, other, office.parks)
    do(services.give_back, office.of_parks, other, "不归我们管")
    assert told(office.dispatcher) == {"suggestion.returned": 1}


def test_the_second_level_is_told_higher_up(office: Office, at: At) -> None:
    chief = make_user("chief@example.org", roles=[(Role.SUPERVISOR, ScopeKind.REGION, CITY)])
    case = accepted(office)
    at(row_of(case).due_at + timedelta(minutes=1))
    assert told(office.supervisor) == {"suggestion.escalated": 1}
    assert not told(chief)
    do(services.escalate, office.supervisor, case, "还没有人管")
    assert told(office.supervisor) == {"suggestion.escalated": 1}
    assert told(chief) == {"suggestion.escalated": 1}
    assert told(office.of_lights)["suggestion.taken_up"] == 2


def test_a_date_that_comes_near_is_told_the_department_else_the_dispatcher(
    office: Office, at: At
) -> None:
    with_lights, with_nobody = accepted(office), report(office.resident)
    at(max(row_of(each).remind_at for each in (with_lights, with_nobody)) + timedelta(minutes=1))
    assert told(office.of_lights)["suggestion.due_soon"] == 1
    assert told(office.dispatcher)["suggestion.due_soon"] == 1


def test_all_of_a_group_hear_the_answer_each_about_their_own(office: Office) -> None:
    lead, mine = report(office.resident), report(office.neighbour)
    do(services.support, office.stranger, mine)
    do(services.merge, office.dispatcher, mine, lead)
    assert told(office.neighbour) == {"suggestion.merged": 1}
    do(services.dispatch, office.dispatcher, lead, office.lights)
    do(services.accept, office.of_lights, lead)
    do(services.answer, office.of_lights, lead, Outcome.DONE, "换好了")
    assert told(office.neighbour)["suggestion.answered"] == 1
    assert told(office.stranger) == {"suggestion.support_answered": 1}
    urls = {each.url for each in all_told() if each.user_id == office.neighbour.id}
    assert urls == {f"/suggestions/{mine}"}


def test_many_supporters_are_told_in_turns(office: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr(services.telling, "AT_ONCE", 2)
    case = accepted(office)
    people = [make_user(f"p{number}@example.org") for number in range(5)]
    for person in people:
        do(services.support, principal(person), case)
    do(services.answer, office.of_lights, case, Outcome.DONE, "换好了")
    assert [told(person) for person in people] == [{"suggestion.support_answered": 1}] * 5


def test_of_a_confidential_case_only_its_number_is_told(office: Office) -> None:
    case = accepted(office, title=SECRET, description=SECRET, visibility=Visibility.CONFIDENTIAL)
    do(services.progress, office.of_lights, case, SECRET)
    do(services.answer, office.of_lights, case, Outcome.INFORMATION, SECRET)
    do(services.reopen, office.resident, case, SECRET)
    rows = all_told()
    assert {each.user_id for each in rows} == {office.resident.id, office.of_lights.id}
    assert not any(SECRET in str(each.params) for each in rows)
    assert all(each.params["title"] == row_of(case).number for each in rows)


def test_a_message_that_comes_again_tells_nobody_twice(office: Office) -> None:
    case = report(office.resident)
    do(services.dispatch, office.dispatcher, case, office.lights)
    before = told(office.resident)
    jobs.run_until_quiet()
    assert told(office.resident) == before == {"suggestion.dispatched": 1}


def test_who_asks_without_a_name_is_told_as_well(office: Office) -> None:
    case = report(office.resident, anonymous=True)
    do(services.reject, office.dispatcher, case, "已经有人报过")
    assert told(office.resident) == {"suggestion.rejected": 1}
