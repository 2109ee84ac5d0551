"""The end of an open vote is moved to later only, in public, and never after it has passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.app import Portal
from portal.consultations import jobs
from portal.consultations.models import ClosingExtension, Consultation
from portal.consultations.queries import consultations
from portal.consultations.services import counting, extend, extending
from portal.core.clock import clock, now, rfc3339
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.outbox import deliver_due
from portal.core.unit_of_work import unit_of_work
from portal.notifications.models import Notification
from tests import world
from tests.at_once import all_at_once
from tests.browsing import Browser
from tests.consultations.deskwork import DESK, at_desk
from tests.consultations.stage import Town, committee_grant, done, refused
from tests.notifications.contract import check_emitted

DAY = timedelta(days=1)


def ending(town: Town, after: timedelta = 3 * DAY) -> dict[str, Any]:
    return town.opened(closes_at=rfc3339(now() + after))


def extended(town: Town, vote: dict[str, Any], until: datetime) -> Any:
    body = {"closes_at": rfc3339(until), "reason": "大雪，很多人没能出门"}
    return town.committee.post(f"/consultations/{vote['id']}/extend", body)


def test_a_later_end_is_public_and_everybody_on_the_roll_is_told(
    town: Town, client: FlaskClient
) -> None:
    vote = ending(town)
    until = now() + 5 * DAY
    (told,) = done(extended(town, vote, until))["items"]
    assert (told["was_at"], told["reason"]) == (vote["closes_at"], "大雪，很多人没能出门")
    path = f"/consultations/{vote['id']}"
    assert done(town.api.get(path))["closes_at"] == told["closes_at"]
    assert done(town.api.get(f"{path}/extensions"))["items"] == [told]
    deliver_due()
    db.session.rollback()
    check_emitted()
    heard = select(Notification.user_id).where(Notification.kind == "consultation.extended")
    assert Counter(db.session.execute(heard).scalars()) == Counter(town.residents)
    stranger = Browser(client.application.test_client(), "en")
    stranger.open(path)
    assert "Voting goes on for longer" in stranger.text
    assert "大雪" in stranger.text
    notice = done(town.resident(0).get("/me/notifications"))["items"][0]
    assert "大雪" in notice["text"]


def test_it_is_only_moved_to_later(town: Town) -> None:
    vote = ending(town)
    for until in (now() + DAY, datetime.fromisoformat(vote["closes_at"])):
        problem = refused(extended(town, vote, until), 422, "invalid")
        assert problem["errors"][0]["field"] == "closes_at"


def test_not_without_an_end_nor_after_it_nor_when_it_is_counted(
    town: Town, at: Callable[[datetime], None]
) -> None:
    refused(extended(town, town.opened(), now() + DAY), 409, "wrong_state")
    refused(extended(town, town.discussed(closes_at=rfc3339(now() + DAY)), now() + 3 * DAY), 409,
            "wrong_state")  # fmt: skip
    vote = ending(town)
    at(now() + 3 * DAY)
    refused(extended(town, vote, now() + DAY), 409, "wrong_state")
    jobs.close_due()
    refused(extended(town, vote, now() + DAY), 409, "wrong_state")
    assert db.session.query(ClosingExtension).count() == 0


def test_what_was_due_a_moment_ago_and_goes_on_is_not_sealed(town: Town) -> None:
    """The job has seen that the end has come, and meanwhile it was moved: the urn stays open."""
    vote = ending(town)
    with pytest.raises(WrongState), unit_of_work():
        counting.seal(vote["id"])
    assert jobs._close(vote["id"]) == 0
    db.session.rollback()
    row = consultations.as_it_is(vote["id"])
    assert row is not None
    assert (row.status, row.sealed_at) == ("open", None)
    town.vote(0, vote, 1)


@pytest.mark.parallel
def test_closing_and_extending_at_once_leave_one_of_the_two(
    app: Portal,
    town: Town,
    at: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Either it goes on with its later end, or it is sealed with the end that was fixed."""
    votes = [ending(town) for _number in range(4)]
    moments = [datetime.fromisoformat(vote["closes_at"]) for vote in votes]
    committee = db.session.query(User.id).filter(User.email == "committee@example.org").scalar()
    actor = world.principal(str(committee), committee_grant())
    at(max(moments))
    monkeypatch.setattr(extending, "now", lambda: min(moments) - timedelta(milliseconds=5))
    for vote, moment in zip(votes, moments, strict=True):
        sealed, went_on = all_at_once(
            app,
            [
                partial(counting.seal, vote["id"]),
                partial(extend, actor, vote["id"], max(moments) + DAY, "大雪"),
            ],
        )
        row = db.session.get(Consultation, vote["id"], populate_existing=True)
        assert row is not None
        assert [sealed, went_on].count("wrong_state") == 1
        if went_on is None:
            assert (row.closes_at, row.sealed_at) == (max(moments) + DAY, None)
        else:
            assert row.closes_at == moment
            assert row.sealed_at is not None


def test_the_desk_moves_it(town: Town, client: FlaskClient) -> None:
    vote = ending(town)
    desk = at_desk(client, "committee@example.org")
    path = f"{DESK}/{vote['id']}/extend"
    desk.open(f"{DESK}/{vote['id']}")
    assert "Let voting go on for longer" in desk.text
    desk.open(path)
    early, late = (clock.today() + n * DAY for n in (1, 9))
    filled: dict[str, Any] = {"closes_time": "18:00", "reason": "大雪"}
    desk.send(path, 422, closes_on=early.isoformat(), **filled)
    assert "can only be moved to later" in desk.text
    desk.send(path, closes_on=late.isoformat(), **filled)
    assert "Everybody on the roll is told" in desk.text
