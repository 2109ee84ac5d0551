"""A question that somebody objects to is looked at by others than those who are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.services import close_account
from portal.admin import deeds
from portal.app import Portal
from portal.core.audit import AuditEvent
from portal.core.clock import now
from portal.core.database import db
from portal.core.outbox import deliver_due
from portal.core.permissions import Grant, Role, ScopeKind
from portal.supervision import services
from portal.supervision.models import SupervisionFlag, SupervisionQuestion
from portal.supervision.rules import ANSWERED_WITHIN
from tests import world
from tests.at_once import all_at_once
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.consultations.stage import Town, build, done, refused, told
from tests.supervision.test_questions import asked

REASON = {"reason": "点名骂人"}


@pytest.fixture
def town(world: Any, api: ApiClient) -> Town:
    return build(api)


def test_a_hidden_question_shows_why_and_its_author_the_words(town: Town) -> None:
    question = asked(town)
    path = f"/questions/{question['id']}"
    done(town.resident(1).post(f"{path}/flag", REASON))
    hidden = done(town.worker.post(f"{path}/hide", REASON))
    assert (hidden["text"], hidden["hidden_reason"]) == ("", REASON["reason"])
    assert done(town.resident(0).get(path))["text"] == question["text"]
    (listed,) = done(town.api.get("/questions"))["items"]
    assert listed["text"] == ""
    assert done(town.api.get("/questions"))["counts"]["hidden"] == 1
    for state in ("open", "answered"):
        assert done(town.api.get(f"/questions?state={state}"))["items"] == []
    (notice,) = told("question.hidden")
    assert (notice["user_id"], notice["params"]["reason"]) == (town.residents[0], REASON["reason"])
    refused(town.worker.post(f"{path}/hide", REASON), 409, "wrong_state")
    refused(town.resident(2).post(f"{path}/flag", REASON), 409, "wrong_state")
    refused(town.committee.post(f"{path}/answer", {"text": "答"}), 409, "wrong_state")

    shown = done(town.worker.post(f"{path}/show"))
    assert (shown["text"], shown["hidden_reason"]) == (question["text"], None)
    assert len(told("question.shown")) == 1
    refused(town.worker.post(f"{path}/show"), 409, "wrong_state")
    done(town.committee.post(f"{path}/answer", {"text": "答"}))


def test_who_hides_it_meanwhile_is_in_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement decides, not what was read before it."""
    question = asked(town)

    def hidden_meanwhile(*_: Any) -> bool:
        values = {"hidden_at": now(), "hidden_reason": REASON["reason"]}
        db.session.execute(update(SupervisionQuestion).values(**values))
        return True

    monkeypatch.setattr("portal.supervision.services.asking.may_answer", hidden_meanwhile)
    answer = town.committee.post(f"/questions/{question['id']}/answer", {"text": "答"})
    refused(answer, 409, "wrong_state")


def test_nobody_puts_aside_what_is_asked_of_them(town: Town) -> None:
    path = f"/questions/{asked(town)['id']}/hide"
    world.make_staff("social_worker", "elsewhere@example.org", world.NEXT_COMMUNITY)
    world.make_staff("committee", "street@example.org", world.STREET)
    elsewhere = town.api.sign_in("elsewhere@example.org")
    for other in (town.committee, town.resident(0), elsewhere):
        refused(other.post(path, REASON), 403, "forbidden")
    assert town.api.post(path, REASON).status_code == 401
    done(town.api.sign_in("street@example.org").post(path, REASON))


def test_nobody_judges_their_own_question(town: Town) -> None:
    asker = world.make_user(
        "both@example.org",
        roles=[(Role.SOCIAL_WORKER, ScopeKind.REGION, world.COMMUNITY)],
    )
    both = town.api.sign_in("both@example.org")
    body = {"about": "budget", "of": world.COMMUNITY, "text": "为什么？"}
    question = done(both.post("/questions", body), 201)
    assert question["author"]["id"] == asker
    refused(both.post(f"/questions/{question['id']}/hide", REASON), 403, "forbidden")


def test_a_hidden_question_is_overdue_for_nobody(town: Town, at: Any) -> None:
    path = f"/questions/{asked(town)['id']}"
    done(town.worker.post(f"{path}/hide", REASON))
    at(now() + ANSWERED_WITHIN + timedelta(days=2))
    assert done(town.api.get(path))["overdue"] is False
    assert done(town.api.get("/questions"))["counts"]["overdue"] == 0


def test_of_many_who_hide_it_at_once_one_does(app: Portal, town: Town) -> None:
    question = asked(town)["id"]
    grant = Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, world.COMMUNITY)
    judges = [world.principal(each, grant) for each in town.residents[1:]]
    deeds_ = [lambda who=who: services.hide_question(who, question, "不合适") for who in judges]
    outcomes = all_at_once(app, deeds_)
    assert outcomes.count(None) == 1
    assert outcomes.count("wrong_state") == len(judges) - 1


def test_the_pages_from_the_objection_to_the_reason(town: Town, client: FlaskClient) -> None:
    question = asked(town)["id"]
    address, flagged = f"/questions/{question}", "/desk/questions/flagged"
    resident = Browser(client.application.test_client(), "en").sign_in("voter2@example.org")
    resident.open(f"{address}/flag")
    resident.send(f"{address}/flag", 422, reason="")
    resident.send(f"{address}/flag", reason="点名骂人")
    assert "Somebody looks at it." in resident.text
    worker = Browser(client.application.test_client(), "en").sign_in("worker@example.org")
    worker.open("/desk")
    assert "Supervision questions somebody objects to" in worker.text
    worker.open(flagged)
    assert "为什么一小时只有十分？" in worker.text
    worker.open(f"{flagged}/{question}")
    assert "点名骂人" in worker.text
    worker.send(f"{flagged}/{question}/keep")
    assert "Nothing to look at" in worker.text
    worker.open(f"{flagged}/{question}")
    worker.send(f"{flagged}/{question}", reason="不是问题，是骂人")
    stranger = Browser(client.application.test_client(), "en")
    for page in (
        address,
        "/questions",
        f"/questions/about?about=rule&of={world.COMMUNITY}:points_per_hour",
    ):
        stranger.open(page)
        assert "不是问题，是骂人" in stranger.text
        assert "为什么一小时只有十分？" not in stranger.text
    committee = Browser(client.application.test_client(), "en").sign_in("committee@example.org")
    committee.open(flagged)
    assert "Nothing to look at" in committee.text
    committee.open(f"{flagged}/{question}", 403)
    committee.open(f"/desk/questions/{question}", 409)
    worker.open(f"{flagged}/{question}")
    worker.send(f"{flagged}/{question}/show")
    stranger.open(address)
    assert "为什么一小时只有十分？" in stranger.text


def test_each_judgement_stands_in_the_log(town: Town) -> None:
    path = f"/questions/{asked(town)['id']}"
    done(town.resident(1).post(f"{path}/flag", REASON))
    done(town.worker.post(f"{path}/hide", REASON))
    done(town.worker.post(f"{path}/show"))
    db.session.rollback()
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.details).where(AuditEvent.object_kind == "question")
    ).all()
    assert {"question.hidden", "question.shown"} <= {event.action for event in events}
    for event in events:
        assert event.action in deeds.DEEDS
        assert set(event.details) <= set(deeds._FACTS)


def test_who_leaves_takes_along_what_they_objected(town: Town) -> None:
    path = f"/questions/{asked(town)['id']}"
    done(town.resident(1).post(f"{path}/flag", REASON))
    close_account(world.principal(town.residents[1]), world.PASSWORD)
    deliver_due()
    reasons = db.session.execute(select(SupervisionFlag.reason)).scalars().all()
    assert reasons == ["—"]
