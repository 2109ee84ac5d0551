"""A person is told once, reads it, and chooses of what to get e-mail."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.core import jobs, outbox
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.messages import OutgoingMessage
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.notifications import queries, services
from portal.notifications.models import Notification
from portal.notifications.services import inbox
from portal.notifications.services import letters as letters_sent
from tests import world
from tests.notifications.contract import check_emitted
from tests.organizations.neighbours import principal

pytestmark = pytest.mark.usefixtures("world")


def emit(user_id: str, kind: str = "activity.approved", url: str = "/x", **params: Any) -> None:
    with unit_of_work():
        outbox.emit("notify", user_id=user_id, kind=kind, params=params or {"title": "t"}, url=url)


def letters() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(OutgoingMessage.recipient, OutgoingMessage.subject, OutgoingMessage.body).order_by(
            OutgoingMessage.id
        )
    )
    return [(row.recipient, row.subject, row.body) for row in rows]


def told(user_id: str) -> list[str]:
    return [row.kind for row in queries.page(user_id).items]


def test_what_is_emitted_arrives_once_with_an_e_mail_in_ones_own_language() -> None:
    lin = world.make_user("lin@example.org", locale="en")
    emit(lin, "home.verified", region_code=world.COMMUNITY)
    assert check_emitted() == 1
    jobs.run_until_quiet()
    jobs.run_until_quiet()
    assert told(lin) == ["home.verified"]
    assert queries.unread(lin) == 1
    [(recipient, subject, body)] = letters()
    assert (recipient, subject) == (
        "lin@example.org",
        "You are a resident of 红山郡社区",
    )
    assert "Everything here is open to you now." in body


def test_e_mail_only_for_what_is_important_or_wanted() -> None:
    lin = world.make_user("lin@example.org")
    emit(lin, "record.confirmed", title="t", minutes=60, points=10)
    jobs.run_until_quiet()
    assert letters() == []
    actor = principal(lin)
    with unit_of_work():
        services.choose_emails(actor, {"record.confirmed": True, "activity.approved": False})
    choices = queries.email_choices(lin)
    assert (choices["record.confirmed"], choices["activity.approved"]) == (True, False)
    assert choices["home.verified"]
    emit(lin, "record.confirmed", title="t", minutes=60, points=10)
    emit(lin, "activity.approved")
    jobs.run_until_quiet()
    assert len(letters()) == 1
    with unit_of_work():
        services.choose_emails(actor, {"record.confirmed": False, "activity.approved": True})
    assert queries.email_choices(lin)["activity.approved"]
    emit(lin, "activity.approved")
    jobs.run_until_quiet()
    assert len(letters()) == 2


def test_who_has_no_e_mail_reads_it_in_the_inbox() -> None:
    lin = world.make_user("13800138000")
    emit(lin)
    jobs.run_until_quiet()
    assert (told(lin), letters()) == (["activity.approved"], [])


def test_a_link_is_given_where_the_portal_knows_its_address() -> None:
    lin = world.make_user("lin@example.org", locale="en")
    payload = {"user_id": lin, "kind": "activity.approved", "params": {"title": "t"}, "url": "/a/1"}
    with unit_of_work():
        assert services.tell("0" * 26, payload, "https://portal.example")
    assert "https://portal.example/a/1" in letters()[0][2]


@pytest.mark.parametrize("moment", ["before", "after the inbox", "before the commit"])
def test_a_worker_that_dies_neither_loses_nor_doubles(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The power goes out; what was not committed is gone, and the message waits as it was."""
    lin = world.make_user("lin@example.org")
    emit(lin)

    class PowerCut(BaseException):
        pass

    def cut(*_args: Any, **_kwargs: Any) -> None:
        raise PowerCut

    with monkeypatch.context() as broken:
        target, name = {
            "before": (inbox, "insert_new"),
            "after the inbox": (letters_sent, "send"),
            "before the commit": (outbox, "_mark"),
        }[moment]
        broken.setattr(target, name, cut)
        with pytest.raises(PowerCut):
            outbox.deliver_due()
    assert told(lin) == []
    assert letters() == []
    jobs.run_until_quiet()
    assert told(lin) == ["activity.approved"]
    assert len(letters()) == 1


def test_a_message_delivered_twice_is_told_once() -> None:
    lin = world.make_user("lin@example.org")
    emit(lin)
    jobs.run_until_quiet()
    with unit_of_work():  # as if the mark had been lost
        db.session.execute(
            update(OutboxMessage).values(available_at=OutboxMessage.created_at, delivered_at=None)
        )
    jobs.run_until_quiet()
    assert told(lin) == ["activity.approved"]
    assert len(letters()) == 1


@pytest.mark.parallel
def test_several_workers_tell_each_thing_once(app: Flask) -> None:
    lin = world.make_user("lin@example.org")
    for _n in range(30):
        emit(lin)
    db.session.remove()

    def work() -> None:
        with app.app_context():
            outbox.deliver_due()
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    jobs.run_until_quiet()
    count = select(func.count()).select_from(Notification)
    assert db.session.execute(count).scalar_one() == 30
    assert len(letters()) == 30


@pytest.mark.parametrize(
    ("kind", "params"), [("no.such_kind", {}), ("record.confirmed", {"title": "t"})]
)
def test_what_cannot_be_said_waits_and_stands_in_the_way_of_nothing(
    kind: str, params: dict[str, Any]
) -> None:
    lin = world.make_user("lin@example.org")
    emit(lin, kind, **params)
    emit(lin)
    with pytest.raises(jobs.Unfinished):
        outbox.deliver_due()
    assert told(lin) == ["activity.approved"]
    waiting = db.session.execute(
        select(OutboxMessage.last_error).where(OutboxMessage.available_at.is_not(None))
    ).all()
    assert [row.last_error for row in waiting] == ["UnknownNotification"]


def test_read_one_by_one_and_all_at_once_and_never_somebody_elses() -> None:
    lin, wang = world.make_user("lin@example.org"), world.make_user("wang@example.org")
    for person in (lin, lin, lin, wang):
        emit(person, url="/where")
    jobs.run_until_quiet()
    newest = queries.page(lin).items[0]
    reader, other = principal(lin), principal(wang)
    with pytest.raises(NotFound), unit_of_work():
        services.mark_read(other, newest.id)
    for _twice in range(2):
        with unit_of_work():
            assert services.mark_read(reader, newest.id) == "/where"
    assert queries.unread(lin) == 2
    with unit_of_work():
        assert services.mark_all_read(reader) == 2
    assert (queries.unread(lin), queries.unread(wang)) == (0, 1)


def test_a_badge_counts_no_further_than_it_can_show() -> None:
    lin = world.make_user("lin@example.org")
    for n in range(105):
        with unit_of_work():
            payload = {
                "user_id": lin,
                "kind": "record.confirmed",
                "params": {"title": "t", "minutes": 1, "points": 1},
                "url": "/",
            }
            services.tell(f"{n:026}", payload, None)
    assert queries.unread(lin) == 100


def test_the_api_lists_ones_own_newest_first(api: Any) -> None:
    lin, wang = world.make_user("lin@example.org"), world.make_user("wang@example.org")
    emit(lin, "record.confirmed", title="清扫", minutes=60, points=10)
    emit(lin, "activity.sent_back", title="清扫", reason="时间不对")
    emit(wang)
    jobs.run_until_quiet()
    assert api.get("/me/notifications").status_code == 401
    mine = api.sign_in("lin@example.org")
    answer = mine.get("/me/notifications?limit=1").json
    [newest] = answer["items"]
    assert set(newest) == {"id", "kind", "title", "text", "created_at", "read_at"}
    assert (newest["kind"], newest["title"]) == ("activity.sent_back", "Sent back: 清扫")
    assert newest["text"] == "Please change the activity and hand it in again. “时间不对”"
    assert newest["read_at"] is None
    rest = mine.get(f"/me/notifications?limit=1&cursor={answer['next_cursor']}").json
    assert [each["kind"] for each in rest["items"]] == ["record.confirmed"]
    assert rest["next_cursor"] is None
    theirs = api.sign_in("wang@example.org")
    stolen = theirs.get(f"/me/notifications?cursor={answer['next_cursor']}")
    assert stolen.status_code == 422
