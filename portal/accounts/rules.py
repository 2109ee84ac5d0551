"""What a good password is, when a login is locked, what a person is asked to agree to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from portal.core.i18n import lazy_gettext as _l

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
LONGEST_NAME = 60

FAILURES_TO_LOCK = 5
"""Wrong passwords in a row from one network."""
FAILURES_TO_LOCK_ANYWHERE = 50
"""From all networks together: then the login is locked for everybody."""
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
MOST_CODE_ATTEMPTS = 5
MOST_CODES_AN_HOUR = 5
"""To one address, asked for from one network."""
MOST_CODES_AN_HOUR_ANYWHERE = 20
"""To one address, whoever asks."""
CODES_AT_A_TIME = 2
"""How many codes of one asker hold: the newest, and the one before that may still be on its way."""

SESSION_LIFETIME = timedelta(days=30)
SEEN_AT_MOST_EVERY = timedelta(hours=1)

MEMBER_CODE_LENGTH = 11
"""Random characters of a member code (55 bits); a check digit follows them."""

# fmt: off
_OFTEN_USED = frozenset({
    "password", "passw0rd", "password1", "password123", "12345678", "123456789", "1234567890",
    "87654321", "11111111", "88888888", "66666666", "00000000", "qwertyui", "qwertyuiop",
    "1qaz2wsx", "qwer1234", "asdfghjkl", "abcd1234", "abc12345", "a1234567", "a12345678",
    "a123456789", "123456789a", "12345678a", "woaini520", "woaini1314", "iloveyou", "5201314520",
    "letmein1", "sunshine", "welcome1", "admin123", "admin1234", "administrator", "123123123",
    "12341234", "11223344", "147258369", "1q2w3e4r", "1q2w3e4r5t", "zxcvbnm123", "asdf1234",
    "test1234", "qwerty123",
})
# fmt: on
_ROWS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")


class CodePurpose(StrEnum):
    """What a one-time code opens."""

    REGISTER = "register"
    RESET = "reset"
    ADDRESS = "address"


class SessionKind(StrEnum):
    WEB = "web"
    TOKEN = "token"  # noqa: S105 - a kind, no secret


class ClaimState(StrEnum):
    WAITING = "waiting"
    VERIFIED = "verified"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """It was confirmed, and holds no more."""


class Belonging(StrEnum):
    """In which way a person belongs to a community."""

    HOME = "home"
    WORK = "work"


@dataclass(frozen=True)
class Purpose:
    """One use of a person's data. ``version`` changes when the words do."""

    name: str
    version: str
    title: Any
    words: Any
    needed: bool = False


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "service",
        "2026-11",
        _l("Running the portal"),
        _l(
            "We keep your name, your address for messages, your community, and what you do here, "
            "so that you can take part, earn points and use them. Without this there is no account."
        ),
        needed=True,
    ),
    Purpose(
        "notices",
        "2026-11",
        _l("News of my community"),
        _l(
            "We send you announcements by e-mail or text message. What concerns you is always sent."
        ),
    ),
    Purpose(
        "statistics",
        "2026-11",
        _l("Statistics by age"),
        _l("We count you, without your name, in statistics that need your year of birth."),
    ),
)


def purpose_named(name: str) -> Purpose | None:
    return next((each for each in PURPOSES if each.name == name), None)


def password_problem(password: str, personal: tuple[str, ...] = ()) -> Any | None:
    """What is wrong with a new password, in a sentence; None if nothing is.

    ``personal`` are words that say who the person is (name, login): too easy to guess.
    """
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return _l("Use at least %(least)s characters.", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return _l("Use at most %(most)s characters.", most=LONGEST_PASSWORD)
    if plain in _OFTEN_USED or len(set(plain)) < 3 or any(plain in row for row in _ROWS):
        return _l("This password is among the first that are guessed. Choose another one.")
    if any(plain == word.casefold() for word in personal if word):
        return _l("Do not use your name or your login as the password.")
    return None


def lock_after(failures: int, every: int = FAILURES_TO_LOCK) -> timedelta | None:
    """For how long a login is locked after so many wrong passwords in a row; None: it is not.

    Every fifth failure (or ``every`` so many) locks, each time twice as long, a day at most.
    """
    rounds, rest = divmod(failures, every)
    if rest or not rounds:
        return None
    doubled: int = 2 ** min(rounds - 1, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)
