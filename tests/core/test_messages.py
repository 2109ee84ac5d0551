"""Messages wait for a provider, and are forgotten when their time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.config import Settings, from_environment
from portal.core import messages
from portal.core.clock import now
from portal.core.database import db
from portal.core.messages import Channel, OutboxPage, OutgoingMessage, Smtp
from portal.core.unit_of_work import unit_of_work

REAL = {
    "DATABASE_URL": "sqlite:////nowhere/x.db",
    "SECRET_KEY": "k3y-" * 3 + "of-a-real-deployment-0123",
}


def kept() -> list[str]:
    db.session.rollback()
    statement = select(OutgoingMessage.body).order_by(OutgoingMessage.id)
    return list(db.session.execute(statement).scalars())


def test_only_demo_mode_has_the_outbox_page(settings: Settings) -> None:
    shown = messages.providers(replace(settings, demo=True))
    assert [type(shown[each]) for each in Channel] == [OutboxPage, OutboxPage]
    assert messages.providers(replace(settings, demo=False)) == {}
    real = messages.providers(replace(settings, demo=False, smtp_url="smtp://mail.example"))
    assert [(channel, type(each)) for channel, each in real.items()] == [(Channel.EMAIL, Smtp)]


def test_the_start_says_which_messages_will_wait() -> None:
    assert len([each for each in from_environment(REAL).warnings if "wait" in each]) == 2
    (only_texts,) = from_environment({**REAL, "SMTP_URL": "smtp://mail.example"}).warnings
    assert "text messages" in only_texts
    assert from_environment({**REAL, "DEMO": "on"}).warnings == ()


def test_a_message_without_a_provider_waits(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(app.extensions["portal_providers"], Channel.SMS)
    with unit_of_work():
        messages.send(Channel.SMS, "+8613800138000", "", "waits")
        messages.send(Channel.EMAIL, "a@example.org", "", "goes")
    assert messages.send_due() == 1
    db.session.rollback()
    waiting = db.session.execute(
        select(OutgoingMessage).where(OutgoingMessage.sent_at.is_(None))
    ).scalar_one()
    assert (waiting.body, waiting.attempts) == ("waits", 0)
    assert waiting.due_at is not None
    assert (messages.reaches(Channel.SMS), messages.reaches(Channel.EMAIL)) == (False, True)


def test_messages_are_forgotten_when_their_time_is_over(app: Any, at: Any) -> None:
    start = now()
    at(start)
    with unit_of_work():
        messages.send(
            Channel.EMAIL, "a@example.org", "", "code", keep_until=start + timedelta(minutes=15)
        )
        messages.send(Channel.EMAIL, "a@example.org", "", "letter")
    assert messages.forget_old() == 0
    at(start + timedelta(minutes=16))
    assert messages.forget_old() == 1
    assert kept() == ["letter"]
    at(start + timedelta(days=29))
    assert messages.forget_old() == 0
    at(start + timedelta(days=31))
    assert messages.forget_old() == 1
    assert kept() == []
