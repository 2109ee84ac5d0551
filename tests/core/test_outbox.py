"""What may come later is delivered, once, also through failures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.app import Portal
from portal.core import audit, jobs, messages, outbox
from portal.core.database import db
from portal.core.ids import earlier_id, new_id
from portal.core.unit_of_work import before_commit, unit_of_work


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

    with pytest.raises(jobs.Unfinished):
        outbox.deliver_due()
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

    with pytest.raises(jobs.Unfinished) as unfinished:
        outbox.deliver_due()
    assert (unfinished.value.done, unfinished.value.failed) == (2, 1)
    assert sorted(map(str, heard)) == ["a", "b"]


def test_what_cannot_be_kept_does_not_hold_up_the_others(app: Portal, listeners: object) -> None:
    """A subscriber's rows may be refused only at the end of the transaction."""
    heard: list[object] = []

    @outbox.subscriber("bell.rung")
    def hear(message_id: str, payload: dict[str, object]) -> None:
        heard.append(payload["by"])

    def refuse() -> None:
        if heard and heard[-1] == "broken":
            heard.pop()
            raise ValueError

    with unit_of_work():
        for who in ("broken", "a"):
            outbox.emit("bell.rung", by=who)
    before_commit.append(refuse)
    try:
        with pytest.raises(jobs.Unfinished) as unfinished:
            outbox.deliver_due()
    finally:
        before_commit.remove(refuse)
    assert (unfinished.value.done, unfinished.value.failed) == (1, 1)
    assert heard == ["a"]


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


def test_a_letter_that_cannot_be_written_holds_up_no_other(
    app: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    class Strict:
        def deliver(self, _id: str, recipient: str, *_: object) -> None:
            if recipient == "bad":
                raise ValueError("a header with a line break")
            sent.append(recipient)

    monkeypatch.setitem(app.extensions["portal_providers"], messages.Channel.EMAIL, Strict())
    with unit_of_work():
        for recipient in ("bad", "a@example.org"):
            messages.send(messages.Channel.EMAIL, recipient, "Hello", "Body")
    with pytest.raises(jobs.Unfinished) as unfinished:
        messages.send_due()
    assert (unfinished.value.done, unfinished.value.failed) == (1, 1)
    assert sent == ["a@example.org"]


def test_a_job_has_one_worker_at_a_time(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []

    def note() -> int:
        runs.append("run")
        return 1

    probe = jobs.Job("probe", timedelta(hours=1), note)
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

    def note() -> int:
        runs.append("b")
        return 0

    monkeypatch.setattr(
        jobs,
        "_jobs",
        {
            "a": jobs.Job("a", timedelta(hours=1), fail),
            "b": jobs.Job("b", timedelta(hours=1), note),
        },
    )
    jobs.run_due()
    assert runs == ["b"]
    with pytest.raises(jobs.JobsFailed) as failed:
        jobs.run_until_quiet()
    assert isinstance(failed.value.failures["a"], ValueError)
    assert runs == ["b", "b"], "what comes after it is run all the same"


def test_what_was_delivered_a_week_ago_is_forgotten(app: Portal, listeners: object) -> None:
    for word in ("old", "waiting", "new"):
        with unit_of_work():
            outbox.emit("bell.rung", by=word)
    aged = earlier_id(new_id(), outbox.KEPT_FOR + timedelta(minutes=1))
    messages = db.session.execute(select(outbox.OutboxMessage.id, outbox.OutboxMessage.payload))
    ids = {each.payload["by"]: each.id for each in messages}  # two of one moment go in any order
    for word, waits in (("old", False), ("waiting", True)):
        with unit_of_work():
            values: dict[str, Any] = {"id": f"{aged[:-1]}{int(waits)}"}
            if not waits:
                values["available_at"] = None
            db.session.execute(
                update(outbox.OutboxMessage)
                .where(outbox.OutboxMessage.id == ids[word])
                .values(**values)
            )
    assert outbox.forget_delivered() == 1
    kept = db.session.execute(select(outbox.OutboxMessage.payload)).scalars()
    assert {payload["by"] for payload in kept} == {"waiting", "new"}
