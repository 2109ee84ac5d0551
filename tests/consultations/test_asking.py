"""Questions that the committee must answer while something is talked through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.app import Portal
from portal.consultations import jobs, services
from portal.consultations.models import DiscussionQuestion
from portal.consultations.rules.asking import ANSWER_DAYS, due_on
from portal.core.clock import clock, now, rfc3339, today
from portal.core.database import db
from portal.core.jobs import Unfinished
from tests import world as places
from tests.consultations.stage import Town, done, refused
from tests.consultations.test_discussion import browser, told

DESK = "/desk/discussion/questions"
MONDAY = date(2026, 3, 2)


def asked(town: Town, vote: dict[str, Any], number: int = 0) -> dict[str, Any]:
    sent = {"text": "灯坏了谁修？"}
    return done(town.resident(number).post(path(vote), sent), 201)


def path(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", "questions", *parts))


@pytest.mark.parametrize(
    ("opens_in", "expected"),
    [(None, 7), (30, 7), (7, 7), (3, 3), (1, 1), (0, 1), (-2, 1)],
)
def test_an_answer_is_due_within_days_and_before_people_vote(
    opens_in: int | None, expected: int
) -> None:
    opens_on = None if opens_in is None else MONDAY + timedelta(days=opens_in)
    assert due_on(MONDAY, opens_on) == MONDAY + timedelta(days=expected)


def test_a_question_is_put_answered_and_the_asker_told(app: Portal, town: Town) -> None:
    vote = town.discussed()
    page = f"/consultations/{vote['id']}/questions"
    person = browser(app, "voter1")
    person.open(page)
    assert "Nobody has asked anything yet" in person.text
    person.send(page, 422, text="")
    assert "Write your question first." in person.text
    person.send(page, text="灯坏了谁修？")
    assert "灯坏了谁修？" in person.text
    assert "Answer due by" in person.text
    person.open(f"/consultations/{vote['id']}")
    assert "1 question to the committee" in person.text
    assert "1 waits for its answer" in person.text

    (official,) = told("consultation.question_asked")
    assert official == done(town.committee.get("/me"))["id"]
    desk = browser(app, "committee")
    desk.open("/desk")
    assert "Questions in discussions" in desk.text
    desk.open(DESK)
    comment = done(town.api.get(path(vote)))["items"][0]["id"]
    desk.open(f"{DESK}/{comment}")
    desk.send(f"{DESK}/{comment}", 422, text=" ")
    desk.send(f"{DESK}/{comment}", text="物业每周修。")
    assert "No question waits" in desk.text
    assert told("consultation.question_answered") == [town.residents[0]]
    person.open(f"/consultations/{vote['id']}")
    assert "物业每周修。" in person.text
    assert "The committee answers:" in person.text


def test_a_question_is_one_of_the_comments(town: Town) -> None:
    vote = town.discussed()
    question = asked(town, vote)
    last_day = (today() + timedelta(days=ANSWER_DAYS)).isoformat()
    waits = {"due_on": last_day, "overdue": False, "answer": None, "answered_at": None}
    assert question["question"] == waits
    said = {"text": "我也想知道", "reply_to": question["id"]}
    done(town.resident(1).post(f"/consultations/{vote['id']}/comments", said), 201)
    heard = done(town.api.get(f"/consultations/{vote['id']}/comments"))["items"]
    assert [each["question"] for each in heard] == [waits, None]
    assert done(town.api.get(path(vote)))["items"] == [question]


def test_who_may_ask_and_when(town: Town) -> None:
    vote = town.discussed()
    sent = {"text": "谁修？"}
    refused(town.committee.post(path(vote), sent), 403, "forbidden")
    places.make_user("away@example.org", home=places.NEXT_COMMUNITY)
    refused(town.api.sign_in("away@example.org").post(path(vote), sent), 403, "forbidden")
    places.make_user("new@example.org", verified=False)
    refused(town.api.sign_in("new@example.org").post(path(vote), sent), 403, "forbidden")
    refused(town.api.post(path(vote), sent), 401, "unauthenticated")
    refused(town.resident(0).post(path(town.draft()), sent), 404, "not_found")
    done(town.committee.post(f"/consultations/{vote['id']}/open"))
    refused(town.resident(0).post(path(vote), sent), 409, "wrong_state")


def test_only_the_committee_of_the_region_answers_and_once(town: Town) -> None:
    vote = town.discussed()
    comment = asked(town, vote)["id"]
    sent = {"text": "物业修。"}
    places.make_staff("committee", "next@example.org", places.NEXT_COMMUNITY)
    for who in (town.worker, town.resident(0), town.api.sign_in("next@example.org")):
        refused(who.post(path(vote, comment, "answer"), sent), 403, "forbidden")
    answered = done(town.committee.post(path(vote, comment, "answer"), sent))
    assert answered["question"]["answer"] == "物业修。"
    refused(town.committee.post(path(vote, comment, "answer"), sent), 409, "wrong_state")
    plain = done(
        town.resident(0).post(f"/consultations/{vote['id']}/comments", {"text": "好"}), 201
    )
    refused(town.committee.post(path(vote, plain["id"], "answer"), sent), 404, "not_found")


def test_an_answer_that_is_overdue_is_shown_so_and_those_responsible_told_once(
    app: Portal, town: Town, at: Callable[[datetime], None]
) -> None:
    vote = town.discussed()
    comment = asked(town, vote)["id"]
    hidden = asked(town, vote, 1)["id"]
    hide = {"reason": "与此无关"}
    done(town.committee.post(f"/consultations/{vote['id']}/comments/{hidden}/hide", hide))
    last = clock.start_of(today() + timedelta(days=ANSWER_DAYS))
    at(last + timedelta(hours=23))
    assert jobs.remind_of_questions() == 0
    at(last + timedelta(days=1))
    assert jobs.remind_of_questions() == 1
    assert jobs.remind_of_questions() == 0
    committee = told("consultation.question_overdue")
    assert len(committee) == 1
    assert done(town.api.get(f"/consultations/{vote['id']}/comments"))["items"][0]["question"][
        "overdue"
    ]
    stranger = browser(app, "voter4")
    stranger.open(f"/consultations/{vote['id']}")
    assert "1 answer overdue" in stranger.text
    stranger.open(f"/consultations/{vote['id']}/questions")
    assert "1 answer is overdue" in stranger.text
    desk = browser(app, "committee")
    desk.open(DESK)
    assert "Overdue: the answer was due on" in desk.text
    assert hidden not in desk.page.text
    done(town.committee.post(path(vote, comment, "answer"), {"text": "抱歉，来晚了。"}))
    stranger.open(f"/consultations/{vote['id']}")
    assert "overdue" not in stranger.text


def test_a_hidden_question_waits_for_no_answer(town: Town) -> None:
    vote = town.discussed()
    comment = asked(town, vote)["id"]
    hide = {"reason": "骂人"}
    done(town.committee.post(f"/consultations/{vote['id']}/comments/{comment}/hide", hide))
    refused(town.committee.post(path(vote, comment, "answer"), {"text": "好"}), 409, "wrong_state")


def test_a_question_about_what_was_called_off_waits_for_no_answer(
    app: Portal, town: Town, at: Callable[[datetime], None]
) -> None:
    vote = town.discussed()
    asked(town, vote)
    done(town.committee.post(f"/consultations/{vote['id']}/cancel", {"reason": "不办了"}))
    at(now() + timedelta(days=ANSWER_DAYS + 1))
    assert jobs.remind_of_questions() == 0
    (question,) = done(town.api.get(path(vote)))["items"]
    assert question["question"]["overdue"] is False
    desk = browser(app, "committee")
    desk.open(DESK)
    assert "No question waits" in desk.text
    desk.open(f"/consultations/{vote['id']}")
    assert "1 question to the committee" in desk.text
    assert "overdue" not in desk.text


def test_where_there_is_no_committee_the_one_above_is_told(
    town: Town, at: Callable[[datetime], None]
) -> None:
    places.make_staff("committee", "street@example.org", places.STREET)
    street = town.api.sign_in("street@example.org")
    body = {
        "title": "邻居社区", "question": "？", "region_code": places.NEXT_COMMUNITY,
        "method": "single", "options": [{"title": "甲"}],
    }  # fmt: skip
    vote = done(street.post("/consultations", body), 201)
    done(street.post(f"/consultations/{vote['id']}/start-discussion"))
    places.make_user("next@example.org", home=places.NEXT_COMMUNITY)
    done(town.api.sign_in("next@example.org").post(path(vote), {"text": "谁管？"}), 201)
    at(now() + timedelta(days=ANSWER_DAYS + 1))
    assert jobs.remind_of_questions() == 1
    (person,) = told("consultation.question_overdue")
    assert person == done(street.get("/me"))["id"]


def test_one_bad_row_keeps_no_other_waiting(
    town: Town, at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = town.discussed()
    bad, good = asked(town, vote)["id"], asked(town, vote, 1)["id"]
    remind = services.remind_of

    def fail(row: Any) -> int:
        if row.id == bad:
            raise RuntimeError("poisoned")
        return remind(row)

    monkeypatch.setattr("portal.consultations.services.remind_of", fail)
    at(now() + timedelta(days=ANSWER_DAYS + 1))
    with pytest.raises(Unfinished):
        jobs.remind_of_questions()
    db.session.rollback()
    reminded = select(DiscussionQuestion.comment_id).where(
        DiscussionQuestion.reminded_at.is_not(None)
    )
    assert list(db.session.execute(reminded).scalars()) == [good]


def test_a_vote_that_opens_soon_is_answered_before(town: Town) -> None:
    opens = now() + timedelta(days=3)
    vote = town.discussed(opens_at=rfc3339(opens))
    assert asked(town, vote)["question"]["due_on"] == clock.day_of(opens).isoformat()
