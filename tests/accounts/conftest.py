"""Browsers, and a look into the messages that went out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.core.database import db
from portal.core.messages import OutgoingMessage
from tests.accounts.leaving import EMAIL, NAME, PHONE
from tests.browsing import Browser
from tests.world import make_user


@pytest.fixture
def browser(app: Any, world: Any) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def another_browser(app: Any, world: Any) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def mail(app: Any) -> Callable[[], list[OutgoingMessage]]:
    """All messages so far, the oldest first."""

    def read() -> list[OutgoingMessage]:
        db.session.rollback()
        statement = select(OutgoingMessage).order_by(OutgoingMessage.created_at, OutgoingMessage.id)
        return list(db.session.execute(statement).scalars())

    return read


@pytest.fixture
def code(mail: Any) -> Callable[[], str]:
    """The code in the newest message."""

    def read() -> str:
        found = re.search(r"\b(\d{6})\b", mail()[-1].body)
        assert found, mail()[-1].body
        return found[1]

    return read


@pytest.fixture
def person(world: Any) -> str:
    """A resident who can be recognized by every word of theirs."""
    return make_user(EMAIL, NAME, phone=PHONE, birth_date=date(1951, 3, 14))
