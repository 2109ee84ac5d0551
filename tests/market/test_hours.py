"""When the till takes a voucher, and that pages promise no other time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.app import Portal
from portal.market.rules import DAY_MINUTES, EVERY_DAY, Hours
from tests.browsing import Browser
from tests.market import town
from tests.market.conftest import Market

At = Callable[[datetime], None]
Browse = Callable[[str], Browser]

MONDAY_MORNING = {"weekdays": [1], "opens": "09:00", "closes": "11:00"}
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
minutes = st.integers(0, DAY_MINUTES - 1)


@pytest.fixture
def browse(app: Portal) -> Callable[[str], Browser]:
    return lambda login: Browser(app.test_client()).sign_in(login)


@given(
    weekdays=st.integers(1, EVERY_DAY),
    span=st.lists(st.integers(0, DAY_MINUTES), min_size=2, max_size=2, unique=True).map(sorted),
    day=days,
    minute=minutes,
)
def test_the_next_time_is_the_first_that_the_till_takes(
    weekdays: int, span: list[int], day: date, minute: int
) -> None:
    hours = Hours(weekdays, *span)
    next_day, next_minute = hours.next_taking(day, minute)
    assert hours.admit(next_day, next_minute)
    assert (next_day, next_minute) >= (day, minute)
    week = [day + timedelta(days=ahead) for ahead in range((next_day - day).days + 1)]
    earlier = [
        (each, at)
        for each in week
        for at in {minute, hours.opens, hours.closes - 1}  # where taking begins and ends
        if (day, minute) <= (each, at) < (next_day, next_minute)
    ]
    assert not any(hours.admit(*moment) for moment in earlier)


def test_a_voucher_says_when_it_can_be_used_next(market: Market, at: At, browse: Browse) -> None:
    offer = town.publish(market.owner, market.shop, valid_hours=MONDAY_MORNING)
    anna = browse("anna@example.org")
    anna.open(f"/exchange/{offer}")
    assert "A voucher taken now can be used from Mon 23 Nov 09:00." in anna.text
    voucher = town.take(market.anna, offer)
    page = f"/me/vouchers/{voucher['id']}"

    anna.open("/me/vouchers")
    assert "can be used from Mon 23 Nov 09:00, good until" in anna.text
    anna.open("/me")
    assert "can be used from Mon 23 Nov 09:00" in anna.text
    anna.open(page)
    assert "From Mon 23 Nov 09:00" in anna.text
    assert "Ready to use" not in anna.text

    at(town.NOON + timedelta(days=2, hours=-3))  # Monday, 09:00
    anna.open(page)
    assert "Ready to use" in anna.text
    assert "From Mon" not in anna.text
    answer = market.till.post("/vouchers/redeem", {"code": voucher["code"]})
    assert answer.status_code == 200, answer.text


def test_a_voucher_that_ends_before_it_is_taken_says_so(
    market: Market, at: At, browse: Browse
) -> None:
    offer = town.publish(
        market.owner, market.shop, valid_hours=MONDAY_MORNING, voucher_days=1
    )  # good for Saturday and Sunday
    anna = browse("anna@example.org")
    anna.open(f"/exchange/{offer}")
    assert "would end before the shop takes it" in anna.text
    voucher = town.take(market.anna, offer)
    anna.open("/me/vouchers")
    assert "not taken any more before it ends" in anna.text
    anna.open(f"/me/vouchers/{voucher['id']}")
    assert "Give it back, and its points are yours again" in anna.text
    assert "Not taken any more" in anna.text
    assert "From Mon" not in anna.text
