"""How many a person proposes, who supports it, by what the list is ordered, whom it obliges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select, text

from portal.accounts.services import close_account
from portal.app import Portal
from portal.consultations import services
from portal.consultations.models import OptionProposal, ProposalsMade, ProposalSupporter
from portal.consultations.rules.proposals import MOST_PROPOSALS
from portal.core.database import db, on_sqlite
from portal.core.outbox import deliver_due
from portal.core.permissions import Principal, Role, ScopeKind
from tests import world
from tests.at_once import all_at_once
from tests.consultations.proposing import BENCH, discussed, path, proposed, supports
from tests.consultations.stage import Town, committee_grant, done, refused, told

AT_HOME = (world.CITY, world.DISTRICT, world.STREET, world.COMMUNITY)
KIND = "consultation.proposal_reached"


def person(user_id: str) -> Principal:
    return replace(world.principal(user_id), home_path=AT_HOME)


def counted(proposal: dict[str, Any]) -> tuple[int, int]:
    """The count of a proposal, and the rows it is of."""
    kept = db.session.execute(
        select(OptionProposal.supporters).where(OptionProposal.id == proposal["id"])
    ).scalar_one()
    rows = db.session.execute(
        select(ProposalSupporter).where(ProposalSupporter.proposal_id == proposal["id"])
    ).all()
    return kept, len(rows)


def test_one_person_proposes_five_times_and_then_supports_others(town: Town) -> None:
    vote, other = discussed(town), discussed(town, title="另一件事")
    made = [proposed(town, vote, title=f"第{n}件") for n in range(MOST_PROPOSALS)]
    done(town.resident(0).post(path(vote, "proposals", made[0]["id"], "withdraw")))
    answer = town.resident(0).post(path(vote, "proposals"), BENCH)
    problem = refused(answer, 409, "too_many_proposals")
    assert str(MOST_PROPOSALS) in problem["detail"]
    proposed(town, vote, 1)
    proposed(town, other, 0)


def test_what_is_refused_takes_no_place(town: Town) -> None:
    vote = discussed(
        town,
        method="budget_greedy",
        budget={"amount": 100, "currency": "CNY"},
        options=[{"title": "长椅", "cost": {"amount": 10, "currency": "CNY"}}],
    )
    for _again in range(MOST_PROPOSALS + 1):
        refused(town.resident(0).post(path(vote, "proposals"), BENCH), 422, "invalid")
    proposed(town, vote, cost={"amount": 20, "currency": "CNY"})


def test_of_many_at_once_five_are_made(app: Portal, town: Town) -> None:
    vote = discussed(town)
    who = person(town.residents[0])
    deeds = [
        lambda n=n: services.propose(who, vote["id"], services.Proposed(title=f"第{n}件"))
        for n in range(3 * MOST_PROPOSALS)
    ]
    outcomes = all_at_once(app, deeds)
    assert outcomes.count("too_many_proposals") == 2 * MOST_PROPOSALS
    assert len(done(town.api.get(path(vote, "proposals")))["items"]) == MOST_PROPOSALS


def test_a_merger_takes_nobodys_place(town: Town) -> None:
    vote = discussed(town)
    parts = [proposed(town, vote, title=f"第{n}件") for n in range(MOST_PROPOSALS)]
    body = {"title": "合起来", "why": "相近", "proposals": [part["id"] for part in parts]}
    merger = done(town.committee.post(path(vote, "mergers"), body), 201)
    address = path(vote, "mergers", merger["id"], "consent")
    done(town.resident(0).post(address, {"agreed": True}))
    refused(town.resident(0).post(path(vote, "proposals"), BENCH), 409, "too_many_proposals")


def test_the_committee_is_told_once_that_it_must_answer(town: Town) -> None:
    role = (Role.COMMITTEE, ScopeKind.REGION, world.COMMUNITY)
    committee = world.make_user("told@example.org", roles=[role])
    vote = discussed(town, answer_threshold=3)
    proposal = proposed(town, vote)
    done(supports(town, 1, vote, proposal))
    assert told(KIND) == []
    for number in (2, 3):
        done(supports(town, number, vote, proposal))
    done(town.resident(3).delete(path(vote, "proposals", proposal["id"], "support")))
    done(supports(town, 3, vote, proposal))
    notices = told(KIND)
    assert len({notice["user_id"] for notice in notices}) == len(notices) > 0
    assert committee in {notice["user_id"] for notice in notices}
    assert {notice["params"]["proposal"] for notice in notices} == {BENCH["title"]}
    assert notices[0]["url"].endswith(proposal["id"])


def test_many_at_once_are_counted_and_told_of_once(app: Portal, town: Town) -> None:
    vote = discussed(town, answer_threshold=2)
    proposal = proposed(town, vote)
    people = [person(each) for each in town.residents]
    deeds = [
        lambda who=who: services.support(who, vote["id"], proposal["id"]) for who in people * 3
    ]
    assert set(all_at_once(app, deeds)) == {None}
    db.session.rollback()
    assert counted(proposal) == (6, 6)
    notices = told(KIND)
    assert len({notice["user_id"] for notice in notices}) == len(notices) > 0


def test_supporting_and_answering_at_once_agree(app: Portal, town: Town) -> None:
    """Whoever is counted is written down, and nobody joins what is declined."""
    vote = discussed(town)
    proposal = proposed(town, vote)
    committee = world.principal(town.residents[0], committee_grant())
    deeds = [
        lambda who=who: services.support(person(who), vote["id"], proposal["id"])
        for who in town.residents[1:]
    ]
    declining = [lambda: services.decline(committee, vote["id"], proposal["id"], "不合适")]
    outcomes = all_at_once(app, [*deeds[:2], *declining, *deeds[2:]])
    db.session.rollback()
    joined = len(deeds) - outcomes.count("wrong_state")
    assert counted(proposal) == (1 + joined, 1 + joined)


def test_proposals_are_listed_by_their_supporters(town: Town) -> None:
    vote = discussed(town)
    made = [proposed(town, vote, n, title=f"第{n}件") for n in range(3)]
    for number in (1, 2):
        done(supports(town, number, vote, made[0]))
    listed = path(vote, "proposals")
    assert titles(town, f"{listed}?sort=supporters") == ["第0件", "第2件", "第1件"]
    assert titles(town, listed) == ["第2件", "第1件", "第0件"]
    first = done(town.api.get(f"{listed}?sort=supporters&limit=2"))
    rest = done(town.api.get(f"{listed}?sort=supporters&limit=2&cursor={first['next_cursor']}"))
    assert [each["title"] for each in rest["items"]] == ["第1件"]
    refused(town.api.get(f"{listed}?cursor={first['next_cursor']}"), 422, "invalid")
    refused(town.api.get(f"{listed}?sort=best"), 422, "invalid")


def test_an_index_orders_them(app: Portal) -> None:
    if not on_sqlite():
        return  # a planner with statistics of nothing says nothing
    plan = db.session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT id FROM option_proposal WHERE consultation_id = 'x'"
            " ORDER BY supporters DESC, id DESC LIMIT 20"
        )
    ).all()
    assert "ix_option_proposal_supporters" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def test_who_leaves_is_counted_no_more(town: Town) -> None:
    vote = discussed(town)
    proposal = proposed(town, vote, 1)
    done(supports(town, 0, vote, proposal))
    proposed(town, vote, 0, title="花架")
    db.session.rollback()
    close_account(world.principal(town.residents[0]), world.PASSWORD)
    deliver_due()
    assert counted(proposal) == (1, 1)
    made = db.session.execute(select(ProposalsMade.resident_id)).scalars().all()
    assert made == [town.residents[1]]


def titles(town: Town, address: str) -> list[str]:
    return [each["title"] for each in done(town.api.get(address))["items"]]
