"""The questions of a category's form, and who may put what into the same box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.queries import facts_of
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.models import Suggestion, SuggestionEvent
from portal.suggestions.rules.attributes import read_answers, told
from portal.suggestions.rules.taking_in import Channel
from portal.suggestions.services.catalogue import Category
from tests import world
from tests.suggestions import district
from tests.suggestions.district import Office
from tests.world import COMMUNITY, FAR_COMMUNITY, NEXT_COMMUNITY, make_staff, principal


def question(code: str, datatype: str, *, required: bool = False, **names: str) -> dict[str, Any]:
    values = [{"key": key, "name": name} for key, name in names.items()]
    return {
        "code": code,
        "datatype": datatype,
        "description": f"{code}？",
        "required": required,
        "values": values,
    }


QUESTIONS = [
    question("floor", "number", required=True),
    question("since", "datetime"),
    question("door", "string"),
    question("how", "singlevaluelist", out="不亮", dim="昏暗"),
    question("when", "multivaluelist", morning="早", night="夜"),
]


def test_answers_are_told_by_name_and_in_order() -> None:
    given = {"floor": ["-2"], "since": ["2026-11-20"], "how": ["out"], "when": ["night", "night"]}
    found = read_answers(QUESTIONS, given)
    assert not found.faults
    assert told(QUESTIONS, found.values) == [
        ("floor？", "-2"),
        ("since？", "2026-11-20"),
        ("how？", "不亮"),
        ("when？", "夜"),
    ]


def report(**more: Any) -> services.Report:
    values = {
        "category": district.LAMPS,
        "title": "路灯不亮",
        "description": "坏了一周。",
        "region_code": COMMUNITY,
        **more,
    }
    return services.Report(**values)


def test_the_api_asks_no_questions(office: Office) -> None:
    with unit_of_work():
        services.define_category(
            office.admin, Category("lift", "电梯", 3, attributes=tuple(QUESTIONS))
        )
    with unit_of_work():
        case = services.receive(office.resident, report(category="lift"))
    assert district.row_of(case.id).attributes == {}


def social_worker() -> Principal:
    grant = Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, COMMUNITY)
    return principal(make_staff(Role.SOCIAL_WORKER, scope=COMMUNITY), grant)


def code_of(user_id: str) -> str:
    return str(facts_of(user_id).member_code)


def test_taken_down_for_a_resident_it_is_theirs(office: Office) -> None:
    worker = social_worker()
    with unit_of_work():
        case = services.receive_for(
            worker, report(channel=Channel.DESK), code_of(office.resident.id)
        )
    row = district.row_of(case.id)
    assert (row.reported_by, row.filed_by) == (office.resident.id, worker.id)
    first = db.session.execute(
        select(SuggestionEvent).where(SuggestionEvent.suggestion_id == case.id)
    ).scalar_one()
    assert (first.by_role, first.by_user_id) == ("social_worker", worker.id)
    district.assert_true_to_events()


def test_taken_down_for_somebody_without_an_account(office: Office) -> None:
    worker = social_worker()
    with unit_of_work():
        case = services.receive_for(worker, report(channel=Channel.DESK))
    row = district.row_of(case.id)
    assert (row.reported_by, row.filed_by) == (None, worker.id)


@pytest.mark.parametrize("whose", ["unverified", "elsewhere", "nobody"])
def test_other_codes_are_nobodys(office: Office, whose: str) -> None:
    codes: dict[str, Callable[[], str]] = {
        "unverified": lambda: code_of(world.make_user("new@example.org", verified=False)),
        "elsewhere": lambda: code_of(world.make_user("far@example.org", home=FAR_COMMUNITY)),
        "nobody": lambda: "0000-0000-0000",
    }
    code, worker = codes[whose](), social_worker()
    with pytest.raises(Invalid) as refused, unit_of_work():
        services.receive_for(worker, report(channel=Channel.DESK), code)
    assert [each.field for each in refused.value.errors] == ["member_code"]
    assert db.session.execute(select(Suggestion.id)).first() is None


def test_a_social_worker_takes_down_what_is_of_the_own_community(office: Office) -> None:
    worker = social_worker()
    with pytest.raises(Forbidden), unit_of_work():
        services.receive_for(worker, report(region_code=NEXT_COMMUNITY))


def test_a_patrol_reports_from_its_own_grid_alone(office: Office) -> None:
    grant = Grant(Role.GRID_WORKER, ScopeKind.REGION, COMMUNITY)
    worker = principal(make_staff(Role.GRID_WORKER, scope=COMMUNITY), grant)
    with unit_of_work():
        case = services.receive(worker, report(channel=Channel.PATROL))
    assert district.row_of(case.id).channel == "patrol"
    with pytest.raises(Forbidden), unit_of_work():
        services.receive(worker, report(channel=Channel.PATROL, region_code=NEXT_COMMUNITY))
