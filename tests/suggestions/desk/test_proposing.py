"""Which department is proposed, what can be done, what is unusual: decided without a database."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from portal.suggestions.rules import questions
from portal.suggestions.rules.fold import Case, Part
from portal.suggestions.rules.hands import Hands, possible, role_in
from portal.suggestions.rules.machine import MACHINE, By, Deed, Status
from portal.suggestions.rules.proposing import DispatchRule, Ground, Reported, propose
from portal.suggestions.rules.rates import median
from portal.suggestions.rules.warnings import FEWEST, PAST_WEEKS, Weeks, at_least, warnings
from tests.suggestions.district import shanghai

CITY, DISTRICT, GRID = "1504", "150402", "150402010003001"
REPORTED = Reported("noise", "楼下工地半夜打桩", (CITY, DISTRICT, GRID))
EVERYWHERE = DispatchRule("1", CITY, "city", "noise")
HERE = DispatchRule("2", DISTRICT, "district", "noise")
GRIDS = DispatchRule("3", GRID, "grid")
WORDED = DispatchRule("4", CITY, "builders", words=("施工", "打桩"))
OTHER = DispatchRule("5", GRID, "parks", "greening")
MUTE = DispatchRule("6", GRID, "quiet", "noise", ("广场舞",))


def test_words_go_before_places_and_places_before_categories() -> None:
    rules = [EVERYWHERE, HERE, GRIDS, WORDED, OTHER, MUTE]
    taken = []
    while (proposal := propose(REPORTED, rules)) is not None:
        taken.append(proposal.department_id)
        rules = [rule for rule in rules if rule != proposal.rule]
    assert taken == ["builders", "grid", "district", "city"]


def test_the_word_that_was_found_is_told() -> None:
    proposal = propose(REPORTED, [WORDED])
    assert proposal is not None
    assert (proposal.ground, proposal.word) == (Ground.RULE, "打桩")


def test_words_are_found_whatever_their_width_and_case() -> None:
    said = replace(REPORTED, text="ＷＩＦＩ坏了")
    assert propose(said, [replace(WORDED, words=("wifi",))]) is not None


def test_who_gave_it_back_knows_more_than_any_rule_and_the_category_less() -> None:
    given_back = propose(REPORTED, [WORDED], given_back_for="named", responsible="catalogue")
    assert given_back is not None
    assert (given_back.department_id, given_back.ground) == ("named", Ground.GIVEN_BACK)
    by_category = propose(REPORTED, [OTHER, MUTE], responsible="catalogue")
    assert by_category is not None
    assert (by_category.department_id, by_category.ground) == ("catalogue", Ground.CATEGORY)
    assert propose(REPORTED, []) is None


AT = shanghai("2026-11-20T10:00:00")
CASE = Case(Status.ACCEPTED, 3, AT, AT, department_id="lead")
EVERYBODY = Hands(dispatches=True, supervises=True, departments=("lead", "called"))


@pytest.mark.parametrize("status", list(Status))
def test_nothing_is_offered_that_the_machine_forbids(status: Status) -> None:
    case = replace(CASE, status=status, parts={"called": Part(AT)})
    for deed in possible(case, EVERYBODY):
        assert status in MACHINE[deed].sources
    assert possible(case, Hands()) == frozenset()


def test_who_leads_waits_for_the_parts_and_the_called_do_theirs() -> None:
    case = replace(CASE, parts={"called": Part(AT)})
    assert Deed.ANSWER not in possible(case, Hands(departments=("lead",)))
    called = possible(case, Hands(departments=("called",)))
    assert called == {Deed.REPORT_IN, Deed.PROGRESS_PART}
    done = replace(CASE, parts={"called": Part(AT, AT, AT)})
    assert possible(done, Hands(departments=("called",))) == frozenset()
    assert Deed.ANSWER in possible(done, Hands(departments=("lead",)))


def test_the_highest_level_goes_no_higher_and_who_leads_others_is_not_merged() -> None:
    hands = Hands(dispatches=True, supervises=True)
    assert Deed.ESCALATE in possible(replace(CASE, level=1), hands)
    assert Deed.ESCALATE not in possible(replace(CASE, level=2), hands)
    assert Deed.MERGE in possible(CASE, hands)
    assert Deed.MERGE not in possible(CASE, hands, leads_others=True)
    assert role_in(CASE, hands) is By.DISPATCHER
    assert role_in(CASE, Hands()) is None


def test_what_departs_from_its_own_past_is_found_and_what_does_not_is_not() -> None:
    quiet = Weeks("heating", GRID, 9, (0, 1) * (PAST_WEEKS // 2))
    busy = Weeks("noise", GRID, 12, (9, 11) * (PAST_WEEKS // 2))
    restless = Weeks("parking", GRID, 9, (0, 10) * (PAST_WEEKS // 2))
    few = Weeks("water", GRID, FEWEST - 1, (0,) * PAST_WEEKS)
    found = warnings([quiet, busy, restless, few])
    assert [each.weeks for each in found] == [quiet]
    assert found[0].usual == 0.5


@pytest.mark.parametrize("mean", [0.5, 3.0, 40.0])
def test_chances_are_those_of_the_distributions(mean: float) -> None:
    poisson = 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(5))
    assert at_least(5, mean, mean) == pytest.approx(poisson)
    assert at_least(0, mean, 3 * mean) == pytest.approx(1)
    # With size 1 it is the geometric distribution: variance = mean + mean².
    chance = 1 / (1 + mean)
    assert at_least(5, mean, mean + mean**2) == pytest.approx((1 - chance) ** 5)


def test_the_median_is_the_lower_middle() -> None:
    assert median({}) is None
    assert median({3: 1}) == 3
    assert median({1: 2, 5: 2}) == 1
    assert median({0: 1, 2: 1, 9: 1}) == 2


LINES = """pole | string | optional | 灯杆编号
fault | singlevaluelist | required | 毛病 | dark=不亮, x=歪"""


def test_questions_are_read_as_they_are_written() -> None:
    read = questions.read(LINES)
    assert [(each["code"], each["required"], len(each["values"])) for each in read] == [
        ("pole", False, 0),
        ("fault", True, 2),
    ]
    assert questions.read(questions.written(read)) == read
    assert questions.read("\n  \n") == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("pole", questions.Fault.FORM),
        ("灯 | string | optional | 灯", questions.Fault.CODE),
        ("pole | float | optional | 灯", questions.Fault.DATATYPE),
        ("pole | string | maybe | 灯", questions.Fault.NEEDED),
        ("pole | string | optional | ", questions.Fault.WORDS),
        ("pole | string | optional | 灯 | a=b", questions.Fault.VALUES),
        ("pole | multivaluelist | optional | 灯", questions.Fault.VALUES),
        ("pole | multivaluelist | optional | 灯 | a=b, a=c", questions.Fault.VALUES),
        ("a | text | optional | x\na | text | optional | y", questions.Fault.CODE),
    ],
)
def test_what_is_no_question_is_named_by_its_line(line: str, fault: questions.Fault) -> None:
    with pytest.raises(questions.Unreadable) as refused:
        questions.read(f"\n{line}")
    assert (refused.value.fault, refused.value.line) == (fault, line.count("\n") + 2)
