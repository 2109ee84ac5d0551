"""Whom a notice concerns is told once, and how many have read it is known by region."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.accounts.services import close_account, give_consent
from portal.core import jobs
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.messages import OutgoingMessage
from portal.core.permissions import Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.notices import queries, services
from portal.notices.errors import NotConcerned
from portal.notices.models import NoticeReach, NoticeReader
from portal.notices.queries import Reach
from portal.notices.rules import Audience, awareness
from portal.notices.services import telling
from portal.regions.queries import path_of
from tests import world
from tests.at_once import all_at_once
from tests.notices.board import committee, do, published, told
from tests.notifications.contract import check_emitted
from tests.world import COMMUNITY, NEXT_COMMUNITY, STREET, make_user, principal

pytestmark = pytest.mark.usefixtures("world")


def resident(name: str, **more: Any) -> Principal:
    """As the portal knows them: with their home and the regions it lies in."""
    verified, home = more.get("verified", True), str(more.get("home", COMMUNITY))
    person = principal(make_user(f"{name}@example.org", **more))
    return replace(person, home_region=home, home_path=path_of(home), verified=verified)


def assert_sums_are_true() -> None:
    """The sums by region are those of the readers."""
    db.session.rollback()
    counted = db.session.execute(
        select(
            NoticeReader.notice_id,
            NoticeReader.region_code,
            func.count(),
            func.count(NoticeReader.opened_at),
            func.count(NoticeReader.confirmed_at),
        ).group_by(NoticeReader.notice_id, NoticeReader.region_code)
    )
    assert sorted(map(tuple, db.session.execute(select(*NoticeReach.__table__.c)))) == sorted(
        map(tuple, counted)
    )


def test_residents_of_the_region_and_below_are_told() -> None:
    here, there = resident("here"), resident("there", home=NEXT_COMMUNITY)
    claimed = resident("claimed", verified=False)
    published(committee(STREET), STREET)
    assert check_emitted() >= 2
    assert told(here.id) == told(there.id) == ["notice.published"]
    assert told(claimed.id) == []
    assert_sums_are_true()


def test_who_belongs_to_several_audiences_is_told_once() -> None:
    both = make_user("both@example.org", roles=[(Role.GRID_WORKER, ScopeKind.REGION, COMMUNITY)])
    staff = make_user(
        "staff@example.org", roles=[(Role.SOCIAL_WORKER, ScopeKind.REGION, COMMUNITY)], home=None
    )
    neighbour = make_user("neighbour@example.org")
    notice = published(committee(), audiences=(Audience.RESIDENTS, Audience.STAFF))
    for person in (both, staff, neighbour):
        assert told(person) == ["notice.published"]
    assert queries.total(notice).told == len(set(_readers(notice)))
    alone = published(committee(NEXT_COMMUNITY), NEXT_COMMUNITY, audiences=(Audience.STAFF,))
    assert both not in _readers(alone)
    assert_sums_are_true()


def test_many_are_told_in_turns(monkeypatch: Any) -> None:
    monkeypatch.setattr(telling, "AT_ONCE", 3)
    people = world.make_users(10)
    notice = published(committee())
    assert Counter(_readers(notice)) == Counter(people)
    assert_sums_are_true()


def test_an_urgent_one_comes_by_e_mail_others_by_consent() -> None:
    lin = make_user("lin@example.org")
    published(committee())
    assert _letters() == 0
    with unit_of_work():
        give_consent(lin, "notices")
    published(committee(STREET), STREET)
    assert _letters() == 1
    published(committee(world.DISTRICT), world.DISTRICT, urgent=True)
    assert _letters() == 2


def test_opening_and_confirming_count_once() -> None:
    lin, bei = resident("lin"), resident("bei", home=NEXT_COMMUNITY)
    notice = published(committee(STREET), STREET, confirm=True)
    for _ in range(2):
        do(services.note_opened, lin, notice)
        do(services.confirm, bei, notice)
    assert queries.total(notice) == Reach(2, 2, 1)
    names = {name: reach for _code, name, reach in queries.by_region(notice, STREET)}
    assert sorted(names.values(), key=lambda each: each.confirmed) == [
        Reach(1, 1, 0),
        Reach(1, 1, 1),
    ]
    assert awareness(1, 2) == 0.5
    assert awareness(0, 0) is None
    assert_sums_are_true()


def test_who_becomes_a_resident_later_joins_by_opening() -> None:
    notice = published(committee(), confirm=True)
    late = resident("late")
    do(services.confirm, late, notice)
    assert queries.total(notice) == Reach(1, 1, 1)
    assert_sums_are_true()


def test_others_may_read_but_are_not_counted() -> None:
    notice, stranger = published(committee(), confirm=True), resident("far", home=NEXT_COMMUNITY)
    do(services.note_opened, stranger, notice)
    with pytest.raises(NotConcerned):
        do(services.confirm, stranger, notice)
    assert queries.total(notice) == Reach(0, 0, 0)


def test_nobody_confirms_what_does_not_ask_for_it() -> None:
    lin = resident("lin")
    notice = published(committee())
    with pytest.raises(WrongState):
        do(services.confirm, lin, notice)
    withdrawn = published(committee(STREET), STREET, confirm=True)
    do(services.withdraw, committee(world.DISTRICT), withdrawn, "写错了")
    with pytest.raises(WrongState):
        do(services.confirm, lin, withdrawn)


def test_what_waits_for_my_confirmation_is_shown_to_me() -> None:
    lin = resident("lin")
    notice = published(committee(), confirm=True)
    published(committee(STREET), STREET)
    assert [row.id for row in queries.to_confirm(lin.id, "en", 5)] == [notice]
    do(services.confirm, lin, notice)
    assert list(queries.to_confirm(lin.id, "en", 5)) == []


def test_many_at_once_are_counted_exactly(app: Any) -> None:
    people = [principal(each) for each in world.make_users(8)]
    notice = published(committee(), confirm=True)
    all_at_once(app, [partial(services.confirm, each, notice) for each in people * 4])
    assert queries.total(notice) == Reach(8, 8, 8)
    assert_sums_are_true()


def test_a_closed_account_leaves_the_sums_and_no_trace() -> None:
    lin = resident("lin")
    notice = published(committee(), confirm=True)
    do(services.confirm, lin, notice)
    close_account(lin, world.PASSWORD)
    jobs.run_until_quiet()
    assert _readers(notice) == []
    assert queries.total(notice) == Reach(1, 1, 1)


def test_who_has_left_is_not_told() -> None:
    lin = make_user("lin@example.org")
    db.session.execute(update(User).where(User.id == lin).values(home_verified_at=None))
    db.session.commit()
    published(committee())
    assert told(lin) == []


def _readers(notice_id: str) -> list[str]:
    db.session.rollback()
    rows = db.session.execute(
        select(NoticeReader.user_id).where(NoticeReader.notice_id == notice_id)
    )
    return list(rows.scalars())


def _letters() -> int:
    jobs.run_until_quiet()
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(OutgoingMessage)).scalar_one()
