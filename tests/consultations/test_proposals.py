"""Options proposed by residents: supported, answered, merged by consent, until voting opens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.services import close_account
from portal.admin import deeds
from portal.app import Portal
from portal.consultations import jobs, services
from portal.core import closing
from portal.core.audit import AuditEvent
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.i18n import force_locale
from portal.core.outbox import deliver_due
from tests import world
from tests.at_once import all_at_once
from tests.consultations.proposing import BENCH, discussed, path, proposed, supports
from tests.consultations.stage import Town, committee_grant, done, refused, told, verify, yuan


def test_a_resident_proposes_neighbours_support_and_it_becomes_an_option(town: Town) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote)
    assert (proposal["status"], proposal["supporters"], proposal["supported"]) == (
        "waiting",
        1,
        True,
    )
    for _again in range(2):
        assert done(supports(town, 1, vote, proposal))["supporters"] == 2
    done(supports(town, 2, vote, proposal))
    address = path(vote, "proposals", proposal["id"])
    assert done(town.resident(2).delete(f"{address}/support"))["supporters"] == 2
    assert done(town.api.get(address))["supported"] is None

    taken = done(town.committee.post(f"{address}/take-up"))
    assert taken["status"] == "taken_up"
    shown = done(town.api.get(path(vote)))["options"][-1]
    assert (shown["id"], shown["title"], shown["version"]) == (taken["option_id"], "凉亭", 1)
    option = done(town.api.get(path(vote, "options", shown["id"])))
    assert (option["text"], option["proposal_id"]) == (BENCH["text"], proposal["id"])
    (notice,) = told("consultation.proposal_taken_up")
    assert notice["user_id"] == town.residents[0]
    refused(town.committee.post(f"{address}/take-up"), 409, "wrong_state")
    refused(supports(town, 3, vote, proposal), 409, "wrong_state")


def test_what_was_taken_up_is_voted_on_and_verified(town: Town, tmp_path: Any) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote)
    done(town.committee.post(path(vote, "proposals", proposal["id"], "take-up")))
    vote = done(town.committee.post(path(vote, "open")))
    for number in range(6):
        town.vote(number, vote, 3)
    town.closed(vote)
    assert town.results(vote)["winners"] == [vote["options"][3]["id"]]
    verify(town, vote, tmp_path)


def test_a_proposal_is_declined_with_a_reason_that_everybody_reads(town: Town) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote)
    address = path(vote, "proposals", proposal["id"])
    refused(town.committee.post(f"{address}/decline", {"reason": " "}), 422, "invalid")
    done(town.committee.post(f"{address}/decline", {"reason": "那里有燃气管。"}))
    shown = done(town.api.get(address))
    assert (shown["status"], shown["answer"]) == ("declined", "那里有燃气管。")
    (notice,) = told("consultation.proposal_declined")
    assert notice["params"]["reason"] == "那里有燃气管。"
    assert len(done(town.api.get(path(vote)))["options"]) == 3


def test_only_residents_propose_and_only_where_it_is_asked_for(town: Town) -> None:
    closed = town.discussed()
    answer = town.resident(0).post(path(closed, "proposals"), BENCH)
    refused(answer, 403, "forbidden")
    vote = discussed(town)
    world.make_user("far@example.org", home=world.NEXT_COMMUNITY)
    stranger = town.api.sign_in("far@example.org")
    refused(stranger.post(path(vote, "proposals"), BENCH), 403, "forbidden")
    proposal = proposed(town, vote)
    answer = stranger.request("PUT", path(vote, "proposals", proposal["id"], "support"))
    refused(answer, 403, "forbidden")
    answer = town.resident(1).post(path(vote, "proposals", proposal["id"], "take-up"))
    refused(answer, 403, "forbidden")


def test_the_proposer_withdraws_and_nobody_else(town: Town) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote)
    address = path(vote, "proposals", proposal["id"])
    refused(town.resident(0).delete(f"{address}/support"), 409, "wrong_state")
    refused(town.resident(1).post(f"{address}/withdraw"), 403, "forbidden")
    assert done(town.resident(0).post(f"{address}/withdraw"))["status"] == "withdrawn"
    refused(town.committee.post(f"{address}/take-up"), 409, "wrong_state")


def test_a_vote_on_money_needs_the_cost_and_takes_no_title_twice(town: Town) -> None:
    options = [{"title": "长椅", "cost": yuan(10)}]
    budget = {"method": "budget_greedy", "budget": yuan(100), "options": options}
    vote = discussed(town, **budget)
    problem = refused(town.resident(0).post(path(vote, "proposals"), BENCH), 422, "invalid")
    assert problem["errors"][0]["field"] == "cost"
    twin = proposed(town, vote, title="长椅", cost=yuan(20))
    answer = town.committee.post(path(vote, "proposals", twin["id"], "take-up"))
    refused(answer, 409, "wrong_state")
    other = proposed(town, vote, cost=yuan(20))
    done(town.committee.post(path(vote, "proposals", other["id"], "take-up")))
    assert done(town.api.get(path(vote)))["options"][1]["cost"] == yuan(20)


def test_enough_supporters_oblige_the_committee_to_answer(town: Town) -> None:
    vote = discussed(town, answer_threshold=3)
    assert vote["answer_threshold"] == 3
    proposal = proposed(town, vote)
    few = proposed(town, vote, 3, title="花架")
    for number in (1, 2):
        done(supports(town, number, vote, proposal))
    refused(town.committee.post(path(vote, "open")), 409, "proposals_unanswered")
    reason = {"reason": "明年再看。"}
    done(town.committee.post(path(vote, "proposals", proposal["id"], "decline"), reason))
    done(town.committee.post(path(vote, "open")))
    assert done(town.api.get(path(vote, "proposals", few["id"])))["status"] == "waiting"


def test_the_clock_waits_for_the_answer_too(town: Town, app: Portal) -> None:
    vote = discussed(town, answer_threshold=1, opens_at=rfc3339(now()))
    proposal = proposed(town, vote)
    assert jobs.open_due() == 0
    done(town.committee.post(path(vote, "proposals", proposal["id"], "take-up")))
    assert jobs.open_due() == 1
    assert len(done(town.api.get(path(vote)))["options"]) == 4


def test_nothing_changes_once_voting_is_open(town: Town) -> None:
    vote = discussed(town)
    mine, other = proposed(town, vote), proposed(town, vote, 1, title="花架")
    merger = asked_to_merge(town, vote, mine, other)
    done(town.committee.post(path(vote, "open")))
    address = path(vote, "proposals", mine["id"])
    for answer in (
        town.resident(2).post(path(vote, "proposals"), BENCH),
        town.resident(2).request("PUT", f"{address}/support"),
        town.resident(0).post(f"{address}/withdraw"),
        town.committee.post(f"{address}/take-up"),
        town.committee.post(f"{address}/decline", {"reason": "晚了"}),
        town.resident(0).post(path(vote, "mergers", merger["id"], "consent"), {"agreed": True}),
        town.committee.post(path(vote, "mergers"), merged([mine, other])),
    ):
        refused(answer, 409, "wrong_state")
    assert len(done(town.api.get(path(vote)))["options"]) == 3


# --- mergers --------------------------------------------------------------------------------------


def merged(parts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "title": "凉亭和花架",
        "text": "凉亭旁种藤。",
        "why": "两样可以一起建。",
        "proposals": [part["id"] for part in parts],
        **more,
    }


def asked_to_merge(town: Town, vote: dict[str, Any], *parts: dict[str, Any]) -> dict[str, Any]:
    return done(town.committee.post(path(vote, "mergers"), merged(list(parts))), 201)


def says(
    town: Town, number: int, vote: dict[str, Any], merger: dict[str, Any], *, agreed: bool
) -> Any:
    address = path(vote, "mergers", merger["id"], "consent")
    return town.resident(number).post(address, {"agreed": agreed})


def test_alike_proposals_become_one_when_everybody_agrees(town: Town) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote, 0), proposed(town, vote, 1, title="花架")]
    for number in (2, 3):
        done(supports(town, number, vote, parts[0]))
    for number in (3, 4):
        done(supports(town, number, vote, parts[1]))
    merger = asked_to_merge(town, vote, *parts)
    assert [each["agreed"] for each in merger["consents"]] == [None, None]
    assert {each["user_id"] for each in told("consultation.merger_proposed")} == set(
        town.residents[:2]
    )
    refused(says(town, 2, vote, merger, agreed=True), 403, "forbidden")
    assert done(says(town, 0, vote, merger, agreed=True))["status"] == "waiting"
    assert done(town.api.get(path(vote, "proposals", parts[0]["id"])))["status"] == "waiting"

    ended = done(says(town, 1, vote, merger, agreed=True))
    assert ended["status"] == "done"
    one = done(town.api.get(path(vote, "proposals", ended["result_id"])))
    assert one["supporters"] == 5, "each is counted once"
    assert {each["id"] for each in one["authors"]} == set(town.residents[:2])
    for part in parts:
        shown = done(town.api.get(path(vote, "proposals", part["id"])))
        assert (shown["status"], shown["merged_into"]) == ("merged", one["id"])
    refused(supports(town, 5, vote, parts[0]), 409, "wrong_state")
    refused(
        town.resident(0).post(path(vote, "proposals", one["id"], "withdraw")), 409, "wrong_state"
    )
    done(town.committee.post(path(vote, "proposals", one["id"], "take-up")))
    assert Counter(each["user_id"] for each in told("consultation.proposal_taken_up")) == Counter(
        town.residents[:2]
    )


def test_one_who_will_not_is_enough(town: Town) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote, 0), proposed(town, vote, 1, title="花架")]
    merger = asked_to_merge(town, vote, *parts)
    done(says(town, 0, vote, merger, agreed=True))
    assert done(says(town, 1, vote, merger, agreed=False))["status"] == "ended"
    refused(says(town, 1, vote, merger, agreed=True), 409, "wrong_state")
    assert {each["status"] for each in done(town.api.get(path(vote, "proposals")))["items"]} == {
        "waiting"
    }


def test_what_is_answered_meanwhile_is_not_merged(town: Town) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote, 0), proposed(town, vote, 1, title="花架")]
    merger = asked_to_merge(town, vote, *parts)
    done(town.committee.post(path(vote, "proposals", parts[0]["id"], "take-up")))
    (shown,) = done(town.api.get(path(vote, "mergers")))["items"]
    assert shown["status"] == "ended"
    refused(says(town, 1, vote, merger, agreed=True), 409, "wrong_state")


@pytest.mark.parametrize("which", [(0, 0), (0,), ()])
def test_a_merger_has_two_proposals_at_least(town: Town, which: tuple[int, ...]) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote)]
    answer = town.committee.post(path(vote, "mergers"), merged([parts[each] for each in which]))
    refused(answer, 422, "invalid")


# --- at the same time -----------------------------------------------------------------------------


def test_many_at_once_support_each_once(app: Portal, town: Town) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote)
    at_home = (world.CITY, world.DISTRICT, world.STREET, world.COMMUNITY)
    people = [replace(world.principal(each), home_path=at_home) for each in town.residents]
    deeds = [
        lambda person=person: services.support(person, vote["id"], proposal["id"])
        for person in people * 3
    ]
    assert set(all_at_once(app, deeds)) == {None}
    assert done(town.api.get(path(vote, "proposals", proposal["id"])))["supporters"] == 6


def test_opening_and_taking_up_at_once_agree_on_the_options(app: Portal, town: Town) -> None:
    """Whichever comes first: the ballots' room is that of the options that are voted on."""
    vote = discussed(town)
    ids = [proposed(town, vote, n, title=f"第{n}号")["id"] for n in range(4)]
    committee = world.principal(town.residents[0], committee_grant())
    taking = [lambda each=each: services.take_up(committee, vote["id"], each) for each in ids]
    opening = [lambda: services.open_voting(committee, vote["id"])]
    outcomes = all_at_once(app, [*taking[:2], *opening, *taking[2:]])
    taken = sum(each not in (None, "wrong_state") for each in outcomes)
    vote = done(town.api.get(path(vote)))
    assert vote["status"] == "open"
    assert len(vote["options"]) == 3 + taken
    town.vote(0, vote, len(vote["options"]) - 1)


# --- leaving, and the log -------------------------------------------------------------------------


def test_who_leaves_takes_along_what_nobody_took_up(town: Town) -> None:
    vote = discussed(town)
    waits, kept = proposed(town, vote), proposed(town, vote, title="花架")
    other = proposed(town, vote, 1, title="棋桌")
    done(supports(town, 0, vote, other))
    merger = asked_to_merge(town, vote, waits, other)
    done(town.committee.post(path(vote, "proposals", kept["id"], "take-up")))
    person = town.residents[0]
    with force_locale("en"):
        fates = [str(fate.sentence) for fate in closing.fates_of(person)]
    assert "You support no proposals any more." in fates
    assert any(each.startswith("Options and changes that you have proposed") for each in fates)

    db.session.rollback()
    close_account(world.principal(person), world.PASSWORD)
    deliver_due()

    gone = done(town.api.get(path(vote, "proposals", waits["id"])))
    assert (gone["status"], gone["title"], gone["text"]) == ("withdrawn", "—", "")
    assert done(town.api.get(path(vote, "proposals", kept["id"])))["title"] == "花架"
    assert done(town.api.get(path(vote, "proposals", other["id"])))["supporters"] == 1
    refused(says(town, 1, vote, merger, agreed=True), 409, "wrong_state")
    assert done(town.api.get(path(vote)))["options"][-1]["title"] == "花架"


def test_the_committees_answers_stand_in_the_log(town: Town) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote, n, title=f"第{n}号") for n in range(3)]
    asked_to_merge(town, vote, *parts[:2])
    done(town.committee.post(path(vote, "proposals", parts[0]["id"], "take-up")))
    answer = {"reason": "太贵"}
    done(town.committee.post(path(vote, "proposals", parts[1]["id"], "decline"), answer))
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.details).where(AuditEvent.object_id == vote["id"])
    ).all()
    found = {each.action for each in events}
    assert {"merger.proposed", "proposal.taken_up", "proposal.declined"} <= found
    for event in events:
        assert event.action in deeds.DEEDS
        assert set(event.details) <= set(deeds._FACTS)
