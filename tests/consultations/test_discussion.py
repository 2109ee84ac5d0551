"""Talking through: threads, what is helpful, what is objected to and hidden."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.app import Portal
from portal.consultations import services
from portal.consultations.models import Comment, CommentMark
from portal.consultations.queries import discussion
from portal.consultations.views.threads import threaded
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.outbox import deliver_due
from portal.notifications.models import Notification
from tests import world as places
from tests.at_once import all_at_once
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.consultations.stage import Town, committee_grant, done, refused
from tests.notifications.contract import check_emitted

DESK = "/desk/discussion/comments"


def browser(app: Portal, login: str) -> Browser:
    return Browser(app.test_client(), "en").sign_in(f"{login}@example.org")


def say(who: ApiClient, vote: dict[str, Any], text: str, reply_to: str | None = None) -> str:
    body = {"text": text, "reply_to": reply_to}
    return str(done(who.post(f"/consultations/{vote['id']}/comments", body), 201)["id"])


def path(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", "comments", *parts))


def heard(town: Town, vote: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    return list(done(town.api.get(path(vote) + query))["items"])


def told(kind: str) -> list[str]:
    deliver_due()
    db.session.rollback()
    assert check_emitted() > 0
    rows = db.session.execute(select(Notification.user_id).where(Notification.kind == kind))
    return list(rows.scalars())


# --- helpful --------------------------------------------------------------------------------------


def test_a_comment_is_helpful_once_for_each_and_never_ones_own(town: Town) -> None:
    vote = town.discussed()
    said = say(town.resident(0), vote, "长椅好")
    for _ in range(2):
        answer = done(town.resident(1).post(path(vote, said, "helpful")))
        assert answer["helpful"] == 1
    done(town.worker.post(path(vote, said, "helpful")))
    assert heard(town, vote)[0]["helpful"] == 2
    refused(town.resident(0).post(path(vote, said, "helpful")), 403, "forbidden")
    for _ in range(2):
        assert town.resident(1).delete(path(vote, said, "helpful")).status_code == 204
    assert heard(town, vote)[0]["helpful"] == 1
    refused(town.api.post(path(vote, said, "helpful")), 401, "unauthenticated")
    elsewhere = town.discussed()
    refused(town.resident(1).post(path(elsewhere, said, "helpful")), 404, "not_found")
    town.api.sign_in("committee@example.org")
    places.make_user("away@example.org", home=places.NEXT_COMMUNITY)
    away = town.api.sign_in("away@example.org")
    refused(away.post(path(vote, said, "helpful")), 403, "forbidden")


def test_many_at_once_are_counted_each_once(app: Portal, town: Town) -> None:
    vote = town.discussed()
    said = say(town.committee, vote, "周三晚上谈")
    people = [places.principal(person, committee_grant()) for person in town.residents[:4]]
    db.session.rollback()
    find = [partial(services.mark_helpful, person, vote["id"], said) for person in people]
    assert set(all_at_once(app, find * 3)) == {None}
    marks = select(func.count()).select_from(CommentMark)
    assert db.session.execute(marks).scalar_one() == 4
    assert heard(town, vote)[0]["helpful"] == 4
    undo = [partial(services.take_back_mark, person, vote["id"], said) for person in people]
    assert set(all_at_once(app, undo * 3)) == {None}
    assert heard(town, vote)[0]["helpful"] == 0


def test_the_most_helpful_come_first_and_the_reader_may_choose(app: Portal, town: Town) -> None:
    vote = town.discussed()
    first, second, third = (say(town.resident(0), vote, text) for text in ("甲说", "乙说", "丙说"))
    reply = say(town.resident(1), vote, "回乙", second)
    for number in (1, 2):
        done(town.resident(number).post(path(vote, second, "helpful")))
    for number in (2, 3, 4):
        done(town.resident(number).post(path(vote, reply, "helpful")))
    assert [each["id"] for each in heard(town, vote)] == [first, second, third, reply]
    by_help = heard(town, vote, "?sort=helpful")
    assert [each["id"] for each in by_help] == [reply, second, third, first]
    page = done(town.api.get(path(vote) + "?sort=helpful&limit=3"))
    rest = done(town.api.get(path(vote) + f"?sort=helpful&limit=3&cursor={page['next_cursor']}"))
    assert [*page["items"], *rest["items"]] == by_help
    wrong = f"?sort=time&cursor={page['next_cursor']}"
    refused(town.api.get(path(vote) + wrong), 422, "invalid")
    refused(town.api.get(path(vote) + "?sort=best"), 422, "invalid")

    person = browser(app, "voter3")
    person.open(f"/consultations/{vote['id']}")
    text = person.text
    assert text.index("乙说") < text.index("回乙") < text.index("丙说") < text.index("甲说")
    assert "What most neighbours found helpful stands on top" in text
    person.open(f"/consultations/{vote['id']}?sort=time")
    text = person.text
    assert text.index("甲说") < text.index("乙说") < text.index("回乙") < text.index("丙说")


def test_helpful_by_a_button_and_taken_back_by_the_same(app: Portal, town: Town) -> None:
    vote = town.discussed()
    said = say(town.resident(0), vote, "长椅好")
    person = browser(app, "voter2")
    person.open(f"/consultations/{vote['id']}")
    person.send(path(vote, said, "helpful"))
    assert 'aria-pressed="true"' in person.page.text
    person.send(path(vote, said, "not-helpful"))
    assert 'aria-pressed="false"' in person.page.text
    own = browser(app, "voter1")
    own.open(f"/consultations/{vote['id']}")
    assert not [form for form in own.forms if "helpful" in form.action]


# --- threads --------------------------------------------------------------------------------------


def test_threads_are_read_in_their_order_and_long_ones_on_a_page_of_their_own(
    app: Portal, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discussion, "REPLIES_SHOWN", 2)
    vote = town.discussed()
    first = say(town.resident(0), vote, "从这里说起")
    deep = first
    for number in range(4):
        deep = say(town.resident(1 + number % 2), vote, f"第{number}层", deep)
    person = browser(app, "voter1")
    person.open(f"/consultations/{vote['id']}")
    assert "第1层" in person.text
    assert "第2层" not in person.text
    assert "2 more replies" in person.text
    person.open(path(vote, deep))
    assert [f"第{n}层" in person.text for n in range(4)] == [True] * 4
    assert person.page.text.count("comment-depth-2") == 3
    assert "You reply to voter3" in person.text
    person.open(path(town.discussed(), deep), 404)


def test_what_answers_a_reply_of_another_page_stands_below_the_first(town: Town) -> None:
    vote = town.discussed()
    first = say(town.resident(0), vote, "起头")
    between = say(town.resident(1), vote, "中间", first)
    last = say(town.resident(2), vote, "最后", between)
    rows = [discussion.one(vote["id"], each) for each in (first, last)]
    said = list(threaded(rows, size=2))
    assert [(each.comment.id, each.depth, each.more) for each in said] == [
        (first, 0, 0),
        (last, 1, 1),
    ]


# --- what somebody objects to ---------------------------------------------------------------------


def test_an_objection_is_looked_at_and_the_comment_hidden_with_a_reason(
    app: Portal, town: Town
) -> None:
    vote = town.discussed()
    said = say(town.resident(0), vote, "某某是骗子")
    reply = say(town.resident(1), vote, "别这样说", said)
    person = browser(app, "voter2")
    person.open(path(vote, said, "flag"))
    person.send(path(vote, said, "flag"), 422, reason=" ")
    person.send(path(vote, said, "flag"), reason="这是骂人")
    assert "Somebody looks at it" in person.text

    desk = browser(app, "worker")
    desk.open("/desk")
    assert "Comments somebody objects to" in desk.text
    desk.open(DESK)
    assert "某某是骗子" in desk.text
    desk.open(f"{DESK}/{said}")
    assert "这是骂人" in desk.text
    desk.send(f"{DESK}/{said}", 422, reason="")
    desk.send(f"{DESK}/{said}", reason="点名辱骂")
    assert "Nothing to look at" in desk.text
    assert told("consultation.comment_hidden") == [town.residents[0]]

    person.open(f"/consultations/{vote['id']}")
    assert "点名辱骂" in person.text
    assert "骗子" not in person.text
    assert "别这样说" in person.text
    author = browser(app, "voter1")
    author.open(f"/consultations/{vote['id']}")
    assert "某某是骗子" in author.text
    found = {each["id"]: each for each in heard(town, vote)}
    assert (found[said]["text"], found[said]["hidden_reason"]) == ("", "点名辱骂")
    assert found[reply]["text"] == "别这样说"
    mine = done(town.resident(0).get(path(vote)))["items"]
    assert mine[0]["text"] == "某某是骗子"
    refused(town.resident(1).post(path(vote, said, "flag"), {"reason": "x"}), 409, "wrong_state")
    refused(town.resident(1).post(path(vote, said, "helpful")), 409, "wrong_state")

    desk.open(f"{DESK}/{said}")
    desk.send(f"{DESK}/{said}/show")
    assert heard(town, vote)[0]["text"] == "某某是骗子"
    assert told("consultation.comment_shown") == [town.residents[0]]


def test_what_is_looked_at_may_stay(app: Portal, town: Town) -> None:
    vote = town.discussed()
    said = say(town.resident(0), vote, "我不同意")
    for number in (1, 2):
        done(town.resident(number).post(path(vote, said, "flag"), {"reason": "不爱听"}))
    desk = browser(app, "committee")
    desk.open(f"{DESK}/{said}")
    desk.send(f"{DESK}/{said}/keep")
    assert "Nothing to look at" in desk.text
    assert heard(town, vote)[0]["text"] == "我不同意"


def test_only_those_of_the_region_judge_and_never_their_own(app: Portal, town: Town) -> None:
    vote = town.discussed()
    said = say(town.worker, vote, "社工说的")
    done(town.resident(0).post(path(vote, said, "flag"), {"reason": "不妥"}))
    hide = {"reason": "不妥"}
    refused(town.worker.post(path(vote, said, "hide"), hide), 403, "forbidden")
    refused(town.resident(0).post(path(vote, said, "hide"), hide), 403, "forbidden")
    places.make_staff("social_worker", "next@example.org", places.NEXT_COMMUNITY)
    refused(
        town.api.sign_in("next@example.org").post(path(vote, said, "hide"), hide), 403, "forbidden"
    )
    away = browser(app, "next")
    away.open(DESK)
    assert "社工说的" not in away.text
    away.open(f"{DESK}/{said}", 403)
    done(town.committee.post(path(vote, said, "hide"), hide))
    refused(town.committee.post(path(vote, said, "hide"), hide), 409, "wrong_state")
    done(town.committee.post(path(vote, said, "show")))
    refused(town.committee.post(path(vote, said, "show")), 409, "wrong_state")
    db.session.rollback()
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.region_code)
        .where(AuditEvent.object_id == said)
        .order_by(AuditEvent.id)
    ).all()
    assert [tuple(each) for each in events] == [
        ("comment.hidden", places.COMMUNITY),
        ("comment.shown", places.COMMUNITY),
    ]


def test_every_comment_knows_its_thread_and_its_region(town: Town) -> None:
    vote = town.discussed()
    first = say(town.resident(0), vote, "一")
    reply = say(town.resident(1), vote, "二", first)
    say(town.resident(0), vote, "三", reply)
    db.session.rollback()
    rows = db.session.execute(select(Comment.thread_id, Comment.region_code)).all()
    assert {tuple(row) for row in rows} == {(first, places.COMMUNITY)}
