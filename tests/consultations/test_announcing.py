"""Those concerned hear of each step, and who has not voted is reminded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.consultations import jobs
from portal.consultations.rules.life import time_to_remind
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.jobs import registered
from portal.core.outbox import OutboxMessage, deliver_due
from portal.notifications.models import Notification
from tests import world
from tests.consultations.stage import Town, done
from tests.notifications.contract import check_emitted

DAY = timedelta(days=1)


def told(kind: str) -> Counter[str]:
    """Who was told it, and how often."""
    deliver_due()
    db.session.rollback()
    assert check_emitted() > 0
    rows = db.session.execute(select(Notification.user_id).where(Notification.kind == kind))
    return Counter(rows.scalars())


def everybody(town: Town) -> Counter[str]:
    return Counter(town.residents)


def test_each_step_is_told_once_to_everybody_concerned(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.consultations.services.announcing.AT_ONCE", 2)
    world.make_user("away@example.org", home=world.NEXT_COMMUNITY)
    world.make_user("claims@example.org", verified=False)
    vote = town.discussed()
    assert told("consultation.discussed") == everybody(town)
    path = f"/consultations/{vote['id']}"
    done(town.committee.post(f"{path}/open"))
    world.make_user("late@example.org")
    assert told("consultation.opened") == everybody(town)
    town.vote(0, vote, 1)
    town.closed(vote)
    assert told("consultation.closed") == everybody(town)
    done(town.committee.post(f"{path}/decide", {"accepted": True, "reasons": "照办。"}))
    assert told("consultation.decided") == everybody(town)
    title = done(town.resident(0).get("/me/notifications"))["items"][0]["title"]
    assert "小院添点什么" in title


def test_what_is_called_off_is_told_with_its_reason(town: Town) -> None:
    draft, vote = town.draft(), town.opened()
    for each in (draft, vote):
        body = {"reason": "预算被收回"}
        done(town.committee.post(f"/consultations/{each['id']}/cancel", body))
    assert told("consultation.cancelled") == everybody(town)
    heard = done(town.resident(0).get("/me/notifications"))["items"][0]
    assert "预算被收回" in heard["text"]


def test_only_who_has_not_voted_is_reminded_and_only_once(
    town: Town, at: Callable[[datetime], None]
) -> None:
    begin = now()
    vote = town.opened(closes_at=rfc3339(begin + 7 * DAY))
    endless = town.opened()
    town.vote(0, vote, 1)
    code = {"member_code": town.member_code(1)}
    done(town.worker.post(f"/consultations/{vote['id']}/paper-ballots", code), 201)
    at(begin + 6 * DAY - timedelta(minutes=5))
    assert jobs.remind() == 0
    at(begin + 6 * DAY + timedelta(minutes=5))
    assert jobs.remind() == 1
    assert jobs.remind() == 0
    assert told("consultation.reminder") == Counter(town.residents[2:])
    assert endless["status"] == "open"


def test_nobody_is_reminded_minutes_late() -> None:
    """Of a vote that lasts an hour ten minutes are a third of the time that is left."""
    every = {each.name: each.every for each in registered()}
    assert every["consultations.remind"] <= timedelta(minutes=1)


def test_a_short_vote_reminds_when_half_of_its_time_is_over() -> None:
    opened = now()
    closes = opened + timedelta(hours=4)
    assert not time_to_remind(opened, closes, opened + timedelta(hours=1))
    assert time_to_remind(opened, closes, opened + timedelta(hours=2))
    assert not time_to_remind(opened, closes, closes)


def test_nothing_is_said_of_a_ballot(town: Town) -> None:
    vote = town.opened()
    deliver_due()
    before = _messages()
    town.vote(0, vote, 1)
    assert _messages() == before


def _messages() -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(select(OutboxMessage.id)).scalars())
