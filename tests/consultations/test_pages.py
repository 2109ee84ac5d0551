"""Votes by their pages, in a browser without JavaScript: found, understood, cast, checked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.app import Portal
from portal.consultations.rules.receipts import LENGTH
from portal.consultations.views.lengths import EVEN
from portal.core.clock import now, rfc3339
from tests import world as places
from tests.access.walkers import written_tables
from tests.browsing import Browser
from tests.consultations.stage import Town, done, plan, the_log, yuan

RECEIPT = re.compile(r'name="receipt" value="([0-9A-Z]{26})"')


def browser(app: Portal, login: str = "") -> Browser:
    client = Browser(app.test_client(), "en")
    return client.sign_in(f"{login}@example.org") if login else client


def address(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", *parts))


def receipt_in(person: Browser) -> str:
    found = RECEIPT.search(person.page.text)
    assert found, "the page holds a receipt"
    return found.group(1)


def fields(vote: dict[str, Any], *chosen: int) -> dict[str, Any]:
    """What a voter fills in to choose options by their places (of a ranking: in this order)."""
    ids = [vote["options"][place]["id"] for place in chosen]
    if vote["method"] in ("ranked", "schulze"):
        return {f"place_{each}": str(rank) for rank, each in enumerate(ids, start=1)}
    if vote["method"] == "single":
        return {"choices": ids[0] if ids else "blank"}
    return {"choices": ids} if ids else {}


def votes(person: Browser, vote: dict[str, Any], *chosen: int) -> str:
    """Open the ballot, choose, look it over, cast it; returns the receipt that was shown before."""
    person.open(address(vote, "vote"))
    drawn = receipt_in(person)
    person.send(address(vote, "vote"), step="review", **fields(vote, *chosen))
    assert "Is this your vote?" in person.text
    assert receipt_in(person) == drawn
    person.send(address(vote, "vote"), step="cast")
    assert "You have voted" in person.text
    assert " ".join(re.findall(".{1,4}", drawn)) in person.text
    return drawn


BUDGET = {
    "budget": yuan(100),
    "options": [{"title": f"第{n}项", "cost": yuan(40 + n)} for n in range(3)],
}


def test_no_length_of_an_answer_tells_what_was_chosen(app: Portal, town: Town) -> None:
    """A proxy writes it into its log, with the address that asked."""
    titles = ("灯", "把北门外那条坑坑洼洼的小路重新铺平，两边种上树", "长椅")
    vote = town.opened(method="approval", options=[{"title": each} for each in titles])
    path = address(vote, "vote")
    person = browser(app, "voter1")
    lengths = set()
    for chosen in ((0,), (1,), (0, 1, 2), ()):
        person.open(path)
        person.send(path, step="review", **fields(vote, *chosen))
        lengths.add(len(person.page.data))
        person.send(path, step="change")
        lengths.add(len(person.page.data))
    assert lengths == {EVEN}


@pytest.mark.parametrize(
    ("method", "more", "chosen", "said"),
    [
        ("single", {}, (1,), "The one with the most votes wins."),
        ("single", {}, (), "You choose one option."),
        ("approval", {"max_choices": 2}, (0, 2), "up to 2 options"),
        ("ranked", {}, (2, 0), "Round by round the last one leaves"),
        ("schulze", {}, (2, 0, 1), "Each is compared with each other one"),
        ("budget_greedy", BUDGET, (0, 1), "What has the most votes is paid for first"),
        ("equal_shares", BUDGET, (0, 1, 2), "Every voter has the same share"),
    ],
)
def test_a_ballot_of_every_method_is_cast_and_found_on_the_board(
    app: Portal, town: Town, method: str, more: dict[str, Any], chosen: tuple[int, ...], said: str
) -> None:
    vote = town.opened(method=method, **more)
    person = browser(app, "voter1")
    person.open(address(vote))
    assert said in person.text
    receipt = votes(person, vote, *chosen)

    town.closed(vote)
    person.open(address(vote, "board"))
    person.send(address(vote, "board"), receipt=f" {receipt[:9].lower()} {receipt[9:]}")
    assert "Your ballot is on the board" in person.text
    entry = next(each for each in town.board(vote)["entries"] if each["receipt"] == receipt)
    ids = [vote["options"][place]["id"] for place in chosen]
    ordered = list if method in ("ranked", "schulze") else sorted
    assert ordered(entry["choices"]) == ordered(ids)
    person.open(address(vote, "results"))
    for option in vote["options"]:
        assert option["title"] in person.text
    assert "1 of 6" in person.text


def test_who_presses_twice_keeps_the_receipt_and_has_one_ballot(app: Portal, town: Town) -> None:
    vote = town.opened()
    person = browser(app, "voter1")
    person.open(address(vote, "vote"))
    person.send(address(vote, "vote"), step="review", **fields(vote, 1))
    receipt, form = receipt_in(person), person.form(address(vote, "vote"))
    sent = {**form.values, "step": "cast"}
    first = person.client.post(form.action, data=sent)
    again = person.client.post(form.action, data=sent)
    assert (first.status_code, again.status_code) == (200, 409)
    in_groups = " ".join(re.findall(".{1,4}", receipt))
    assert in_groups in first.text
    assert in_groups in again.text
    assert done(town.api.get(address(vote)))["turnout"]["voted"] == 1

    person.open(address(vote, "vote"))  # on another day: the portal does not know it
    assert "You have voted" in person.text
    assert in_groups not in person.page.text


def test_an_answer_that_was_lost_is_made_good_after_the_end_too(app: Portal, town: Town) -> None:
    vote = town.opened()
    person = browser(app, "voter1")
    person.open(address(vote, "vote"))
    person.send(address(vote, "vote"), step="review", **fields(vote, 1))
    form = person.form(address(vote, "vote"))
    person.client.post(form.action, data={**form.values, "step": "cast"})
    town.closed(vote)
    again = person.client.post(form.action, data={**form.values, "step": "cast"})
    assert again.status_code == 409
    assert "You have voted" in again.text
    assert " ".join(re.findall(".{1,4}", form.values["receipt"])) in again.text


def test_looking_over_and_changing_lose_nothing_and_keep_nothing(app: Portal, town: Town) -> None:
    vote = town.opened(method="approval")
    person = browser(app, "voter1")
    person.open(address(vote, "vote"))
    receipt = receipt_in(person)
    person.send(address(vote, "vote"), step="review", **fields(vote, 0, 2))
    person.send(address(vote, "vote"), step="change", **fields(vote, 0, 2))
    assert receipt_in(person) == receipt
    ticked = re.findall(r'value="([0-9a-z]{26})"[^>]*checked', person.page.text)
    assert ticked == [vote["options"][0]["id"], vote["options"][2]["id"]]
    with person.client.session_transaction() as session:
        kept = repr(dict(session))
    assert not any(option["id"] in kept for option in vote["options"])
    assert receipt not in kept
    person.open(address(vote, "vote"))  # anew: the portal has kept nothing
    assert "checked" not in person.page.text
    assert done(town.api.get(address(vote)))["turnout"]["voted"] == 0


@pytest.mark.parametrize(
    ("method", "more", "sent", "said"),
    [
        ("single", {}, {}, "Choose an option, or the blank ballot."),
        ("single", {}, {"choices": "x"}, "This option is not on the ballot."),
        ("approval", {"max_choices": 1}, (0, 1), "You may choose 1 option, and have chosen 2"),
        ("budget_greedy", BUDGET, (0, 1, 2), "CN¥23.00 more than the budget of CN¥100.00"),
        ("ranked", {}, {"place_0": "first"}, "Please write a whole number."),
        ("ranked", {}, {"place_0": "1", "place_1": "１"}, "Place 1 is given to “长椅” as well."),
    ],
)
def test_a_ballot_that_breaks_the_rule_is_shown_again_with_what_to_change(
    app: Portal,
    town: Town,
    method: str,
    more: dict[str, Any],
    sent: Any,
    said: str,
) -> None:
    vote = town.opened(method=method, **more)
    if isinstance(sent, tuple):
        sent = fields(vote, *sent)
    ids = [option["id"] for option in vote["options"]]
    values = {
        f"place_{ids[int(name[6:])]}" if name.startswith("place_") else name: value
        for name, value in sent.items()
    }
    person = browser(app, "voter1")
    for step in ("review", "cast"):
        person.open(address(vote, "vote"))
        receipt = receipt_in(person)
        person.send(address(vote, "vote"), 422, step=step, **values)
        assert said in person.text
        assert receipt_in(person) == receipt
        assert person.page.text.count(" checked") == len(
            [each for each in _listed(values.get("choices")) if each in ids]
        )
        for name, value in values.items():
            if name.startswith("place_") and value.isascii():
                assert f'value="{value}"' in person.page.text
    assert done(town.api.get(address(vote)))["turnout"]["voted"] == 0


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def test_a_receipt_that_is_none_is_drawn_anew(app: Portal, town: Town) -> None:
    vote = town.opened()
    person = browser(app, "voter1")
    person.open(address(vote, "vote"))
    person.send(address(vote, "vote"), step="review", receipt="no", **fields(vote, 1))
    assert len(receipt_in(person)) == LENGTH


def test_strangers_are_asked_to_sign_in_and_come_back_to_the_ballot(
    app: Portal, town: Town
) -> None:
    vote = town.opened()
    stranger = browser(app)
    stranger.open("/consultations")
    assert "小院添点什么" in stranger.text
    stranger.open(address(vote))
    assert "Sign in to vote" in stranger.text
    answer = stranger.client.get(address(vote, "vote"))
    assert (answer.status_code, answer.location) == (302, f"/login?next={address(vote, 'vote')}")


@pytest.mark.parametrize(
    ("login", "person", "why"),
    [
        ("far", {"home": places.NEXT_COMMUNITY}, "your home is registered elsewhere"),
        ("new", {"verified": False}, "Your home had not been confirmed"),
        ("late", {}, "the rule of who may vote did not include you"),
    ],
)
def test_who_is_off_the_roll_reads_why(
    app: Portal, town: Town, world: Any, login: str, person: dict[str, Any], why: str
) -> None:
    vote = town.opened()
    world.make_user(f"{login}@example.org", **person)
    someone = browser(app, login)
    someone.open(address(vote))
    assert "You are not on this roll" in someone.text
    assert why in someone.text
    assert "Vote until" not in someone.text
    someone.open(address(vote, "vote"), 403)
    assert why in someone.text
    someone.open("/")
    assert "Your vote:" not in someone.text


def test_who_voted_on_paper_is_told_so(app: Portal, town: Town) -> None:
    vote = town.opened()
    sent = {"member_code": town.member_code(0)}
    done(town.worker.post(f"{address(vote)}/paper-ballots", sent), 201)
    person = browser(app, "voter1")
    person.open(address(vote))
    assert "You voted on paper" in person.text
    person.open(address(vote, "vote"))
    assert "The roll says that you voted on paper" in person.text


def test_no_ballot_before_voting_opens_and_after_it_ended(app: Portal, town: Town, at: Any) -> None:
    end = now().replace(microsecond=0) + timedelta(days=3)
    vote = town.discussed(closes_at=rfc3339(end))
    person = browser(app, "voter1")
    person.open(address(vote, "vote"), 409)
    assert "Voting has not begun" in person.text
    done(town.committee.post(f"{address(vote)}/open"))
    person.open(address(vote, "vote"))
    form = person.form(address(vote, "vote"))
    at(end)
    late = person.client.post(form.action, data={**form.values, "step": "cast", **fields(vote, 1)})
    assert late.status_code == 409
    assert "Nothing was cast just now" in late.text
    person = browser(app, "voter1")
    person.open(address(vote))
    assert "The ballots are being counted" in person.text


def test_home_says_until_when_ones_vote_is_waited_for(app: Portal, town: Town) -> None:
    vote = town.opened(closes_at=rfc3339(now() + timedelta(days=1)))
    person = browser(app, "voter1")
    person.open("/")
    assert "Your vote: 小院添点什么" in person.text
    votes(person, vote, 0)
    person.open("/")
    assert "Your vote:" not in person.text


def test_found_are_those_of_ones_own_regions_first(app: Portal, town: Town, world: Any) -> None:
    person = browser(app, "voter1")
    person.open("/consultations")
    assert "Nothing is being decided just now" in person.text
    person.open("/consultations?when=past")
    assert "Nothing has been decided here yet" in person.text
    open_one = town.opened(title="正在投票")
    town.discussed(title="正在讨论")
    decided = town.opened(title="已经开票")
    town.closed(decided)
    person.open("/consultations")
    assert person.text.index("正在投票") < person.text.index("正在讨论")
    assert "已经开票" not in person.text
    assert "Your vote is waited for" in person.text
    votes(person, open_one, 0)
    person.open("/consultations")
    assert "You have voted" in person.text
    person.open("/consultations?when=past")
    assert "已经开票" in person.text
    world.make_user("far@example.org", home=places.NEXT_COMMUNITY)
    far = browser(app, "far")
    far.open("/consultations")
    assert "正在投票" not in far.text
    far.open("/consultations?where=all")
    assert "正在投票" in far.text


def test_talking_and_answering(app: Portal, town: Town, world: Any) -> None:
    vote = town.discussed()
    first, second = browser(app, "voter1"), browser(app, "voter2")
    first.open(address(vote))
    first.send(address(vote, "comments"), 422, text=" ")
    assert "Write something first." in first.text
    first.open(address(vote))
    first.send(address(vote, "comments"), text="长椅放在哪儿？")
    said = first.address.partition("#comment-")[2]
    first.open(address(vote))
    first.send(address(vote, "comments"), text="后来的话")
    second.open(address(vote, "comments", said))
    assert "You reply to voter1." in second.text
    second.send(address(vote, "comments"), 422, text=" ")
    assert "You reply to voter1." in second.text
    second.send(address(vote, "comments"), text="树下吧")
    assert "in reply to voter1" in second.text
    second.open(f"{address(vote)}?sort=time")
    text = second.text
    assert text.index("长椅放在哪儿？") < text.index("树下吧") < text.index("后来的话")
    assert "in reply to voter1" in text
    world.make_user("far@example.org", home=places.NEXT_COMMUNITY)
    far = browser(app, "far")
    far.open(address(vote))
    assert "树下吧" in far.text
    assert not [form for form in far.forms if form.action == address(vote, "comments")]


def test_a_comment_sent_twice_is_said_once(app: Portal, town: Town) -> None:
    vote = town.discussed()
    person = browser(app, "voter1")
    person.open(address(vote))
    form = person.form(address(vote, "comments"))
    sent = {**form.values, "text": "长椅好"}
    places_ = {person.client.post(form.action, data=sent).location for _ in range(2)}
    assert len(places_) == 1
    person.open(address(vote))
    assert person.page.text.count("长椅好") == 1


def test_no_result_and_no_board_before_the_count(app: Portal, town: Town) -> None:
    vote = town.opened()
    person = browser(app, "voter1")
    for page in ("results", "board"):
        person.open(address(vote, page), 409)
        assert "before voting has closed" in person.text
    answer = person.client.post(address(vote, "board"), data={"receipt": "x"})
    assert answer.status_code in (403, 409)
    draft = town.draft()
    for parts in ((), ("vote",), ("results",), ("board",)):
        person.open(address(draft, *parts), 404)


def test_a_receipt_that_is_not_there_and_one_that_is_none(app: Portal, town: Town) -> None:
    vote = town.opened()
    town.vote(0, vote, 1)
    town.closed(vote)
    stranger = browser(app)
    stranger.open(address(vote, "board"))
    stranger.send(address(vote, "board"), receipt="7" * LENGTH)
    assert "This receipt is not on the board" in stranger.text
    for typed in ("%", "_" * LENGTH, "没有"):
        stranger.send(address(vote, "board"), receipt=typed)
        assert "This receipt is not on the board" in stranger.text
    stranger.send(address(vote, "board"), 422, receipt=" ")
    assert "Type your receipt." in stranger.text


def test_receipts_that_are_alike_are_all_shown(app: Portal, town: Town) -> None:
    vote = town.opened()
    for number in (0, 1):
        town.vote(number, vote, number, receipt="7" * LENGTH)
    town.closed(vote)
    person = browser(app)
    person.open(address(vote, "board"))
    person.send(address(vote, "board"), receipt="7" * LENGTH)
    assert "2 ballots carry this receipt" in person.text
    person.send(address(vote, "board"), receipt=f"{'7' * LENGTH}-2")
    assert "Your ballot is on the board" in person.text


def test_a_separate_board_shows_receipts_and_ballots_apart(app: Portal, town: Town) -> None:
    vote = town.opened(disclosure="separate")
    person = browser(app, "voter1")
    person.open(address(vote))
    assert "nobody, not even you, can prove how you voted" in person.text
    receipt = votes(person, vote, 2)
    town.closed(vote)
    person.open(address(vote, "board"))
    person.send(address(vote, "board"), receipt=receipt)
    assert "Which ballot is yours nobody can say" in person.text
    assert "路灯" not in person.text
    person.open(address(vote, "board") + "?part=choices")
    assert "路灯" in person.text
    assert receipt not in person.text


def test_the_program_that_checks_can_be_had(app: Portal, town: Town) -> None:
    answer = browser(app).open("/consultations/verify_board.py")
    assert answer.text.startswith("#!/usr/bin/env python3")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_decision_stands_with_its_reasons_and_promises(app: Portal, town: Town) -> None:
    vote = town.opened(quorum=0.5)
    for number in range(2):
        town.vote(number, vote, 1)
    town.closed(vote)
    person = browser(app)
    person.open(address(vote, "results"))
    assert "Too few have voted 3 ballots were needed." in person.text
    assert "Not yet." in person.text
    promise = {"title": "种花", "owner": "物业", "due_on": "2031-03-01"}
    body = {"accepted": False, "reasons": "人太少。", "commitments": [promise]}
    done(town.committee.post(f"{address(vote)}/decide", body))
    person.open(address(vote, "results"))
    for words in ("The committee departs from the outcome", "人太少。", "种花", "物业 sees to it"):
        assert words in person.text


def test_what_is_called_off_says_why(app: Portal, town: Town) -> None:
    vote = town.opened()
    done(town.committee.post(f"{address(vote)}/cancel", {"reason": "预算被收回"}))
    person = browser(app, "voter1")
    person.open(address(vote))
    assert "预算被收回" in person.text
    person.open(address(vote, "vote"), 409)


def test_turnout_by_where_people_live_points_at_nobody(app: Portal, town: Town, world: Any) -> None:
    world.make_staff("committee", "street@example.org", places.STREET)
    street = town.api.sign_in("street@example.org")
    far = world.make_users(14, "far", home_region_code=places.NEXT_COMMUNITY)
    body = plan(region_code=places.STREET)
    vote = done(street.post("/consultations", body), 201)
    for step in ("start-discussion", "open"):
        vote = done(street.post(f"{address(vote)}/{step}"))
    assert vote["roll"]["size"] == len(town.residents) + len(far)
    for number in range(1, 8):
        voter = town.api.sign_in(f"far{number}@example.org")
        done(voter.post(f"{address(vote)}/ballots", {"choices": []}), 201)
    town.vote(0, vote, 1)
    done(street.post(f"{address(vote)}/close"))
    person = browser(app)
    person.open(address(vote, "results"))
    assert "8 of 20" in person.text
    assert "not shown: too few to stay unknown" in person.text
    assert "1 of 6" not in person.text


def test_a_vote_by_pages_writes_the_roll_and_the_urn_alone(app: Portal, town: Town) -> None:
    vote = town.opened()
    person = browser(app, "voter1")
    person.open(address(vote, "vote"))
    with written_tables() as written:
        votes(person, vote, 0)
    assert written == {"roll_entry", "urn_envelope"}


def test_no_line_of_the_log_leads_to_a_ballot_of_a_page(app: Portal, town: Town) -> None:
    vote = town.opened()
    person = browser(app, "voter1")
    with the_log() as log:
        receipt = votes(person, vote, 0)
        person.open(address(vote, "vote"))
    town.closed(vote)
    with the_log() as later:
        person.open(address(vote, "board"))
        person.send(address(vote, "board"), receipt=receipt)
    said = log.getvalue() + later.getvalue().splitlines()[-1]
    assert len(said.splitlines()) == 5
    for word in ("request_id", vote["id"], vote["options"][0]["id"], receipt, town.residents[0]):
        assert word not in said
