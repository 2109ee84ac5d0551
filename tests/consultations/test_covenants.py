"""Covenants: entered once as they were, changed by the decisions that are named beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy.exc
from sqlalchemy import text

from portal.app import Portal
from portal.consultations import services
from portal.core.clock import clock, now, today
from portal.core.database import db
from tests import world
from tests.at_once import all_at_once
from tests.consultations.stage import Town, committee_grant, done, refused

OLD = "第一条 爱护楼道。"
NEW = "第一条 爱护楼道，不堆杂物。"
COVENANT = f"/regions/{world.COMMUNITY}/covenant"
YES_OR_NO = [{"title": "同意", "text": NEW}, {"title": "不改"}]


def entered(town: Town, **more: Any) -> Any:
    body = {"text": OLD, "adopted_on": "2020-03-01", **more}
    return town.committee.post(COVENANT, body)


def voted(town: Town, winner: int = 0, *, voters: int = 6, **more: Any) -> dict[str, Any]:
    """A counted vote about the covenant."""
    vote = town.opened(**{"options": YES_OR_NO, "about_covenant": True, **more})
    for number in range(voters):
        town.vote(number, vote, winner)
    return town.closed(vote)


def decided(town: Town, vote: dict[str, Any], *, accepted: bool = True) -> None:
    body = {"accepted": accepted, "reasons": "居民投了票。"}
    done(town.committee.post(f"/consultations/{vote['id']}/decide", body))


def adopts(town: Town, vote: dict[str, Any]) -> Any:
    return town.committee.post(f"/consultations/{vote['id']}/adopt-covenant")


def test_what_won_and_was_accepted_becomes_the_covenant(town: Town) -> None:
    assert town.api.get(COVENANT).status_code == 404
    before = done(entered(town), 201)
    assert (before["number"], before["adopted_on"], before["decision"]) == (1, "2020-03-01", None)
    vote = voted(town)
    refused(adopts(town, vote), 409, "nothing_to_adopt")
    decided(town, vote)
    assert done(town.api.get(COVENANT))["text"] == OLD, "a decision alone changes nothing"
    adopted = done(adopts(town, vote))
    assert (adopted["number"], adopted["text"]) == (2, NEW)
    assert adopted["decision"]["consultation_id"] == vote["id"]
    assert adopted["adopted_on"] == clock.day_of(now()).isoformat()
    refused(adopts(town, vote), 409, "wrong_state")
    history = done(town.api.get(f"{COVENANT}/versions"))["items"]
    assert [each["number"] for each in history] == [2, 1]
    assert done(town.api.get(f"{COVENANT}?version=1"))["text"] == OLD
    assert town.api.get(f"{COVENANT}?version=3").status_code == 404


def test_a_covenant_may_begin_with_a_vote(town: Town) -> None:
    vote = voted(town)
    decided(town, vote)
    assert done(adopts(town, vote))["number"] == 1
    refused(entered(town), 409, "wrong_state")


@pytest.mark.parametrize(
    ("winner", "accepted", "more"),
    [
        (1, True, {}),
        (0, False, {}),
        (0, True, {"about_covenant": False}),
        (0, True, {"quorum": 0.9, "voters": 2}),
        (0, True, {"majority": "of_roll", "voters": 2}),
        (0, True, {"voters": 0}),
    ],
)
def test_nothing_else_changes_it(
    town: Town,
    winner: int,
    accepted: bool,  # noqa: FBT001
    more: dict[str, Any],
) -> None:
    done(entered(town), 201)
    vote = voted(town, winner, **more)
    decided(town, vote, accepted=accepted)
    refused(adopts(town, vote), 409, "nothing_to_adopt")
    assert done(town.api.get(COVENANT))["number"] == 1


def test_nobody_writes_it_by_hand(town: Town) -> None:
    refused(town.resident(0).post(COVENANT, {"text": OLD, "adopted_on": "2020-03-01"}),
            403, "forbidden")  # fmt: skip
    tomorrow = (today() + timedelta(days=1)).isoformat()
    refused(entered(town, adopted_on=tomorrow), 422, "invalid")
    done(entered(town), 201)
    refused(entered(town, text="另一种。"), 409, "wrong_state")
    for statement in ("UPDATE covenant_version SET text = 'x'", "DELETE FROM covenant_version"):
        with pytest.raises(sqlalchemy.exc.DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()
    next_door = f"/regions/{world.NEXT_COMMUNITY}/covenant"
    body = {"text": OLD, "adopted_on": "2020-03-01"}
    refused(town.committee.post(next_door, body), 403, "forbidden")


def test_a_later_decision_is_not_undone_by_an_earlier_one(town: Town) -> None:
    earlier, later = (
        voted(town),
        voted(town, options=[{"title": "甲", "text": "新约。"}, {"title": "乙"}]),
    )
    decided(town, earlier)
    decided(town, later)
    done(adopts(town, later))
    refused(adopts(town, earlier), 409, "nothing_to_adopt")
    assert done(town.api.get(COVENANT))["text"] == "新约。"


def test_a_decision_is_adopted_once_however_many_press(app: Portal, town: Town) -> None:
    vote = voted(town)
    decided(town, vote)
    committee = world.principal(town.residents[0], committee_grant())
    deeds = [lambda: services.adopt_covenant(committee, vote["id"])] * 4
    assert sorted(map(str, all_at_once(app, deeds))) == ["1", *["wrong_state"] * 3]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"options": [{"title": "甲"}, {"title": "乙"}]}, "options"),
        ({"options": [{"title": "甲", "text": NEW}]}, "options"),
        ({"method": "budget_greedy", "budget": {"amount": 1, "currency": "CNY"}}, "method"),
    ],
)
def test_a_vote_on_a_covenant_has_one_wording_that_can_win(
    town: Town, more: dict[str, Any], field: str
) -> None:
    body = {
        "title": "公约",
        "question": "改吗？",
        "region_code": world.COMMUNITY,
        "method": "single",
        "options": YES_OR_NO,
        "about_covenant": True,
        **more,
    }
    answer = refused(town.committee.post("/consultations", body), 422, "invalid")
    assert field in {each["field"] for each in answer["errors"]}
