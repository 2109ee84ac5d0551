"""What has served its purpose is not kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal.accounts import jobs
from portal.accounts.models import AccessSession, OneTimeCode, SignInFailure
from portal.core.clock import now
from portal.core.database import db
from tests.world import make_user


def counts() -> list[int]:
    db.session.rollback()
    return [
        db.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (OneTimeCode, AccessSession, SignInFailure)
    ]


def test_codes_sessions_and_failures_go_when_their_time_is_over(
    browser: Any, api: Any, at: Any
) -> None:
    start = now()
    at(start)
    make_user("a@example.org")
    browser.open("/reset")
    browser.send("/reset", login="a@example.org")
    api.sign_in("a@example.org").delete("/tokens/current")
    api.sign_in("a@example.org")
    api.post("/tokens", {"login": "a@example.org", "password": "wrong wrong"})
    assert counts() == [1, 2, 2]
    assert jobs.forget() == 0
    at(start + timedelta(days=3))
    assert jobs.forget() == 3
    assert counts() == [0, 2, 0]
    at(start + timedelta(days=31))
    assert jobs.forget() == 1
    at(start + timedelta(days=61))
    assert jobs.forget() == 1
    assert counts() == [0, 0, 0]
