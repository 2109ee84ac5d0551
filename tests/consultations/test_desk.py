"""The committee's desk: a question is set up, looked through, opened, counted and decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.consultations.models import Consultation, ConsultationOption
from portal.consultations.queries import desk as queue
from portal.consultations.rules.life import Status
from portal.consultations.rules.steps import WAITING, Stage
from portal.consultations.services import counting
from portal.core.clock import clock, now, rfc3339
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.browsing import Browser
from tests.consultations.deskwork import DESK, at_desk, discussed, draft, filled, opened
from tests.consultations.stage import Town, committee_grant, done, plan, yuan


@pytest.fixture
def desk(client: FlaskClient, town: Town) -> Browser:
    return at_desk(client, "committee@example.org")


def in_days(days: int) -> dict[str, Any]:
    day = clock.today() + timedelta(days=days)
    return {"closes_on": day.isoformat(), "closes_time": "18:00"}


# --- setting up -----------------------------------------------------------------------------------


def test_a_committee_asks_its_question(desk: Browser) -> None:
    desk.open("/desk")
    assert "Votes to open, count or decide" in desk.text
    desk.open(DESK)
    assert "No consultations here" in desk.text
    vote = draft(desk, quorum="33.3", minimum_age="18", verified_before="2026-01-01", **in_days(9))
    assert "Your draft is kept" in desk.text
    kept = db.session.get(Consultation, vote)
    assert kept is not None
    assert (kept.status, kept.quorum, kept.minimum_age) == ("draft", 0.333, 18)
    assert kept.closes_at is not None
    assert kept.closes_at.astimezone(clock.zone).hour == 18
    desk.open(f"{DESK}?status=draft")
    assert "小院添点什么" in desk.text
    assert "start the discussion" in desk.text


def test_empty_rows_are_no_options_and_more_can_be_had_without_a_script(desk: Browser) -> None:
    desk.open(f"{DESK}/new")
    address = f"{DESK}/new"
    desk.send(address, more="1", **filled(("长椅", "花坛")))
    assert "options-5-title" in desk.form(address).names
    assert desk.form(address).values["options-1-title"] == "花坛"
    assert db.session.query(Consultation).count() == 0
    more: dict[str, Any] = {"options-4-title": "路灯"}
    desk.send(address, **filled(("长椅", "花坛")), **more)
    titles = db.session.query(ConsultationOption.title).order_by(ConsultationOption.position)
    assert [title for (title,) in titles] == ["长椅", "花坛", "路灯"]


def test_costs_are_written_in_yuan(desk: Browser) -> None:
    vote = draft(desk, method="equal_shares", costs=("１,２00", "99.5", "¥3"), budget="2000")
    costs = db.session.query(ConsultationOption.cost).order_by(ConsultationOption.position)
    assert [cost for (cost,) in costs] == [120_000, 9_950, 300]
    desk.open(f"{DESK}/{vote}/edit")
    values = desk.form(f"{DESK}/{vote}/edit").values
    assert [values[f"options-{n}-cost"] for n in range(3)] == ["1200", "99.50", "3"]
    assert values["budget"] == "2000"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Give the question a title."),
        ({"titles": ("", "", "")}, "Give at least one option."),
        ({"titles": ("长椅", "长椅")}, "Another option has the same title."),
        ({"costs": ("many",)}, "Please write an amount in yuan"),
        ({"titles": ("", "甲"), "costs": ("5",)}, "Give the option a title."),
        ({"method": "equal_shares"}, "A vote on a budget needs the cost of every option."),
        ({"max_choices": "2"}, "This must be from 1 to 1."),
        ({"quorum": "101"}, "Please give a number from 0 to 100."),
        ({"quorum": "NaN"}, "Please write a number."),
        ({"key_with": "trustees"}, "Please fill this in."),
        (
            {"key_with": "trustees", "trustees": "2", "trustees_needed": "3"},
            "No more can be needed than there are.",
        ),
        ({"closes_on": "2030-01-01"}, "Give both day and time, or neither."),
        ({"closes_on": "2020-01-01", "closes_time": "18:00"}, "This lies in the past."),
        ({"region_code": world.FAR_COMMUNITY}, "Please choose something from the list."),
    ],
)  # fmt: skip
def test_what_cannot_be_voted_on_is_said_beside_the_field(
    desk: Browser, wrong: dict[str, Any], said: str
) -> None:
    desk.open(f"{DESK}/new")
    desk.send(f"{DESK}/new", 422, **filled(**wrong))
    assert said in desk.text
    assert "Please check this" in desk.text
    assert db.session.query(Consultation).count() == 0


def test_a_form_without_anything_in_it_is_refused(desk: Browser) -> None:
    token = desk.forms[0].values["csrf_token"]
    vote = draft(desk)
    for address in ("new", f"{vote}/edit"):
        answer = desk.client.post(f"{DESK}/{address}", data={"csrf_token": token})
        assert answer.status_code == 422, address
    vote = opened(desk)
    for address in ("roll", "cancel"):
        answer = desk.client.post(f"{DESK}/{vote}/{address}", data={"csrf_token": token})
        assert answer.status_code == 422, address


def test_a_draft_is_changed_and_thrown_away(desk: Browser) -> None:
    vote = draft(desk)
    desk.open(f"{DESK}/{vote}/edit")
    desk.send(f"{DESK}/{vote}/edit", **filled(("甲", "乙", "")), **in_days(3))
    assert "Your changes are kept." in desk.text
    assert "甲" in desk.text
    assert "路灯" not in desk.text
    desk.open(f"{DESK}/{vote}")
    desk.send(f"{DESK}/{vote}/delete")
    assert "The draft is deleted." in desk.text
    desk.open(f"{DESK}/{vote}", 404)
    assert db.session.query(ConsultationOption).count() == 0
    desk.open("/desk/audit?kind=consultation")
    assert "Draft of a consultation changed" in desk.text
    assert "Draft of a consultation deleted" in desk.text


def test_after_the_draft_nothing_is_changed(desk: Browser) -> None:
    vote = draft(desk)
    desk.open(f"{DESK}/{vote}/edit")
    kept_open = desk.form(f"{DESK}/{vote}/edit")
    token = kept_open.values["csrf_token"]
    desk.open(f"{DESK}/{vote}/check")
    desk.send(f"{DESK}/{vote}/start-discussion")
    assert "The discussion has begun." in desk.text
    late = {**kept_open.values, **filled(("甲", "乙"))}
    assert desk.client.post(f"{DESK}/{vote}/edit", data=late).status_code == 409
    deleted = desk.client.post(f"{DESK}/{vote}/delete", data={"csrf_token": token})
    assert deleted.status_code == 303
    assert db.session.query(ConsultationOption).count() == 3


# --- looking through ------------------------------------------------------------------------------


def test_the_checklist_shows_the_ballot_and_what_to_think_of(desk: Browser, town: Town) -> None:
    vote = draft(
        desk, method="equal_shares", costs=("0", "9000", "500"), budget="8000", quorum="0",
        disclosure="trackable",
    )  # fmt: skip
    desk.open(f"{DESK}/{vote}/check")
    for words in (
        "6 people may vote by the rule of the roll",
        "Equal shares never choose what costs nothing: “长椅”",
        "Dearer than the whole budget, so it cannot be paid for: “花坛”",
        "No end is set",
        "There is no quorum",
        "A receipt can prove a vote to a buyer",
        "the question, the method and the times are fixed",
        "Every voter has the same share of the budget",
    ):
        assert words in desk.text, words
    assert "<fieldset disabled" in desk.page.text


def test_too_few_people_cannot_open(desk: Browser, town: Town) -> None:
    vote = discussed(desk, minimum_age="18")  # nobody of them has given a birthday
    desk.open(f"{DESK}/{vote}/check")
    assert "0 people may vote by the rule of the roll. At least 5 are needed" in desk.text
    assert f"{DESK}/{vote}/open" not in desk.page.text
    token = desk.forms[0].values["csrf_token"]
    answer = desk.client.post(f"{DESK}/{vote}/open", data={"csrf_token": token})
    assert answer.status_code == 303
    desk.open(f"{DESK}/{vote}")
    assert "needs at least 5 people" in desk.text


# --- running --------------------------------------------------------------------------------------


def test_opening_fixes_the_roll(desk: Browser, town: Town) -> None:
    vote = opened(desk, **in_days(3))
    assert "Voting is open." in desk.text
    roll = done(town.api.get(f"/consultations/{vote}/roll"))
    assert roll["hash"] in desk.text
    assert "0 of 6 have voted" in desk.text


def test_turnout_is_all_that_can_be_known_while_voting(desk: Browser, town: Town) -> None:
    vote = opened(desk)
    options = done(town.api.get(f"/consultations/{vote}"))
    for number, place in enumerate((0, 0, 0, 1)):
        town.vote(number, options, place)
    desk.open(f"{DESK}/{vote}")
    assert "4 of 6 have voted" in desk.text
    assert "Turnout by where people live" not in desk.text  # one community is one part
    assert not re.search(r"Result|Chosen:|\d votes?\b", desk.text)
    desk.open(f"{DESK}/{vote}/decide", 409)


def test_small_parts_of_the_roll_are_hidden(client: FlaskClient, world: Any) -> None:
    for number in range(30):
        home = world.COMMUNITY if number < 26 else world.NEXT_COMMUNITY
        world.make_user(f"voter{number}@example.org", home=home)
    world.make_staff("committee", scope=world.STREET)
    desk = at_desk(client, "committee@example.org")
    vote = opened(desk, region_code=world.STREET)
    desk.open(f"{DESK}/{vote}")
    table = desk.text.partition("Turnout by where people live")[2]
    assert "宝山路社区 hidden hidden" in table
    assert "红山郡社区 hidden hidden" in table  # or the other follows by subtraction


def test_trustees_get_their_shares_once(desk: Browser, town: Town) -> None:
    vote = opened(desk, key_with="trustees", trustees="3", trustees_needed="2")
    assert desk.page.headers["Cache-Control"].startswith("no-store")
    shares = re.findall(r"<code>(\d-[0-9A-Z ]+)</code>", desk.page.text)
    assert [share[0] for share in shares] == ["1", "2", "3"]
    assert desk.page.text.count("<svg") >= 3
    assert "shown once and kept nowhere" in desk.text
    token = desk.forms[0].values["csrf_token"]
    again = desk.client.post(f"{DESK}/{vote}/open", data={"csrf_token": token})
    assert again.status_code == 303
    desk.open(f"{DESK}/{vote}")
    assert not any(share in desk.text for share in shares)
    desk.open("/desk/audit?kind=consultation")
    assert not any(share.replace(" ", "")[2:] in desk.text.replace(" ", "") for share in shares)

    address = f"{DESK}/{vote}/close"
    desk.open(address)
    desk.send(address, 422, **{"shares-0": shares[2].lower()})
    assert "2 different shares are needed." in desk.text
    assert "1 of 2" in desk.text
    desk.send(address, 422, **{"shares-0": shares[2], "shares-1": shares[0][:-1] + "!"})
    assert "This share cannot be read" in desk.text
    desk.send(address, **{"shares-0": shares[2], "shares-1": shares[0]})
    assert desk.address == f"{DESK}/{vote}/decide"


def test_the_roll_is_changed_in_public_with_a_reason(desk: Browser, town: Town) -> None:
    vote = opened(desk)
    late = world.make_user("late@example.org", "迟来的人")
    assert late
    address = f"{DESK}/{vote}/roll"
    desk.open(address)
    assert "The roll is as it was when voting opened." in desk.text
    desk.send(address, 422, change="added", member_code="0000-0000-0000", reason="漏登")
    desk.send(address, change="added", member_code=_code_of("late@example.org"), reason="漏登")
    assert "The roll is changed." in desk.text
    assert "漏登" in desk.text
    assert "Hash of the roll when voting opened" in desk.text
    changes = done(town.api.get(f"/consultations/{vote}/roll/changes"))
    assert [each["reason"] for each in changes["items"]] == ["漏登"]
    for number in (0, 1):
        removed = {"change": "removed", "member_code": town.member_code(number), "reason": "迁出"}
        desk.send(address, 200, **removed)
    last = {"change": "removed", "member_code": town.member_code(2), "reason": "迁出"}
    desk.send(address, 422, **last)
    assert "needs at least 5 people" in desk.text


def test_calling_off_says_what_is_lost(desk: Browser, town: Town) -> None:
    vote = opened(desk)
    town.vote(0, done(town.api.get(f"/consultations/{vote}")), 0)
    desk.open(f"{DESK}/{vote}/cancel")
    assert "1 ballot that was cast is destroyed unopened." in desk.text
    desk.send(f"{DESK}/{vote}/cancel", 422)
    desk.send(f"{DESK}/{vote}/cancel", reason="题目写错了")
    assert "题目写错了" in desk.text
    desk.open(f"{DESK}?status=cancelled")
    assert "小院添点什么" in desk.text
    desk.open(f"{DESK}/{vote}/cancel", 409)


# --- counting and deciding ------------------------------------------------------------------------


def test_a_fixed_end_is_not_brought_forward(desk: Browser, town: Town) -> None:
    vote = opened(desk, **in_days(2))
    desk.open(f"{DESK}/{vote}/close")
    assert "Nobody can bring it forward." in desk.text
    token = desk.forms[0].values["csrf_token"]
    answer = desk.client.post(f"{DESK}/{vote}/close", data={"csrf_token": token})
    assert answer.status_code == 422
    assert done(town.api.get(f"/consultations/{vote}"))["status"] == "open"


def test_it_is_counted_decided_and_promised(
    desk: Browser, town: Town, at: Callable[..., None]
) -> None:
    vote = opened(desk, quorum="50", **in_days(2))
    options = done(town.api.get(f"/consultations/{vote}"))
    for number, place in enumerate((0, 0, 1)):
        town.vote(number, options, place)
    desk.open(f"{DESK}/waiting")
    assert "Nothing waits for you" in desk.text
    at(now() + timedelta(days=3))
    desk.open(f"{DESK}/waiting")
    assert "Voting is over. It waits to be counted." in desk.text
    desk.open(f"{DESK}/{vote}/close")
    desk.send(f"{DESK}/{vote}/close")
    address = f"{DESK}/{vote}/decide"
    assert desk.address == address
    assert "Chosen: 长椅" in desk.text
    desk.send(address, 422, reasons="好")
    assert "Choose one." in desk.text
    desk.send(address, 422, accepted="no", reasons="不行")
    assert "Explain in full sentences why you depart from it." in desk.text
    promise: dict[str, Any] = {
        "commitments-0-title": "装三把长椅",
        "commitments-0-owner": "物业",
        "commitments-0-due_on": (clock.today() + timedelta(days=30)).isoformat(),
    }
    half: dict[str, Any] = {**promise, "commitments-0-owner": ""}
    desk.send(address, 422, accepted="yes", reasons="多数人要长椅。", **half)
    assert "Fill in the whole line, or leave it empty." in desk.text
    desk.send(address, accepted="yes", reasons="多数人要长椅。", **promise)
    assert "The decision is public, with your reasons." in desk.text
    assert "装三把长椅" in desk.text
    decision = done(town.api.get(f"/consultations/{vote}"))["decision"]
    assert decision["accepted"] is True
    assert [each["owner"] for each in decision["commitments"]] == ["物业"]
    desk.open(address, 409)


def test_a_quorum_that_was_missed_and_a_lot_are_said(desk: Browser, town: Town) -> None:
    vote = opened(desk, quorum="50")
    town.vote(0, done(town.api.get(f"/consultations/{vote}")), 0)
    desk.open(f"{DESK}/{vote}/close")
    desk.send(f"{DESK}/{vote}/close")
    assert "The quorum was not reached" in desk.text
    assert "1 vote" in desk.text


def test_what_nobody_chose_and_is_funded_is_pointed_at(desk: Browser, town: Town) -> None:
    body = plan("budget_greedy", [], options=[
        {"title": "长椅", "cost": yuan(10)}, {"title": "花坛", "cost": yuan(10)},
    ], budget=yuan(20))  # fmt: skip
    vote = done(town.committee.post("/consultations", body), 201)
    done(town.committee.post(f"/consultations/{vote['id']}/start-discussion"))
    done(town.committee.post(f"/consultations/{vote['id']}/open"))
    town.vote(0, vote, 0)
    town.closed(vote)
    desk.open(f"{DESK}/{vote['id']}")
    assert "“花坛” is funded with money left over, though nobody voted for it." in desk.text


# --- what waits -----------------------------------------------------------------------------------


def test_the_queue_holds_what_the_next_step_says(town: Town, at: Callable[..., None]) -> None:
    """The list is asked of the database, the sentence of the rules: they must not disagree."""
    soon, later = rfc3339(now() + timedelta(days=1)), rfc3339(now() + timedelta(days=2))
    for more in ({}, {"closes_at": soon}):
        town.draft(**more)
        town.discussed(**more)
        town.opened(**more)
    town.discussed(opens_at=soon)
    town.discussed(opens_at=soon, closes_at=later)
    town.closed(town.opened())
    decided = town.opened()
    town.closed(decided)
    decision = {"accepted": True, "reasons": "好"}
    done(town.committee.post(f"/consultations/{decided['id']}/decide", decision))
    cancelled = town.opened()
    done(town.committee.post(f"/consultations/{cancelled['id']}/cancel", {"reason": "错"}))
    actor = world.principal("somebody", committee_grant())
    numbers: list[int] = []
    everything: Sequence[Any] = ()
    for days in (0, 1.5, 3):
        at(now() + timedelta(days=days))
        everything = queue.page(actor, list(Status), limit=100).items
        waits = {
            row.id
            for row in everything
            if Stage(row.status, row.opens_at, row.closes_at, row.sealed_at is not None).next_step(
                now()
            )
            in WAITING
        }
        assert {row.id for row in queue.waiting(actor, limit=100).items} == waits
        numbers.append(len(waits))
    assert len(everything) == 11
    assert numbers[0] < numbers[1]


def test_how_far_a_count_is_can_be_seen(desk: Browser, town: Town) -> None:
    vote = opened(desk)
    town.vote(0, done(town.api.get(f"/consultations/{vote}")), 0)
    with unit_of_work():
        counting.seal(vote)
        counting.note_progress(vote, envelopes=1, opened=0)
    desk.open(f"{DESK}/{vote}")
    assert "Ballots opened 0 of 1" in desk.text
    assert "Voting is over. It waits to be counted." in desk.text
    desk.open(f"{DESK}/{vote}/close")
    desk.send(f"{DESK}/{vote}/close")  # what was interrupted is finished
    assert desk.address == f"{DESK}/{vote}/decide"


# --- who may not ----------------------------------------------------------------------------------


PAGES = ("", "/check", "/edit", "/cancel", "/roll", "/roll/people", "/close", "/decide")
DEEDS = ("/delete", "/start-discussion", "/open", "/cancel", "/roll", "/close", "/decide")


@pytest.mark.parametrize(
    ("login", "scope"),
    [("committee", world.NEXT_COMMUNITY), ("social_worker", world.NEXT_COMMUNITY), ("", "")],
)
def test_others_find_no_draft_and_may_not_touch_what_is_public(
    client: FlaskClient, desk: Browser, town: Town, login: str, scope: str
) -> None:
    drafted, public = draft(desk), opened(desk)
    if login:
        world.make_staff(login, "other@example.org", scope=scope)
    other = at_desk(client, "other@example.org" if login else "voter1@example.org")
    token = other.forms[0].values["csrf_token"]
    for page in PAGES:
        assert other.client.get(f"{DESK}/{drafted}{page}").status_code == 404, page
        assert other.client.get(f"{DESK}/{public}{page}").status_code in (403, 404), page
    for deed in DEEDS:
        for vote, allowed in ((drafted, (404,)), (public, (403, 404))):
            answer = other.client.post(f"{DESK}/{vote}{deed}", data={"csrf_token": token})
            assert answer.status_code in allowed, (deed, answer.status_code)
    other.open(f"{DESK}/new", 200 if login == "committee" else 404)
    assert done(town.api.get(f"/consultations/{public}"))["status"] == "open"


def test_auditors_see_every_step_and_the_salt(
    client: FlaskClient, desk: Browser, town: Town
) -> None:
    vote = opened(desk)
    world.make_staff("auditor", scope=world.CITY)
    auditor = at_desk(client, "auditor@example.org")
    auditor.open(DESK)
    assert "小院添点什么" in auditor.text
    auditor.open(f"{DESK}/{vote}")
    assert "Every step in the audit log" in auditor.text
    assert f"{DESK}/{vote}/cancel" not in auditor.page.text
    auditor.open(f"{DESK}/{vote}/roll/people")
    entry = db.session.get(Consultation, vote)
    assert entry is not None
    assert entry.roll_salt is not None
    assert entry.roll_salt.hex() in auditor.page.text
    auditor.open(f"/desk/audit?kind=consultation&object={vote}")
    for deed in ("Consultation drafted", "Consultation made public", "Voting opened"):
        assert deed in auditor.text
    desk.open(f"{DESK}/{vote}/roll/people", 404)  # the committee does not see the salt
    auditor.open(f"{DESK}/{vote}/cancel", 403)


def test_it_is_all_there_in_chinese(client: FlaskClient, town: Town) -> None:
    desk = at_desk(client, "committee@example.org", "zh")
    vote = opened(desk)
    for address in ("", "/roll", "/cancel", "/close"):
        page = desk.open(f"{DESK}/{vote}{address}")
        assert 'lang="zh-Hans"' in page.text


def _code_of(login: str) -> str:
    from portal.accounts.models import User

    user = db.session.query(User).filter_by(email=login).one()
    return user.member_code
