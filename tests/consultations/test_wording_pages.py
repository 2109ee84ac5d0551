"""Proposals, texts and covenants by their pages, in a browser without JavaScript."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from portal.app import Portal
from tests import world
from tests.browsing import Browser
from tests.consultations.deskwork import DESK, at_desk, draft
from tests.consultations.proposing import discussed, path, proposed, supports
from tests.consultations.stage import Town, done
from tests.consultations.test_covenants import COVENANT, NEW, decided, entered, voted
from tests.consultations.test_wording import OPTIONS, amended


def at_home(app: Portal, login: str) -> Browser:
    return Browser(app.test_client(), "en").sign_in(f"{login}@example.org")


def test_a_draft_says_what_residents_may_do(client: FlaskClient, town: Town) -> None:
    desk = at_desk(client, "committee@example.org")
    more = {"options-0-text": NEW, "proposals_allowed": "y", "answer_threshold": "3"}
    vote = draft(desk, about_covenant="y", **more)
    assert "During the discussion residents may propose options." in desk.text
    assert "If this wins, the covenant stays as it is" in desk.text
    desk.open(f"{DESK}/{vote}/edit")
    assert NEW in desk.page.text
    shown = done(town.committee.get(f"/consultations/{vote}"))
    assert (shown["proposals_allowed"], shown["answer_threshold"]) == (True, 3)
    assert shown["about_covenant"] is True


def test_a_resident_proposes_and_the_committee_takes_it_up(app: Portal, town: Town) -> None:
    vote = discussed(town)
    person = at_home(app, "voter1")
    person.open(path(vote))
    assert "0 proposals by residents" in person.text
    person.open(path(vote, "proposals"))
    assert "Nobody has proposed anything yet" in person.text
    person.open(path(vote, "proposals", "new"))
    person.send(path(vote, "proposals", "new"), status=422, title=" ", text="在树下。")
    assert "Name it in a few words." in person.text
    person.send(path(vote, "proposals", "new"), title="凉亭", text="在树下。")
    assert "You are the first to support it." in person.text
    address = person.address

    neighbour = at_home(app, "voter2")
    neighbour.open(address)
    neighbour.send(f"{address}/support")
    assert "2 supporters" in neighbour.text
    neighbour.send(f"{address}/take-back")
    assert "1 supporter" in neighbour.text

    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    desk.open(f"/desk{path(vote)}")
    assert "1 proposal waits" in desk.text
    desk.open(address)
    desk.send(f"/desk{address}/take-up")
    assert "It is an option of the vote" in desk.text
    person.open(path(vote))
    assert "Read the text" in person.text


def test_a_proposal_sent_twice_is_one(app: Portal, town: Town) -> None:
    vote = discussed(town)
    person = at_home(app, "voter1")
    person.open(path(vote, "proposals", "new"))
    form = person.form(path(vote, "proposals", "new"))
    sent = {**form.values, "title": "凉亭"}
    first = person.client.post(form.action, data=sent)
    again = person.client.post(form.action, data=sent)
    assert first.location == again.location
    assert len(done(town.api.get(path(vote, "proposals")))["items"]) == 1


def test_the_committee_declines_with_a_reason_on_the_page(app: Portal, town: Town) -> None:
    vote = discussed(town, answer_threshold=2)
    proposal = proposed(town, vote)
    done(supports(town, 1, vote, proposal))
    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    desk.open(f"/desk{path(vote, 'check')}")
    assert "1 proposal has so many supporters that you must" in desk.text
    assert not any(each.action.endswith("/open") for each in desk.forms)
    address = path(vote, "proposals", proposal["id"])
    desk.open(f"/desk{address}/decline")
    desk.send(f"/desk{address}/decline", status=422, reason="")
    desk.send(f"/desk{address}/decline", reason="那里有燃气管。")
    assert "那里有燃气管。" in desk.text
    assert "Not taken up" in desk.text
    stranger = Browser(app.test_client(), "en")
    stranger.open(address)
    assert "那里有燃气管。" in stranger.text


def test_a_merger_goes_from_the_committee_to_those_who_proposed(app: Portal, town: Town) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote), proposed(town, vote, 1, title="花架")]
    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    address = f"/desk{path(vote, 'merge')}"
    desk.open(address)
    desk.send(address, status=422, title="两样", why="一起建")
    desk.send(address, proposals=[each["id"] for each in parts], title="两样", why="一起建")
    merger = desk.address
    assert "has not answered" in desk.text
    person, other = at_home(app, "voter1"), at_home(app, "voter2")
    for each in (other, person):
        each.open(merger)
        each.send(f"{merger}/agree")
    assert "All have agreed" in person.text
    person.open(path(vote, "proposals"))
    assert "Part of another now" in person.text


def test_what_waited_when_voting_opened_is_said_to_have_lapsed(app: Portal, town: Town) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote)
    done(town.committee.post(path(vote, "open")))
    person = at_home(app, "voter2")
    person.open(path(vote, "proposals", proposal["id"]))
    assert "Not taken up before voting opened" in person.text
    assert not any("support" in each.action for each in person.forms)
    person.open(path(vote, "proposals"))
    assert "Not taken up before voting opened" in person.text


def test_a_sentence_is_amended_from_the_page_of_its_option(app: Portal, town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    option = f"{path(vote)}/options/{vote['options'][0]['id']}"
    person = at_home(app, "voter1")
    person.open(option)
    assert "Propose a change to a sentence" in person.text
    person.open(f"{option}/amend?version=1&sentence=1")
    assert "漆成红色；" in person.text
    person.send(f"{option}/amend", status=422, sentence="漆成红色；", why="一样")
    person.send(f"{option}/amend", sentence="漆成绿色；", why="红色太艳。")
    assert "Your change is proposed." in person.text
    assert "<del>" in person.page.text
    assert "<ins>" in person.page.text

    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    desk.open(option)
    (accept,) = [each.action for each in desk.forms if each.action.endswith("/accept")]
    desk.send(accept)
    assert "The new version names who proposed it." in desk.text
    assert "proposed by voter1" in desk.text
    assert "From version 1 to version 2:" in desk.text
    person.open(f"{option}/amend?version=2&sentence=9", status=404)
    person.open(f"{option}?from=1&to=7", status=404)


def test_a_change_whose_sentence_is_gone_says_so(app: Portal, town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    option = f"{path(vote)}/options/{vote['options'][0]['id']}"
    first, second = amended(town, vote), amended(town, vote, "漆成蓝色；", 1)
    done(town.committee.post(f"{option}/amendments/{first['id']}/accept"))
    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    desk.open(option)
    assert "This sentence has changed since." in desk.text
    assert not any(each.action.endswith("/accept") for each in desk.forms)
    desk.open(f"/desk{option}/amendments/{second['id']}/reject")
    desk.send(f"/desk{option}/amendments/{second['id']}/reject", reason="已改。")
    assert "已改。" in desk.text


def test_the_committee_rewords_and_no_colleague_is_overwritten(app: Portal, town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    option = f"{path(vote)}/options/{vote['options'][0]['id']}"
    one, two = (Browser(app.test_client(), "en").sign_in("committee@example.org") for _ in "12")
    for each in (one, two):
        each.open(f"/desk{option}/text")
    one.send(f"/desk{option}/text", text="新的一稿。", why="更短")
    assert "The new version is public." in one.text
    two.send(f"/desk{option}/text", status=422, text="另一稿。", why="更好")
    assert "Somebody has changed this text since you looked." in two.text


def test_a_covenant_has_its_page_its_history_and_its_decision(app: Portal, town: Town) -> None:
    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    desk.open(f"/regions/{world.COMMUNITY}")
    assert "Residents’ covenant" in desk.text
    desk.open(COVENANT)
    assert "There is no covenant here yet" in desk.text
    desk.open(f"/desk{COVENANT}")
    desk.send(f"/desk{COVENANT}", status=422, text="", adopted_on="2020-03-01")
    desk.send(f"/desk{COVENANT}", text="第一条 爱护楼道。", adopted_on="2020-03-01")
    assert "entered as it was before" in desk.text

    vote = voted(town)
    decided(town, vote)
    desk.open(f"/desk{path(vote)}")
    desk.send(f"/desk{path(vote, 'adopt')}")
    assert "The covenant has its new wording" in desk.text
    stranger = Browser(app.test_client(), "en")
    stranger.open(f"/regions/{world.COMMUNITY}")
    assert "Residents’ covenant" in stranger.text
    stranger.open(COVENANT)
    assert NEW in stranger.text
    assert vote["title"] in stranger.text
    stranger.open(f"{COVENANT}?version=1")
    assert "This is an earlier version" in stranger.text
    stranger.open(path(vote, "options", vote["options"][0]["id"]) + "?with=covenant")
    assert "The covenant as it holds, and this text:" in stranger.text
    desk.open(f"/desk{path(vote)}")
    assert "It is version 2 of the covenant" in desk.text


def test_a_refused_adoption_says_why(app: Portal, town: Town) -> None:
    done(entered(town), 201)
    vote = voted(town, 1)
    decided(town, vote)
    desk = Browser(app.test_client(), "en").sign_in("committee@example.org")
    desk.open(f"/desk{path(vote)}")
    desk.send(f"/desk{path(vote, 'adopt')}")
    assert "it has no text" in desk.text


def test_proposals_are_no_page_where_none_are_asked_for(app: Portal, town: Town) -> None:
    vote: dict[str, Any] = town.discussed()
    person = at_home(app, "voter1")
    person.open(path(vote, "proposals"), status=404)
    person.open(path(vote, "proposals", "new"), status=404)
