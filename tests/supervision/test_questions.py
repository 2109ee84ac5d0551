"""Any resident asks the committee about budgets, rules and decisions, and the answer is public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.services import close_account
from portal.core import closing
from portal.core.audit import AuditEvent
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.i18n import force_locale
from portal.core.outbox import deliver_due
from portal.notifications.models import Notification
from portal.supervision.rules import ANSWERED_WITHIN, due_on, is_overdue
from tests import world
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.consultations.stage import Town, build, done, refused
from tests.notifications.contract import check_emitted

DAY = timedelta(days=1)
RULE = f"{world.COMMUNITY}:points_per_hour"


@pytest.fixture
def town(world: Any, api: ApiClient) -> Town:
    return build(api)


def asked(town: Town, number: int = 0, about: str = "rule", of: str = RULE) -> dict[str, Any]:
    body = {"about": about, "of": of, "text": "为什么一小时只有十分？"}
    return done(town.resident(number).post("/questions", body), 201)


def budget_line(town: Town) -> str:
    world.make_staff("finance", scope=world.CITY)
    finance = town.api.sign_in("finance@example.org")
    for code in (world.CITY, world.DISTRICT, world.STREET, world.COMMUNITY):
        body = {"amount": 1_000, "memo": "本季度积分"}
        done(finance.post(f"/regions/{code}/budgets", body), 201)
    (line,) = done(town.api.get(f"/regions/{world.COMMUNITY}/budget-lines"))["items"]
    assert (line["amount"], line["memo"]) == (1_000, "本季度积分")
    return str(line["id"])


def decision(town: Town, *, decided: bool = True) -> str:
    vote = town.opened()
    town.vote(0, vote, 0)
    town.closed(vote)
    if decided:
        body = {"accepted": True, "reasons": "照办。"}
        done(town.committee.post(f"/consultations/{vote['id']}/decide", body))
    return str(vote["id"])


def test_the_day_itself_is_in_time() -> None:
    day = due_on(today())
    assert day - today() == ANSWERED_WITHIN
    assert not is_overdue(day, day, answered=False)
    assert is_overdue(day, day + DAY, answered=False)
    assert not is_overdue(day, day + DAY, answered=True)


def test_each_thing_can_be_asked_about(town: Town) -> None:
    things = (
        ("budget", world.COMMUNITY),
        ("booking", budget_line(town)),
        ("rule", RULE),
        ("decision", decision(town)),
    )
    for about, of in things:
        question = asked(town, about=about, of=of)
        assert (question["about"], question["of"]) == (about, of)
        assert question["region"]["code"] == world.COMMUNITY
    listed = done(town.api.get(f"/questions?region={world.COMMUNITY}"))
    assert len(listed["items"]) == len(things)
    assert listed["counts"] == {"open": 4, "overdue": 0, "answered": 0, "hidden": 0}
    assert done(town.api.get(f"/questions?region={world.NEXT_COMMUNITY}"))["items"] == []


@pytest.mark.parametrize(
    ("about", "of"),
    [
        ("budget", "99"),
        ("budget", "x"),
        ("booking", "0" * 26),
        ("booking", "short"),
        ("rule", world.COMMUNITY),
        ("rule", f"{world.COMMUNITY}:no.such"),
        ("rule", "99:points_per_hour"),
        ("decision", "0" * 26),
    ],
)
def test_what_is_not_there_is_not_asked_about(town: Town, about: str, of: str) -> None:
    body = {"about": about, "of": of, "text": "为什么？"}
    refused(town.resident(0).post("/questions", body), 404, "not_found")


def test_a_vote_that_is_not_decided_is_no_decision(town: Town) -> None:
    body = {"about": "decision", "of": decision(town, decided=False), "text": "为什么？"}
    refused(town.resident(0).post("/questions", body), 404, "not_found")


def test_only_confirmed_residents_of_the_region_ask(town: Town) -> None:
    world.make_user("away@example.org", home=world.NEXT_COMMUNITY)
    world.make_user("claims@example.org", verified=False)
    body = {"about": "rule", "of": RULE, "text": "为什么？"}
    for login in ("away@example.org", "claims@example.org", "committee@example.org"):
        refused(town.api.sign_in(login).post("/questions", body), 403, "forbidden")
    assert town.api.post("/questions", body).status_code == 401
    on_street = {**body, "of": f"{world.STREET}:points_per_hour"}
    done(town.api.sign_in("away@example.org").post("/questions", on_street), 201)


def test_the_committee_answers_once_and_who_asked_is_told_once(town: Town) -> None:
    question = asked(town)
    path = f"/questions/{question['id']}/answer"
    world.make_staff("committee", "other@example.org", world.NEXT_COMMUNITY)
    for other in (town.resident(0), town.worker, town.api.sign_in("other@example.org")):
        refused(other.post(path, {"text": "我来答"}), 403, "forbidden")
    answered = done(town.committee.post(path, {"text": "区里这样定的，下次表决可以改。"}))
    assert answered["answer"] == "区里这样定的，下次表决可以改。"
    refused(town.committee.post(path, {"text": "再答"}), 409, "already_answered")
    deliver_due()
    db.session.rollback()
    check_emitted()
    heard = select(Notification.user_id).where(Notification.kind == "question.answered")
    assert list(db.session.execute(heard).scalars()) == [town.residents[0]]
    counts = done(town.api.get("/questions"))["counts"]
    assert counts == {"open": 0, "overdue": 0, "answered": 1, "hidden": 0}


def test_overdue_ones_are_overdue_for_everybody(
    town: Town, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    question = asked(town)
    at(now() + ANSWERED_WITHIN + DAY)
    listed = done(town.api.get("/questions?state=overdue"))
    assert [each["overdue"] for each in listed["items"]] == [True]
    assert listed["counts"]["overdue"] == 1
    stranger = Browser(client.application.test_client(), "en")
    for page in ("/questions", f"/questions/{question['id']}"):
        stranger.open(page)
        assert "Overdue" in stranger.text
    desk = Browser(client.application.test_client(), "en").sign_in("committee@example.org")
    desk.open("/desk/questions")
    assert "Overdue" in desk.text


def test_a_resident_finds_the_books_asks_and_reads_the_answer(
    town: Town, client: FlaskClient
) -> None:
    budget_line(town)
    resident = Browser(client.application.test_client(), "en").sign_in("voter1@example.org")
    resident.open("/me")
    assert "The books of my community" in resident.text
    resident.open(f"/books/{world.COMMUNITY}")
    assert "本季度积分" in resident.text
    assert "Points per hour" in resident.text
    page = f"/questions/about?about=rule&of={RULE}"
    resident.open(page)
    resident.send("/questions/about", 422, text="")
    assert "Write your question." in resident.text
    resident.open(page)
    resident.send("/questions/about", text="为什么一小时只有十分？")
    assert "Your question is public." in resident.text
    address = resident.address
    desk = Browser(client.application.test_client(), "en").sign_in("committee@example.org")
    desk.open("/desk")
    assert "Supervision questions to answer" in desk.text
    desk.open("/desk/questions")
    assert "为什么一小时只有十分？" in desk.text
    path = f"/desk{address}"
    desk.open(path)
    desk.send(path, 422, text="")
    desk.send(path, text="区里这样定的。")
    assert "Your answer is public." in desk.text
    desk.open(path, 409)
    resident.open(address)
    assert "区里这样定的。" in resident.text
    stranger = Browser(client.application.test_client(), "zh-Hans")
    stranger.open(page)
    assert "为什么一小时只有十分？" in stranger.text


def test_who_leaves_takes_the_name_along(town: Town) -> None:
    question, person = asked(town), town.residents[0]
    with force_locale("en"):
        fates = {str(fate.sentence): fate.stays for fate in closing.fates_of(person)}
    stays = "Your question to the committee stays public with its answer, without your name."
    assert fates[stays] is True
    close_account(world.principal(person), world.PASSWORD)
    deliver_due()
    left = done(town.api.get(f"/questions/{question['id']}"))
    assert left["author"] is None
    assert left["text"] == question["text"]
    answer = {"text": "谢谢。"}
    done(town.committee.post(f"/questions/{question['id']}/answer", answer))
    deliver_due()


def test_auditors_see_both_steps(town: Town, client: FlaskClient) -> None:
    question = asked(town)
    answer = {"text": "这样定的。"}
    done(town.committee.post(f"/questions/{question['id']}/answer", answer))
    db.session.rollback()
    actions = select(AuditEvent.action).where(AuditEvent.object_kind == "question")
    assert sorted(db.session.execute(actions).scalars()) == ["question.answered", "question.asked"]
    world.make_staff("auditor")
    auditor = Browser(client.application.test_client(), "en").sign_in("auditor@example.org")
    auditor.open(f"/desk/audit?kind=question&object={question['id']}")
    assert "Question of a resident answered" in auditor.text
