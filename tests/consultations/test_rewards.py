"""Who took part gets the same points, whatever they chose."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from portal.consultations import jobs, services
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.points.services import set_rule
from tests import world
from tests.activities.stage import fund
from tests.consultations.stage import Town, committee_grant, done

WORTH = 7


def worth(points: int) -> None:
    deciding: Principal = world.principal(
        world.make_staff("committee", f"deciding{points}@example.org"), committee_grant()
    )
    with unit_of_work():
        set_rule(deciding, world.COMMUNITY, "points_per_vote", points, today())


def ledger_of(town: Town) -> list[tuple[Any, ...]]:
    """What stands in the books of the voters, without names: points and words, by the voter."""
    db.session.rollback()
    rows = db.session.execute(
        text(
            "SELECT a.owner_id, t.kind, t.memo, e.amount FROM ledger_entry e"
            " JOIN ledger_account a ON a.id = e.account_id"
            " JOIN ledger_transaction t ON t.id = e.transaction_id"
            " WHERE t.kind = 'award' AND a.purpose = 'wallet'"
        )
    ).all()
    places = {resident: place for place, resident in enumerate(town.residents)}
    return sorted((places[row.owner_id], row.kind, row.memo, row.amount) for row in rows)


def test_everybody_who_voted_by_any_way_gets_the_same_once(town: Town) -> None:
    fund()
    worth(WORTH)
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    town.vote(0, vote, 1)
    town.vote(1, vote)  # a blank one counts too
    done(town.worker.post(f"{path}/paper-ballots", {"member_code": town.member_code(2)}), 201)
    for person in (town.worker, town.committee):
        done(person.post(f"{path}/paper-tally", {"ballots": [[]]}), 201)
    assert jobs.reward() == 0
    town.closed(vote)
    assert jobs.reward() == 1
    assert jobs.reward() == 0
    assert ledger_of(town) == [(n, "award", "小院添点什么", WORTH) for n in range(3)]
    assert done(town.resident(0).get("/me/points"))["balance"] == WORTH
    assert done(town.resident(5).get("/me/points"))["balance"] == 0


def test_who_only_works_there_gets_them_too(town: Town) -> None:
    fund()
    worth(WORTH)
    here: dict[str, Any] = {"work_region_code": world.COMMUNITY, "work_verified_at": now()}
    world.make_user("worker1@example.org", home=world.NEXT_COMMUNITY, **here)
    vote = town.opened(roll={"by": ["home", "work"]})
    person = town.api.sign_in("worker1@example.org")
    body = {"choices": [vote["options"][0]["id"]]}
    done(person.post(f"/consultations/{vote['id']}/ballots", body), 201)
    town.closed(vote)
    jobs.reward()
    assert done(person.get("/me/points"))["balance"] == WORTH


@pytest.mark.parametrize("choices", [(0, 1, 2), (2, 2, 2), (1, None, 0)])
def test_the_books_are_the_same_whatever_was_chosen(
    town: Town, choices: tuple[int | None, ...]
) -> None:
    fund()
    worth(WORTH)
    vote = town.opened()
    for number, choice in enumerate(choices):
        town.vote(number, vote, *([] if choice is None else [choice]))
    town.closed(vote)
    jobs.reward()
    assert ledger_of(town) == [(n, "award", "小院添点什么", WORTH) for n in range(3)]


def test_without_a_rule_a_vote_is_worth_nothing(town: Town) -> None:
    vote = town.opened()
    town.vote(0, vote, 1)
    town.closed(vote)
    assert jobs.reward() == 1
    worth(WORTH)  # too late for this one
    assert jobs.reward() == 0
    assert ledger_of(town) == []


def test_points_wait_for_a_budget_and_an_interruption_doubles_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth(WORTH)
    vote = town.opened()
    for number in range(5):
        town.vote(number, vote, 0)
    town.closed(vote)
    assert jobs.reward() == 0
    assert ledger_of(town) == []

    fund()
    monkeypatch.setattr("portal.consultations.services.rewards.AT_ONCE", 2)
    gives = services.reward_some

    def dies_later(row: Any, after: str) -> Any:
        if after:
            raise KeyboardInterrupt
        return gives(row, after)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(services, "reward_some", dies_later)
        jobs.reward()
    db.session.rollback()
    assert len(ledger_of(town)) == 2
    assert jobs.reward() == 1
    assert [entry[0] for entry in ledger_of(town)] == [0, 1, 2, 3, 4]
