"""Reading what neighbours have reported: the list, a case and its course, one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core.clock import clock, now
from portal.suggestions import services
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from tests.suggestions import district
from tests.suggestions.district import Office, accepted, do, report
from tests.suggestions.pages.conftest import Opens
from tests.world import COMMUNITY, FAR_COMMUNITY


def test_a_list_is_narrowed_without_a_script(office: Office, opens: Opens) -> None:
    report(office.resident, title="三号楼路灯不亮")
    report(office.neighbour, title="广场舞太响", description="晚上十点还在跳。")
    report(office.resident, title="远处的路灯", region_code=FAR_COMMUNITY)
    stranger = opens()
    assert {"三号楼路灯不亮", "广场舞太响", "远处的路灯"} <= set(
        titles(stranger.open("/suggestions").text)
    )
    assert "广场舞太响" not in stranger.open("/suggestions?q=路灯").text
    assert "远处的路灯" not in stranger.open(f"/suggestions?region={COMMUNITY}").text
    assert "Nothing was found" in stranger.open("/suggestions?status=closed").text
    assert "Nothing was found" in stranger.open("/suggestions?category=quarrel").text
    assert "Nothing was found" in stranger.open("/suggestions?overdue=1").text
    with clock.held_at(now() + timedelta(days=60)):
        assert "Overdue by" in stranger.open("/suggestions?overdue=1").text


def titles(page: str) -> list[str]:
    return [each for each in ("三号楼路灯不亮", "广场舞太响", "远处的路灯") if each in page]


@pytest.mark.parametrize("query", ["status=x", "region=x", "overdue=maybe", "category=%00x"[:9]])
def test_what_makes_no_sense_narrows_nothing(office: Office, opens: Opens, query: str) -> None:
    report(office.resident)
    browser = opens()
    browser.open(f"/suggestions?{query}")
    assert "路灯不亮" in browser.text or query.startswith("category")


def test_a_long_list_comes_page_by_page(office: Office, opens: Opens) -> None:
    for number in range(23):
        report(office.resident, title=f"第 {number} 盏灯")
    stranger = opens()
    first = stranger.open("/suggestions").text
    more = next(line for line in first.split('"') if line.startswith("/suggestions?cursor="))
    assert "第 0 盏灯" not in first
    assert "第 0 盏灯" in stranger.open(more).text


def test_the_course_of_a_case_is_told_in_words(office: Office, opens: Opens) -> None:
    case = accepted(office)
    soon = now() + timedelta(hours=1)
    do(services.whistle, office.dispatcher, case, [office.roads, office.parks], soon)
    do(services.report_in, office.of_roads, case)
    with clock.held_at(now() + timedelta(hours=5)):
        do(services.report_in, office.of_parks, case)
    page = opens().open(f"/suggestions/{case}").text
    told = opens()
    told.open(f"/suggestions/{case}")
    for words in (
        "Given to 路灯所",
        "Taken on",
        "市政处 called in, to report by",
        "Reported in",
        "It came late: it had until",
        "Came late",
        "路灯所 has it.",
    ):
        assert words in told.text, words
    assert page.count("It came late") == 1


def test_who_has_answered_how_and_what_it_was_worth(office: Office, opens: Opens) -> None:
    case = answered(office)
    browser = opens("resident")
    browser.open("/me/suggestions")
    assert "Waiting for your judgement" in browser.text
    browser.open(f"/suggestions/{case}/judge")
    browser.send(f"/suggestions/{case}/judge", status=422)
    assert "Choose one of the five." in browser.text
    browser.send(f"/suggestions/{case}/judge", score="5")
    assert browser.address == f"/suggestions/{case}"
    assert "Judged: 5 of 5, Very happy" in browser.text
    assert "Waiting for your judgement" not in opens("resident").open("/me/suggestions").text
    district.assert_true_to_events()


def answered(office: Office) -> str:
    case = accepted(office)
    do(services.answer, office.of_lights, case, Outcome.DONE, "换了灯泡。")
    return case


def test_an_answer_waits_on_the_home_page(office: Office, opens: Opens) -> None:
    answered(office)
    assert "Is the answer good? 路灯不亮" in opens("resident").open("/").text
    assert "Is the answer good?" not in opens("neighbour").open("/").text


def test_what_is_not_done_is_taken_up_again(office: Office, opens: Opens) -> None:
    case = answered(office)
    browser = opens("resident")
    browser.open(f"/suggestions/{case}/reopen")
    assert "gets it back and answers once more" in browser.text
    assert "one level up" not in browser.text
    browser.send(f"/suggestions/{case}/reopen", status=422)
    browser.send(f"/suggestions/{case}/reopen", reason="还是不亮")
    assert "Reopened: it is not done" in browser.text
    assert "还是不亮" in browser.text
    do(services.accept, office.of_lights, case)
    do(services.answer, office.of_lights, case, Outcome.DONE, "又换了。")
    assert "one level up" in browser.open(f"/suggestions/{case}/reopen").text


def test_too_late_to_judge_is_said(office: Office, opens: Opens) -> None:
    case = answered(office)
    browser = opens("resident")
    browser.open(f"/suggestions/{case}/judge")
    with clock.held_at(now() + timedelta(days=9)):
        browser.send(f"/suggestions/{case}/judge", status=422, score="1")
        assert "The time for this is over." in browser.text
        browser.open(f"/suggestions/{case}")
        assert "Judge the answer" not in browser.text


def test_only_who_asked_judges(office: Office, opens: Opens) -> None:
    case = answered(office)
    opens("neighbour").open(f"/suggestions/{case}/judge", status=403)
    assert "Judge the answer" not in opens("neighbour").open(f"/suggestions/{case}").text


def test_support_counts_once_and_is_shown(office: Office, opens: Opens) -> None:
    case = report(office.resident)
    browser = opens("neighbour")
    browser.open(f"/suggestions/{case}")
    browser.send(f"/suggestions/{case}/support")
    assert "You support this" in browser.text
    assert "1 supporter" in browser.text
    assert "路灯不亮" in browser.open("/me/suggestions?which=supported").text
    assert "I want this too" not in opens("resident").open(f"/suggestions/{case}").text


def test_what_was_put_together_leads_on(office: Office, opens: Opens) -> None:
    lead, other = report(office.resident, title="第一盏"), report(office.neighbour, title="第二盏")
    do(services.merge, office.dispatcher, other, lead)
    browser = opens("neighbour")
    browser.open(f"/suggestions/{other}")
    assert "This was put together with another suggestion" in browser.text
    assert f'href="/suggestions/{lead}"' in browser.page.text
    assert "第二盏" in browser.open(f"/suggestions/{lead}").text


def test_a_confidential_case_is_on_no_page_of_others(office: Office, opens: Opens) -> None:
    secret = report(
        office.resident,
        title="楼上的事",
        description="别让楼上知道。",
        visibility=Visibility.CONFIDENTIAL,
        latitude=42.28,
        longitude=118.9,
    )
    for who in ("", "neighbour", "h1"):
        browser = opens(who)
        browser.open(f"/suggestions/{secret}", status=404)
        assert "楼上" not in browser.page.text
        for address in (
            "/suggestions",
            "/suggestions?q=楼上",
            f"/suggestions?region={COMMUNITY}",
            "/suggestions/map",
            f"/suggestions/map?region={COMMUNITY}",
            "/suggestions/map?box=42,118,43,119",
        ):
            page = browser.open(address).text
            assert secret not in page, address
            assert "楼上的事" not in page, address
    own = opens("resident").open(f"/suggestions/{secret}").text
    assert "Only you and those who work on it can see this." in own
    assert secret not in opens("resident").open("/suggestions/map").text


def test_nobody_is_named_on_a_page(office: Office, opens: Opens) -> None:
    case = report(office.resident, anonymous=True)
    assert "You reported this anonymously" in opens("resident").open(f"/suggestions/{case}").text
    for who in ("", "neighbour", "dispatcher", "h1"):
        page = opens(who).open(f"/suggestions/{case}").text
        assert office.resident.id not in page
        assert "You reported" not in page
        assert not [line for line in page.splitlines() if ">resident<" in line]


def test_the_map_shows_places_and_what_is_late(office: Office, opens: Opens) -> None:
    one = report(office.resident, title="东头", latitude=42.2800, longitude=118.9000)
    for number in range(3):
        report(office.neighbour, title=f"西头{number}", latitude=42.30, longitude=118.95)
    report(office.resident, title="没有位置")
    stranger = opens()
    page = stranger.open("/suggestions/map").text
    assert f'href="/suggestions/{one}"' in page
    assert "3 suggestions in" in page
    assert "没有位置" not in page
    near = stranger.open("/suggestions/map?box=42.2999,118.9499,42.3001,118.9501").text
    assert "东头" not in near
    assert "西头1" in near
    with clock.held_at(now() + timedelta(days=60)):
        assert "3 overdue" in stranger.open("/suggestions/map").text
    with_nonsense = stranger.open("/suggestions/map?box=nan,1,2,inf").text
    assert "东头" in with_nonsense


def test_everything_in_one_place_can_still_be_drawn(office: Office, opens: Opens) -> None:
    for _n in range(3):
        report(office.resident, latitude=90.0, longitude=180.0)
    assert "3 suggestions in" in opens().open("/suggestions/map").text
    do(services.reject, office.dispatcher, report(office.resident), "重复")
