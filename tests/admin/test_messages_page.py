"""Who reads the messages of the demo, and what is written down about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.messages import Channel, send
from portal.core.unit_of_work import unit_of_work
from tests.browsing import Browser


@pytest.fixture
def letters(app: Any, world: Any) -> str:
    """Whose code somebody would like to read."""
    with unit_of_work():
        send(Channel.EMAIL, "finance@example.org", "Your code", "It is 123456.")
    return str(world.make_user("finance@example.org"))


def admin_of(app: Any, world: Any, code: str) -> Browser:
    world.make_staff("admin", scope=code)
    return Browser(app.test_client()).sign_in("admin@example.org")


def reads() -> list[Any]:
    db.session.rollback()
    return list(
        db.session.execute(
            select(AuditEvent.details).where(AuditEvent.action == "messages.read")
        ).scalars()
    )


@pytest.mark.parametrize("code", ["150402010003", "150402010", "150402"])
def test_who_administers_a_part_of_the_city_reads_none(
    app: Any, world: Any, letters: str, code: str
) -> None:
    browser = admin_of(app, world, code)
    browser.open("/desk/messages?to=finance@example.org", status=404)
    browser.open("/desk")
    assert "/desk/messages" not in browser.page.text
    assert reads() == []


def test_who_administers_the_city_reads_them_and_that_is_audited(
    app: Any, world: Any, letters: str
) -> None:
    browser = admin_of(app, world, world.CITY)
    browser.open("/desk")
    assert "/desk/messages" in browser.page.text
    browser.open("/desk/messages?to=finance@example.org")
    assert "123456" in browser.text
    assert reads() == [{"messages": 1, "user_id": letters}]
    browser.open("/desk/audit")
    assert "Messages read" in browser.text


def test_outside_demo_mode_there_is_no_such_page(
    app: Any, world: Any, letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = admin_of(app, world, world.CITY)
    monkeypatch.setattr(app, "settings", replace(app.settings, demo=False))
    browser.open("/desk/messages", status=404)
    browser.open("/desk")
    assert "/desk/messages" not in browser.page.text
