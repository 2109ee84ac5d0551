"""The desks: a dispatcher sorts, departments do, a supervisor watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import event, select

from portal.core.audit import AuditEvent
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.rules.taking_in import Visibility
from tests import world
from tests.pictures import photo
from tests.suggestions.district import (
    QUARRELS,
    Office,
    accepted,
    assert_true_to_events,
    do,
    report,
    row_of,
)
from tests.suggestions.pages.conftest import Opens
from tests.world import DISTRICT, FAR_COMMUNITY

LAMPS_OF = "路灯所"
HANDLERS = {"roads": "h0", "lights": "h1", "parks": "h2"}


def desk(case: str, deed: str = "") -> str:
    return f"/desk/suggestions/{case}" + (f"/{deed}" if deed else "")


def test_a_new_case_is_sent_on_by_one_press(office: Office, opens: Opens) -> None:
    case = report(office.resident)
    browser = opens("dispatcher")
    browser.open("/desk/dispatch")
    assert "路灯不亮" in browser.text
    page = browser.open(desk(case)).text
    assert f"Proposed: {LAMPS_OF}" in browser.text
    assert "It answers for this category here." in browser.text
    assert f'<option selected value="{office.lights}">' in page
    browser.send(desk(case, "dispatch"), department_id=office.lights)
    assert browser.address == "/desk/dispatch"
    assert "Nothing to dispatch" in browser.text
    assert row_of(case).department_id == office.lights
    assert "suggestion.dispatched" in _deeds()


def test_a_rule_proposes_and_says_why(office: Office, opens: Opens) -> None:
    rule = {"category_code": "street_lamp", "words": "电线 坏了"}
    _set_up(office, services.add_rule, DISTRICT, office.roads, **rule)
    case = report(office.resident)
    browser = opens("dispatcher")
    browser.open(desk(case))
    assert "Proposed: 市政处" in browser.text
    assert "this category, and “坏了” stands in the text." in browser.text


def test_a_department_that_gave_it_back_names_the_next(office: Office, opens: Opens) -> None:
    case = report(office.resident)
    do(services.dispatch, office.dispatcher, case, office.lights)
    handler = opens(HANDLERS["lights"])
    handler.open("/desk/casework")
    assert "To be accepted" in handler.text
    handler.open(desk(case, "return"))
    handler.send(desk(case, "return"), reason="", proposed_department_id=office.parks, status=422)
    assert "Say why you give it back." in handler.text
    handler.send(desk(case, "return"), reason="在绿地里", proposed_department_id=office.parks)
    assert handler.address == "/desk/casework"
    dispatcher = opens("dispatcher")
    dispatcher.open("/desk/dispatch?state=returned")
    assert "路灯不亮" in dispatcher.text
    dispatcher.open(desk(case))
    assert "Proposed: 园林处" in dispatcher.text
    assert "The department that gave it back named this one." in dispatcher.text


def test_the_way_of_a_department(office: Office, opens: Opens) -> None:
    case = report(office.resident)
    do(services.dispatch, office.dispatcher, case, office.lights)
    browser = opens(HANDLERS["lights"])
    browser.open(desk(case))
    browser.send(desk(case, "accept"))
    assert "Accepted. It is your department’s now." in browser.text
    browser.open(desk(case, "progress"))
    browser.send(desk(case, "progress"), note="备件明天到")
    browser.open(desk(case, "answer"))
    browser.send(desk(case, "answer"), text="已换", status=422)
    assert "Choose what became of it." in browser.text
    browser.send(desk(case, "answer"), outcome="done", text="已换新灯", photos=_picture())
    assert row_of(case).status == "answered"
    assert browser.page.text.count("case-photos") == 1
    assert {"suggestion.accepted", "suggestion.progressed", "suggestion.answered"} <= _deeds()
    assert_true_to_events()


def test_an_answer_that_is_refused_keeps_no_picture(office: Office, opens: Opens) -> None:
    case = accepted(office)
    browser = opens(HANDLERS["lights"])
    browser.open(desk(case, "answer"))
    junk = (BytesIO(b"no picture"), "x.jpg")
    browser.send(desk(case, "answer"), outcome="done", text="好了", photos=junk, status=422)
    assert row_of(case).status == "accepted"


def test_called_departments_report_in_and_do_their_part(office: Office, opens: Opens) -> None:
    case = accepted(office)
    dispatcher = opens("dispatcher")
    dispatcher.open(desk(case, "whistle"))
    dispatcher.send(desk(case, "whistle"), report_time="10:00", status=422)
    assert "Choose at least one department." in dispatcher.text
    day = (clock.today() + timedelta(days=2)).isoformat()
    dispatcher.send(
        desk(case, "whistle"), department_ids=[office.roads, office.parks], report_on=day,
        report_time="10:00",
    )  # fmt: skip
    assert "Has not reported in" in dispatcher.text
    lead = opens(HANDLERS["lights"])
    lead.open(desk(case))
    assert "You can answer when the departments" in lead.text
    for login in (HANDLERS["roads"], HANDLERS["parks"]):
        called = opens(login)
        called.open("/desk/casework?state=parts")
        assert "路灯不亮" in called.text
        called.open(desk(case))
        called.send(desk(case, "report-in"))
        assert "Reported in. The time is on record." in called.text
    assert_true_to_events()


def test_similar_cases_are_suggested_and_merging_is_undone(office: Office, opens: Opens) -> None:
    lead = report(office.resident)
    case = report(office.neighbour, title="路灯还是不亮")
    other = report(office.neighbour, title="不相干", description="广场舞太响", category=QUARRELS)
    browser = opens("dispatcher")
    page = browser.open(desk(case, "merge")).text
    assert desk(case, f"merge/{lead}") in page
    assert other not in page
    browser.send(desk(case, "merge"), number="20200101-000000", status=422)
    assert "You have no case with this number." in browser.text
    browser.open(desk(case, "merge"))
    browser.send(desk(case, "merge"), number=row_of(lead).number)
    assert (row_of(case).status, row_of(lead).merged_here) == ("merged", 1)
    browser.open(desk(case))
    browser.send(desk(case, "split"))
    assert (row_of(case).status, row_of(lead).merged_here) == ("received", 0)
    browser.open(desk(case, "merge"))
    browser.send(desk(case, f"merge/{lead}"))
    assert row_of(case).merged_into == lead


def test_a_case_is_rejected_with_a_reason(office: Office, opens: Opens) -> None:
    case = report(office.resident)
    browser = opens("dispatcher")
    browser.open(desk(case, "reject"))
    browser.send(desk(case, "reject"), reason=" ", status=422)
    browser.send(desk(case, "reject"), reason="归铁路管")
    assert row_of(case).status == "rejected"
    browser.open(desk(case, "reject"), status=409)


def test_a_case_is_found_by_its_number_and_its_words(office: Office, opens: Opens) -> None:
    case = accepted(office)
    report(office.resident, title="别的事", description="别的")
    browser = opens("dispatcher")
    for q in (row_of(case).number, "三号楼"):
        browser.open(f"/desk/dispatch?q={q}")
        assert "路灯不亮" in browser.text
        assert "别的事" not in browser.text
    browser.open("/desk/dispatch?q=zzqx")
    assert "No case found" in browser.text


def test_a_supervisor_takes_up_and_closes(office: Office, opens: Opens) -> None:
    case = accepted(office)
    browser = opens("supervisor")
    for level in (1, 2):
        browser.open(desk(case, "escalate"))
        browser.send(desk(case, "escalate"), reason="群众反映强烈")
        browser.open(f"/desk/supervision?state=level_{level}")
        assert "路灯不亮" in browser.text
    browser.open(desk(case, "escalate"), status=409)
    browser.open(desk(case, "close"))
    browser.send(desk(case, "close"), reason="并入改造")
    assert row_of(case).status == "closed"
    browser.open("/desk/supervision")
    assert "Nothing to supervise here" in browser.text


def test_what_is_overdue_and_who_came_late_is_watched(office: Office, opens: Opens) -> None:
    case = accepted(office)
    do(services.whistle, office.dispatcher, case, [office.roads], now() + timedelta(hours=1))
    supervisor = opens("supervisor")
    supervisor.open("/desk/supervision?state=late_parts")
    assert "路灯不亮" not in supervisor.text
    with clock.held_at(now() + timedelta(days=40)):
        later = opens("supervisor")
        for state in ("overdue", "late_parts"):
            later.open(f"/desk/supervision?state={state}")
            assert "路灯不亮" in later.text, state
        handler = opens(HANDLERS["lights"])
        handler.open("/desk/casework?state=overdue")
        assert "Overdue" in handler.text


@pytest.mark.parametrize("who", ["h0", "neighbour", "resident", "admin"])
def test_others_find_nothing(office: Office, opens: Opens, who: str) -> None:
    case = accepted(office, visibility=Visibility.CONFIDENTIAL, category=QUARRELS)
    browser = opens(who)
    deeds = ("", "reject", "merge", "whistle", "return", "progress", "answer", "escalate", "close")
    for deed in deeds:
        browser.open(desk(case, deed), status=404)


def test_who_handles_it_sees_what_is_confidential(office: Office, opens: Opens) -> None:
    case = accepted(office, visibility=Visibility.CONFIDENTIAL, category=QUARRELS, title="漏水")
    for who, queue in (("dispatcher", "/desk/dispatch?q=漏水"), ("h1", "/desk/casework")):
        browser = opens(who)
        browser.open(queue)
        assert "漏水" in browser.text
        browser.open(desk(case))
        assert "Confidential" in browser.text
    stranger = opens("h0")
    stranger.open("/desk/casework")
    assert "漏水" not in stranger.text


def test_a_dispatcher_of_another_part_of_the_city_has_nothing_to_do_with_it(
    office: Office, opens: Opens
) -> None:
    case = report(office.resident)
    world.make_staff("dispatcher", "far@example.org", scope=FAR_COMMUNITY)
    browser = opens("far")
    browser.open("/desk/dispatch")
    assert "路灯不亮" not in browser.text
    browser.open("/desk/dispatch?q=路灯")
    assert "路灯不亮" not in browser.text
    browser.open(desk(case), status=404)


def test_the_desk_shows_what_waits_for_each(office: Office, opens: Opens) -> None:
    report(office.resident)
    for who, words in (
        ("dispatcher", "Suggestions to dispatch"),
        ("h1", "Suggestions for my department"),
        ("supervisor", "Suggestions that are overdue"),
    ):
        browser = opens(who)
        browser.open("/desk")
        assert words in browser.text


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("dispatcher", "/desk/dispatch"),
        ("h1", "/desk/casework"),
        ("supervisor", "/desk/supervision"),
        ("supervisor", "/desk/supervision/rates?by=region"),
        ("supervisor", "/desk/supervision/cases"),
        ("supervisor", "/desk/supervision/warnings"),
    ],
)
def test_twenty_cases_take_as_many_statements_as_two(
    office: Office, opens: Opens, who: str, address: str
) -> None:
    browser = opens(who)
    for _number in range(2):
        accepted(office), report(office.resident)
    browser.open(address)
    with _counted() as few:
        browser.open(address)
    for _number in range(9):
        accepted(office), report(office.resident)
    with _counted() as many:
        browser.open(address)
    assert len(many) <= len(few)


def _set_up(office: Office, service: object, *values: object, **more: object) -> None:
    with unit_of_work():
        service(office.admin, *values, **more)  # type: ignore[operator]


def _deeds() -> set[str]:
    return set(db.session.execute(select(AuditEvent.action)).scalars())


def _picture() -> tuple[BytesIO, str]:
    return BytesIO(photo()), "lamp.jpg"


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
