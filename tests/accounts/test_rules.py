"""The pure decisions: passwords, locks, addresses, names of browsers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.addresses import understood
from portal.accounts.agents import summary_of
from portal.accounts.rules import lock_after, password_problem


@pytest.mark.parametrize(
    "password",
    ["1234567", "password", "PASSWORD123", "88888888", "abababab", "12345678", "qwertyui"],
)
def test_what_is_guessed_first_is_no_password(password: str) -> None:
    assert password_problem(password) is not None


@pytest.mark.parametrize(
    "password", ["demo-portal", "correct horse", "红山下的社区真好啊", "x7#kQ2!p"]
)
def test_what_is_long_enough_and_not_guessed_is_one(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (1, None), (4, None), (5, 15), (6, None), (10, 30), (15, 60), (20, 120)],
)
def test_every_fifth_failure_locks_twice_as_long(failures: int, minutes: int | None) -> None:
    expected = timedelta(minutes=minutes) if minutes else None
    assert lock_after(failures) == expected


def test_a_lock_is_a_day_at_most() -> None:
    assert max(filter(None, map(lock_after, range(2_000)))) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("A.B@Example.ORG", "a.b@example.org"),
        ("  a@example.org\n", "a@example.org"),
        ("13800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("+49 1512 3456789", "+4915123456789"),
    ],
)
def test_an_address_has_one_form(typed: str, meant: str) -> None:
    address = understood(typed)
    assert address is not None
    assert address.value == meant


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a", "a@b", "a@localhost", "@example.org", "110", "010-12345678", "a b@c.org"],
)
def test_what_is_no_address(typed: str) -> None:
    assert understood(typed) is None


def test_an_address_is_shown_only_in_part() -> None:
    for typed, shown in (
        ("liu@example.org", "l***@example.org"),
        ("13812348000", "+86138****8000"),
    ):
        address = understood(typed)
        assert address is not None
        assert address.masked == shown


@pytest.mark.parametrize(
    ("agent", "summary"),
    [
        ("Mozilla/5.0 (Linux; Android 14) … Chrome/120 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; …) AppleWebKit … MicroMessenger/8.0", "WeChat · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) … Version/17 Safari/605", "Safari · macOS"),
        ("kiosk/1.4 (libcurl)", "kiosk/1.4"),
        ("", ""),
        ("\u202ex" * 100, "x" * 40),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, summary: str) -> None:
    assert summary_of(agent) == summary
