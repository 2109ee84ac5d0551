"""Letters come when a person wants them: at once, once a day, not at night; each of them once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.core import jobs, outbox
from portal.core.database import db
from portal.core.messages import Channel, OutgoingMessage
from portal.core.unit_of_work import unit_of_work
from portal.notifications import queries, services
from portal.notifications.models import WaitingLetter
from portal.notifications.rules import DIGEST_AT, NIGHT, Habit, send_at
from portal.notifications.services import letters as letters_sent
from tests.at_once import all_at_once
from tests.browsing import Browser
from tests.world import COMMUNITY, make_user, principal

At = Callable[[datetime], None]
HERE = ZoneInfo("Asia/Shanghai")
NIGHTS = (time(22), time(7))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(HERE))  # noqa: DTZ001
HOURS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
HABITS = st.builds(Habit, st.booleans(), st.none() | st.tuples(HOURS, HOURS), st.none())


def clock_at(hour: int, day: int = 20, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HERE)


def quiet(moment: datetime, hours: tuple[time, time] | None) -> bool:
    """Minute by minute, the slow way."""
    if hours is None or hours[0] == hours[1]:
        return False
    here, minute = hours[0], moment.time().replace(second=0, microsecond=0)
    while here != hours[1]:
        if here == minute:
            return True
        here = (datetime.combine(moment.date(), here) + timedelta(minutes=1)).time()
    return False


@given(MOMENTS, HABITS, st.sampled_from(Channel))
def test_nothing_goes_out_in_quiet_hours_or_is_lost(
    at: datetime, habit: Habit, channel: Channel
) -> None:
    due = send_at(at, habit, channel, urgent=False)
    assert at <= due <= at + timedelta(days=2)
    assert not quiet(due, habit.quiet_hours(channel))
    if habit.daily and channel is Channel.EMAIL and not habit.quiet:
        assert due.time() == DIGEST_AT
    assert send_at(at, habit, channel, urgent=True) == at


@pytest.mark.parametrize(
    ("at", "habit", "channel", "due"),
    [
        (clock_at(23), Habit(), Channel.EMAIL, clock_at(23)),
        (clock_at(23), Habit(), Channel.SMS, clock_at(7, 21)),
        (clock_at(6), Habit(), Channel.SMS, clock_at(7)),
        (clock_at(7), Habit(), Channel.SMS, clock_at(7)),
        (clock_at(23), Habit(quiet=NIGHTS), Channel.EMAIL, clock_at(7, 21)),
        (clock_at(9), Habit(daily=True), Channel.EMAIL, clock_at(18)),
        (clock_at(18), Habit(daily=True), Channel.EMAIL, clock_at(18, 21)),
        (clock_at(9), Habit(daily=True), Channel.SMS, clock_at(9)),
        (clock_at(9), Habit(daily=True, quiet=(time(17), time(20))), Channel.EMAIL, clock_at(20)),
    ],
)
def test_when_a_letter_goes_out(
    at: datetime, habit: Habit, channel: Channel, due: datetime
) -> None:
    assert send_at(at, habit, channel, urgent=False) == due
    assert NIGHT == NIGHTS


# --- in the portal --------------------------------------------------------------------------------


@pytest.fixture
def lin(world: Any, at: At) -> str:
    at(clock_at(9))
    return make_user("lin@example.org", locale="en")


def tell(user_id: str, title: str = "清扫", kind: str = "activity.cancelled") -> None:
    params: dict[str, Any] = {"title": title, "reason": "下雨"}
    if kind.startswith("notice."):
        params = {
            "titles": {"en": title},
            "summaries": {"en": title},
            "region_code": COMMUNITY,
        }
    with unit_of_work():
        outbox.emit("notify", user_id=user_id, kind=kind, params=params, url="/activities")
    jobs.run_until_quiet()


def letters() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(OutgoingMessage.channel, OutgoingMessage.subject).order_by(OutgoingMessage.id)
    )
    return [(row.channel, row.subject) for row in rows]


def waiting() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(WaitingLetter)).scalar_one()


def choose(user_id: str, habit: Habit) -> None:
    with unit_of_work():
        services.choose_times(principal(user_id), habit)


def test_all_of_a_day_comes_in_one_letter(lin: str, at: At) -> None:
    choose(lin, Habit(daily=True))
    for title in ("清扫", "送餐", "站岗"):
        tell(lin, title)
    assert (letters(), waiting()) == ([], 3)
    at(clock_at(18, minute=1))
    jobs.run_until_quiet()
    assert letters() == [("email", "3 pieces of news: Cancelled: 清扫")]
    body = db.session.execute(select(OutgoingMessage.body)).scalar_one()
    assert all(title in body for title in ("清扫", "送餐", "站岗"))
    assert waiting() == 0
    jobs.run_until_quiet()
    assert len(letters()) == 1


def test_what_was_read_meanwhile_is_not_sent(lin: str, at: At) -> None:
    choose(lin, Habit(daily=True))
    tell(lin)
    with unit_of_work():
        services.mark_all_read(principal(lin))
    at(clock_at(18, minute=1))
    jobs.run_until_quiet()
    assert (letters(), waiting()) == ([], 0)


def test_what_is_urgent_comes_at_any_hour(lin: str, at: At) -> None:
    choose(lin, Habit(daily=True, quiet=NIGHTS))
    at(clock_at(23))
    tell(lin, "No water", "notice.urgent")
    assert letters() == [("email", "Urgent: No water")]


def test_who_has_only_a_phone_gets_a_text_but_not_at_night(world: Any, at: At) -> None:
    at(clock_at(23))
    wang = make_user("13800000001", locale="en")
    tell(wang)
    assert (letters(), waiting()) == ([], 1)
    at(clock_at(7, 21, 1))
    jobs.run_until_quiet()
    assert letters() == [("sms", "Cancelled: 清扫")]
    tell(wang, kind="record.upheld")  # nothing important: no money is spent on it
    assert len(letters()) == 1
    choose(wang, Habit(texts=False))
    tell(wang)
    assert len(letters()) == 1


def test_many_workers_send_one_letter(lin: str, at: At, app: Any) -> None:
    choose(lin, Habit(daily=True))
    for _ in range(5):
        tell(lin)
    at(clock_at(18, minute=1))
    sent = all_at_once(app, [lambda: letters_sent.send_to(lin, Channel.EMAIL, None)] * 12)
    assert sorted(sent) == [0] * 11 + [1]
    assert len(letters()) == 1


def test_times_are_chosen_on_a_page(lin: str, app: Any) -> None:
    browser = Browser(app.test_client()).sign_in("lin@example.org")
    browser.open("/me/notifications/times")
    browser.send("/me/notifications/times", 422, rhythm="daily", quiet_from="22:00")
    assert "Please give both times" in browser.page.text
    browser.send("/me/notifications/times", 422, rhythm="daily", quiet_from="", quiet_until="07:00")
    browser.send("/me/notifications/times", rhythm="daily", quiet_from="22:00", quiet_until="07:00")
    assert "Your choice is kept." in browser.page.text
    assert queries.habit_of(lin) == Habit(daily=True, quiet=NIGHTS)
    assert "text message too" not in browser.page.text
