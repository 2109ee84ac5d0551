"""Talks before a vote: activities of the region, who came, what was said, what was raised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.app import Portal
from portal.consultations.queries import consultations, talks
from portal.core.audit import AuditEvent
from portal.core.database import db
from tests import world as places
from tests.activities import stage as activities
from tests.activities.stage import END, NOON, START, At, Stage
from tests.consultations.stage import Town, done, plan, refused
from tests.consultations.test_discussion import browser

MISSING = "01k0000000000000000000zzzz"


@pytest.fixture
def evening(town: Town, at: At) -> Stage:
    """A published activity of the community, with a place for two."""
    at(NOON)
    place = {"name": "凉亭", "latitude": 42.28, "longitude": 118.95}
    return activities.publish(town.api, title="夜话：小院添点什么", location=place)


def path(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", "talks", *parts))


def named(town: Town, vote: dict[str, Any], evening: Stage) -> str:
    sent = {"activity_id": evening.id}
    return str(done(town.committee.post(path(vote), sent), 201)["id"])


def come(evening: Stage, name: str) -> None:
    person = evening.resident(name)
    done(person.post(f"/shifts/{evening.shift_id}/signups"), 201)
    done(person.post("/checkins", {"code": evening.code()}), 201)


def test_a_talk_shows_when_where_and_how_many_came(
    app: Portal, town: Town, evening: Stage, at: At
) -> None:
    vote = town.discussed()
    talk = named(town, vote, evening)
    (before,) = done(town.api.get(path(vote)))["items"]
    assert before == {
        "id": talk,
        "activity": {"id": evening.id, "title": "夜话：小院添点什么"},
        "place": "凉亭",
        "starts_at": "2026-11-25T06:00:00Z",
        "ends_at": "2026-11-25T08:00:00Z",
        "called_off": False,
        "attended": None,
        "minutes": None,
        "minutes_at": None,
        "points": [],
    }
    at(START - timedelta(minutes=10))
    come(evening, "an")
    come(evening, "bo")
    assert done(town.api.get(path(vote)))["items"][0]["attended"] is None
    at(START)
    assert done(town.api.get(path(vote)))["items"][0]["attended"] == 2
    person = browser(app, "voter1")
    person.open(f"/consultations/{vote['id']}")
    assert "Talks before the vote" in person.text
    assert "凉亭" in person.text
    assert "2 people came" in person.text


def test_who_was_found_not_to_have_been_there_is_not_counted(
    town: Town, evening: Stage, at: At
) -> None:
    vote = town.discussed()
    named(town, vote, evening)
    at(START - timedelta(minutes=10))
    come(evening, "an")
    come(evening, "bo")
    at(END + timedelta(minutes=1))
    query = f"/service-records?shift={evening.shift_id}"
    record = done(evening.host.get(query))["items"][0]["id"]
    done(evening.host.post(f"/service-records/{record}/reject", {"reason": "没来"}))
    assert done(town.api.get(path(vote)))["items"][0]["attended"] == 1


def test_minutes_and_points_stand_on_the_page_of_the_vote(
    app: Portal, town: Town, evening: Stage, at: At
) -> None:
    vote = town.discussed()
    desk = browser(app, "committee")
    address = f"/desk/consultations/{vote['id']}/talks"
    desk.open(f"/desk/consultations/{vote['id']}")
    desk.open(address)
    assert "No talk yet" in desk.text
    desk.send(address, activity_id=evening.id)
    assert "夜话：小院添点什么" in desk.text
    assert "There is no other published activity" in desk.text
    (talk,) = done(town.api.get(path(vote)))["items"]
    one = f"{address}/{talk['id']}"
    desk.open(one)
    assert "Once it has taken place" in desk.text
    assert not [form for form in desk.forms if "minutes" in form.action]
    at(END + timedelta(minutes=1))
    desk.open(one)
    desk.send(f"{one}/minutes", 422, minutes=" ")
    assert "Write what was said." in desk.text
    desk.send(f"{one}/minutes", minutes="来了很多人。\n谈到九点。")
    desk.send(f"{one}/points", 422, text="")
    desk.send(f"{one}/points", text="晚上太暗", option_id=vote["options"][2]["id"])
    desk.send(f"{one}/points", text="先问老人", option_id="")
    (talk,) = done(town.api.get(path(vote)))["items"]
    assert talk["minutes"] == "来了很多人。\n谈到九点。"
    assert [(each["text"], each["option_id"]) for each in talk["points"]] == [
        ("晚上太暗", vote["options"][2]["id"]),
        ("先问老人", None),
    ]
    person = browser(app, "voter1")
    person.open(f"/consultations/{vote['id']}")
    for said in ("谈到九点。", "晚上太暗", "先问老人", "On “路灯”:"):
        assert said in person.text
    person.open(f"/consultations/{vote['id']}/summary")
    assert "晚上太暗" in person.text
    assert "先问老人" not in person.text
    desk.send(f"{one}/points/{talk['points'][1]['id']}/remove")
    (talk,) = done(town.api.get(path(vote)))["items"]
    assert [each["text"] for each in talk["points"]] == ["晚上太暗"]


def test_only_a_published_activity_of_the_region_is_a_talk(
    town: Town, evening: Stage, at: At
) -> None:
    vote = town.discussed()
    body = activities.plan(evening.organization_id, title="草稿")
    draft = done(evening.host.post("/activities", body), 201)["id"]
    for activity in (draft, MISSING):
        refused(town.committee.post(path(vote), {"activity_id": activity}), 422, "invalid")
    named(town, vote, evening)
    again = {"activity_id": evening.id}
    refused(town.committee.post(path(vote), again), 422, "invalid")
    named(town, town.discussed(), evening)
    draft_vote = town.draft()
    refused(town.committee.post(path(draft_vote), again), 409, "wrong_state")
    opened = town.opened()
    refused(town.committee.post(path(opened), again), 409, "wrong_state")
    places.make_staff("committee", "next@example.org", places.NEXT_COMMUNITY)
    away = town.api.sign_in("next@example.org")
    elsewhere = done(away.post("/consultations", plan(region_code=places.NEXT_COMMUNITY)), 201)
    done(away.post(f"/consultations/{elsewhere['id']}/start-discussion"))
    refused(away.post(path(elsewhere), again), 422, "invalid")


def test_what_comes_next_is_offered_before_what_was_just_held(
    town: Town, evening: Stage, at: At
) -> None:
    later = [
        activities.shift(START + timedelta(days=each), END + timedelta(days=each))
        for each in (9, 2)
    ]
    made = []
    for number, shift in enumerate(later):
        body = activities.plan(evening.organization_id, title=f"第{number}场", shifts=[shift])
        made.append(done(evening.host.post("/activities", body), 201)["id"])
        done(evening.host.post(f"/activities/{made[-1]}/publish"))
    vote = town.discussed()
    at(START + timedelta(days=1))
    db.session.rollback()
    row = consultations.as_it_is(vote["id"])
    assert row is not None
    assert [each.id for each in talks.to_choose(row)] == [made[1], made[0], evening.id]
    at(START + timedelta(days=1) + talks.HELD_BEFORE)
    assert [each.id for each in talks.to_choose(row)] == [made[0], made[1]]


def test_a_talk_belongs_to_those_who_run_the_vote(town: Town, evening: Stage, at: At) -> None:
    vote, other = town.discussed(), town.discussed()
    talk = named(town, vote, evening)
    places.make_staff("committee", "next@example.org", places.NEXT_COMMUNITY)
    away = town.api.sign_in("next@example.org")
    at(END + timedelta(minutes=1))
    written, point = {"minutes": "记录"}, {"text": "一点"}
    for who in (town.worker, town.resident(0), away):
        put = who.request("PUT", path(vote, talk, "minutes"), written)
        refused(put, 403, "forbidden")
        refused(who.post(path(vote, talk, "points"), point), 403, "forbidden")
        refused(who.post(path(vote), {"activity_id": evening.id}), 403, "forbidden")
        refused(who.delete(path(vote, talk)), 403, "forbidden")
    refused(town.committee.request("PUT", path(other, talk, "minutes"), written), 404, "not_found")
    strange = {"text": "一点", "option_id": other["options"][0]["id"]}
    refused(town.committee.post(path(vote, talk, "points"), strange), 422, "invalid")
    refused(town.committee.delete(path(vote, talk, "points", MISSING)), 404, "not_found")


def test_nothing_is_written_of_a_talk_that_has_not_taken_place(
    town: Town, evening: Stage, at: At
) -> None:
    vote = town.discussed()
    talk = named(town, vote, evening)
    written = {"minutes": "记录"}
    early = town.committee.request("PUT", path(vote, talk, "minutes"), written)
    refused(early, 409, "wrong_state")
    done(evening.host.post(f"/activities/{evening.id}/cancel", {"reason": "下雨"}))
    (shown,) = done(town.api.get(path(vote)))["items"]
    assert shown["called_off"] is True
    at(END + timedelta(minutes=1))
    late = town.committee.request("PUT", path(vote, talk, "minutes"), written)
    refused(late, 409, "wrong_state")


def test_what_was_named_by_mistake_goes_and_what_is_written_down_stays(
    town: Town, evening: Stage, at: At
) -> None:
    vote = town.discussed()
    talk = named(town, vote, evening)
    assert town.committee.delete(path(vote, talk)).status_code == 204
    assert done(town.api.get(path(vote)))["items"] == []
    talk = named(town, vote, evening)
    at(END + timedelta(minutes=1))
    done(town.committee.post(path(vote, talk, "points"), {"text": "一点"}), 201)
    refused(town.committee.delete(path(vote, talk)), 409, "wrong_state")
    done(town.committee.request("PUT", path(vote, talk, "minutes"), {"minutes": "记录"}))
    done(town.committee.request("PUT", path(vote, talk, "minutes"), {"minutes": "改过"}))
    done(town.committee.post(f"/consultations/{vote['id']}/cancel", {"reason": "不办了"}))
    over = town.committee.post(path(vote, talk, "points"), {"text": "晚了"})
    refused(over, 409, "wrong_state")
    db.session.rollback()
    actions = select(AuditEvent.action).where(AuditEvent.object_id == talk).order_by(AuditEvent.id)
    assert list(db.session.execute(actions).scalars()) == [
        "talk.added", "talk.point_added", "talk.minutes_written", "talk.minutes_changed",
    ]  # fmt: skip


def test_no_more_talks_and_points_than_one_page_holds(
    town: Town, evening: Stage, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = town.discussed()
    talk = named(town, vote, evening)
    monkeypatch.setattr("portal.consultations.services.talks.MOST_POINTS", 1)
    at(END + timedelta(minutes=1))
    done(town.committee.post(path(vote, talk, "points"), {"text": "一点"}), 201)
    refused(town.committee.post(path(vote, talk, "points"), {"text": "两点"}), 422, "invalid")
