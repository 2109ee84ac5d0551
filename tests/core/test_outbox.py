"""What may come later is delivered, once, also through failures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal.app import Portal
from portal.core import audit, jobs, messages, outbox
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work


@pytest.fixture
def listeners() -> Iterator[dict[str, list[outbox.Subscriber]]]:
    """The register of subscribers, put back after the test."""
    before = {kind: list(functions) for kind, functions in outbox._subscribers.items()}
    yield outbox._subscribers
    outbox._subscribers.clear()
    outbox._subscribers.update(before)


def make_everything_due() -> None:
    with unit_of_work():
        db.session.execute(
            update(outbox.OutboxMessage)
            .where(outbox.OutboxMessage.available_at.is_not(None))
            .values(available_at=datetime.now(UTC) - timedelta(seconds=1))
        )


def test_a_message_reaches_its_subscriber_once(app: Portal, listeners: object) -> None:
    heard: list[object] = []
    outbox.subscriber("bell.rung")(lambda _id, payload: heard.append(payload["by"]))
    with unit_of_work():
        outbox.emit("bell.rung", by="neighbour")

    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    assert heard == ["neighbour"]


def test_what_a_failing_subscriber_wrote_is_undone_and_tried_again(
    app: Portal, listeners: object
) -> None:
    failures = [True, False]

    @outbox.subscriber("bell.rung")
    def write(message_id: str, payload: dict[str, object]) -> None:
        audit.record(None, "bell.heard", "bell", "1")
        if failures.pop(0):
            raise OSError("the line broke")

    with unit_of_work():
        outbox.emit("bell.rung")

    assert outbox.deliver_due() == 0
    assert audit.count_events() == 0
    assert outbox.deliver_due() == 0, "it waits before it tries again"
    make_everything_due()
    assert outbox.deliver_due() == 1
    db.session.rollback()
    assert audit.count_events() == 1


def test_one_bad_message_does_not_hold_up_the_others(app: Portal, listeners: object) -> None:
    heard: list[object] = []

    @outbox.subscriber("bell.rung")
    def hear(message_id: str, payload: dict[str, object]) -> None:
        if payload["by"] == "broken":
            raise ValueError
        heard.append(payload["by"])

    with unit_of_work():
        for who in ("a", "broken", "b"):
            outbox.emit("bell.rung", by=who)

    assert outbox.deliver_due() == 2
    assert sorted(map(str, heard)) == ["a", "b"]


def test_mail_is_on_the_outbox_page_of_the_embedded_default(app: Portal) -> None:
    with unit_of_work():
        messages.send(messages.Channel.EMAIL, "a@example.org", "Hello", "Body")

    assert messages.send_due() == 1
    assert messages.send_due() == 0
    db.session.rollback()
    sent = db.session.execute(select(messages.OutgoingMessage)).scalar_one()
    assert sent.sent_at is not None


def test_mail_that_fails_is_tried_again_later(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def deliver(self, *_: object) -> None:
            raise OSError("no way out")

    monkeypatch.setitem(app.extensions["portal_providers"], messages.Channel.EMAIL, Broken())
    with unit_of_work():
        messages.send(messages.Channel.EMAIL, "a@example.org", "Hello", "Body")

    assert messages.send_due() == 0
    db.session.rollback()
    waiting = db.session.execute(select(messages.OutgoingMessage)).scalar_one()
    assert waiting.sent_at is None
    assert waiting.due_at is not None
    assert waiting.due_at > datetime.now(UTC)


def test_a_job_has_one_worker_at_a_time(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    probe = jobs.Job("probe", timedelta(hours=1), lambda: runs.append("run") or 1)
    monkeypatch.setattr(jobs, "_jobs", {"probe": probe})

    assert jobs.run_due()
    assert not jobs.run_due()
    assert runs == ["run"]


def test_a_job_that_fails_leaves_the_others_running(
    app: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def fail() -> int:
        raise ValueError

    monkeypatch.setattr(
        jobs,
        "_jobs",
        {
            "a": jobs.Job("a", timedelta(hours=1), fail),
            "b": jobs.Job("b", timedelta(hours=1), lambda: runs.append("b") or 0),
        },
    )
    jobs.run_due()
    assert runs == ["b"]
    with pytest.raises(ValueError):  # noqa: PT011 - "once" must not hide it
        jobs.run_until_quiet()
