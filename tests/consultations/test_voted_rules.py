"""A point rule of a region is put to the vote, and takes effect by its outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.consultations.rules import rule_texts
from portal.core.audit import AuditEvent
from portal.core.clock import now, today
from portal.core.database import db
from portal.points.models import PointRule
from portal.points.queries import rules_for
from tests import world
from tests.browsing import Browser
from tests.consultations.deskwork import DESK, at_desk, draft, filled
from tests.consultations.stage import Town, done, plan, refused, yuan

DAY = timedelta(days=1)
KEY = "points_per_hour"


def on_vote(town: Town, values: tuple[str, ...] = ("15", "20"), **more: Any) -> dict[str, Any]:
    """A draft whose first options have values; the last one leaves the rule as it is."""
    vote = town.draft(**more)
    body = {
        "key": KEY,
        "effective_from": today().isoformat(),
        "values": [
            {"option_id": option["id"], "value": value}
            for option, value in zip(vote["options"], values, strict=False)
        ],
    }
    done(town.committee.post(f"/consultations/{vote['id']}/rule", body))
    return vote


def decided(town: Town, vote: dict[str, Any], place: int, *, accepted: bool = True) -> None:
    path = f"/consultations/{vote['id']}"
    done(town.committee.post(f"{path}/start-discussion"))
    opened = done(town.committee.post(f"{path}/open"))
    town.vote(0, opened, place)
    town.closed(opened)
    body = {"accepted": accepted, "reasons": "就这样决定，理由写在这里。"}
    done(town.committee.post(f"{path}/decide", body))
    db.session.rollback()


def per_hour(region: str = world.COMMUNITY) -> int:
    db.session.rollback()
    return int(rules_for(region, today()).value(KEY))


def test_the_winners_value_holds_in_the_region_and_nowhere_else(town: Town) -> None:
    before = per_hour(world.NEXT_COMMUNITY)
    vote = on_vote(town)
    decided(town, vote, 1)
    assert per_hour() == 20
    assert per_hour(world.NEXT_COMMUNITY) == before
    told = done(town.api.get(f"/consultations/{vote['id']}/rule"))
    assert told["in_effect"] is True
    source, value = db.session.execute(select(PointRule.source_id, PointRule.value)).one()
    assert (source, value) == (vote["id"], 20)
    details = db.session.execute(
        select(AuditEvent.details).where(AuditEvent.action == "rule.set")
    ).scalar_one()
    assert details["source_id"] == vote["id"]


@pytest.mark.parametrize(("place", "accepted"), [(1, False), (2, True)])
def test_departing_or_leaving_it_changes_nothing(town: Town, place: int, accepted: bool) -> None:  # noqa: FBT001
    before = per_hour()
    decided(town, on_vote(town), place, accepted=accepted)
    assert per_hour() == before
    assert db.session.query(PointRule).count() == 0


def test_a_decision_after_the_day_holds_from_the_decision_on(
    town: Town, at: Callable[[datetime], None]
) -> None:
    vote = on_vote(town)
    path = f"/consultations/{vote['id']}"
    done(town.committee.post(f"{path}/start-discussion"))
    opened = done(town.committee.post(f"{path}/open"))
    town.vote(0, opened, 0)
    at(now() + 3 * DAY)
    town.closed(opened)
    done(town.committee.post(f"{path}/decide", {"accepted": True, "reasons": "照办。"}))
    db.session.rollback()
    assert db.session.query(PointRule.effective_from).scalar() == today()
    assert per_hour() == 15


@pytest.mark.parametrize("value", ["-1", "1001", "1.5", "很多", "22:00-06:00 1.5"])
def test_values_are_checked_as_the_rules_are(town: Town, value: str) -> None:
    vote = town.draft()
    option = vote["options"][0]["id"]
    body = {
        "key": KEY,
        "effective_from": today().isoformat(),
        "values": [{"option_id": option, "value": value}],
    }
    problem = refused(
        town.committee.post(f"/consultations/{vote['id']}/rule", body), 422, "invalid"
    )
    assert problem["errors"][0]["field"] == f"values.{option}"
    refused(town.api.get(f"/consultations/{vote['id']}/rule"), 404, "not_found")


def test_what_cannot_be_put_to_the_vote(town: Town) -> None:
    vote = town.draft()
    option = {"option_id": vote["options"][0]["id"], "value": "15"}
    path = f"/consultations/{vote['id']}/rule"
    good = {"key": KEY, "effective_from": today().isoformat(), "values": [option]}
    for bad, field in (
        ({"key": "no.such_rule"}, "key"),
        ({"effective_from": (today() - DAY).isoformat()}, "effective_from"),
        ({"values": [{**option, "option_id": "0" * 26}]}, f"values.{'0' * 26}"),
    ):
        problem = refused(town.committee.post(path, {**good, **bad}), 422, "invalid")
        assert problem["errors"][0]["field"] == field
    costs = [{"title": "甲", "cost": yuan(1)}]
    budget = plan("budget_greedy", budget=yuan(9), options=costs)
    on_budget = done(town.committee.post("/consultations", budget), 201)
    about = {"option_id": on_budget["options"][0]["id"], "value": "15"}
    refused(
        town.committee.post(f"/consultations/{on_budget['id']}/rule", {**good, "values": [about]}),
        422,
        "invalid",
    )
    done(town.committee.post(f"/consultations/{vote['id']}/start-discussion"))
    refused(town.committee.post(path, good), 409, "wrong_state")


def test_a_day_that_passes_before_the_discussion_stops_it(
    town: Town, at: Callable[[datetime], None]
) -> None:
    vote = on_vote(town)
    at(now() + 2 * DAY)
    refused(
        town.committee.post(f"/consultations/{vote['id']}/start-discussion"), 409, "wrong_state"
    )


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("points", "15", 15),
        ("factor", "1.5", "1.5"),
        ("night", "22:00-06:00 1.5", {"from": "22:00", "to": "06:00", "factor": "1.5"}),
        ("night", "22:00至06:00×2", {"from": "22:00", "to": "06:00", "factor": "2"}),
    ],
)
def test_values_are_read_as_they_are_written(unit: str, text: str, value: Any) -> None:
    assert rule_texts.read(unit, text) == value
    assert rule_texts.read(unit, rule_texts.write(value)) == value


def test_the_desk_puts_it_to_the_vote_and_residents_see_it(town: Town, client: FlaskClient) -> None:
    desk = at_desk(client, "committee@example.org")
    vote = draft(desk)
    path = f"{DESK}/{vote}/rule"
    desk.open(path)
    day = (today() + 3 * DAY).isoformat()
    wrong: dict[str, Any] = {"values-0": "许多"}
    desk.send(path, 422, key=KEY, effective_from=day, **wrong)
    right: dict[str, Any] = {"values-0": "１５", "values-1": "20"}
    desk.send(path, key=KEY, effective_from=day, **right)
    assert "A rule is put to the vote" in desk.text
    desk.open(f"{DESK}/{vote}/edit")
    desk.send(f"{DESK}/{vote}/edit", **filled(("二十", "十五")))
    told = done(town.committee.get(f"/consultations/{vote}/rule"))
    assert sorted(each["value"] for each in told["values"]) == ["15", "20"]
    decided(town, {"id": vote}, 1)
    stranger = Browser(client.application.test_client(), "en")
    for page in ("", "/results"):
        stranger.open(f"/consultations/{vote}{page}")
        assert "It has taken effect" in stranger.text
    stranger.open(f"/books/{world.COMMUNITY}")
    assert "by the vote 小院添点什么" in stranger.text
    desk.open(f"/desk/rules/{world.COMMUNITY}")
    assert "by the vote 小院添点什么" in desk.text


def test_a_draft_lets_its_rule_go(town: Town, client: FlaskClient) -> None:
    vote = on_vote(town)
    desk = at_desk(client, "committee@example.org")
    desk.open(f"{DESK}/{vote['id']}/rule")
    desk.send(f"{DESK}/{vote['id']}/rule/remove")
    refused(town.committee.get(f"/consultations/{vote['id']}/rule"), 404, "not_found")
    other = on_vote(town)
    desk.open(f"{DESK}/{other['id']}")
    desk.send(f"{DESK}/{other['id']}/delete")
    assert "deleted" in desk.text
