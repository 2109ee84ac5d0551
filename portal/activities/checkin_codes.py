"""The code on the host's screen: ten digits that change every 15 seconds and are stored nowhere.

The first four digits are the shift's number, drawn at random when the shift is made and indexed:
they lead from a typed code to the few shifts that could be meant, without a look at all that run in
the city (a number may belong to several shifts). The other six are an HMAC-SHA-256 over shift and
window under a key derived from the portal's secret: they prove that the code was on that screen
just now. A code is good for two windows, so that one has 15 to 30 seconds to type it; for ten
minutes more it is known to be an old one. Six digits and a limit on attempts leave a guesser a
chance of two in a million a try.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

WINDOW = timedelta(seconds=15)
GOOD_WINDOWS = 2
REMEMBERED = timedelta(minutes=10)
NUMBER_DIGITS = 4
PROOF_DIGITS = 6
DIGITS = NUMBER_DIGITS + PROOF_DIGITS
NUMBERS = 10**NUMBER_DIGITS

_SECONDS = int(WINDOW.total_seconds())
_REMEMBERED_WINDOWS = int(REMEMBERED / WINDOW)


class Age(Enum):
    """How a code stands to a shift at an instant."""

    GOOD = "good"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ShownCode:
    """What the host's screen shows: replaced at ``changes_at``, taken until ``valid_until``."""

    digits: str
    changes_at: datetime
    valid_until: datetime


class CheckinCodes:
    """Makes and judges codes under one key."""

    def __init__(self, secret: str) -> None:
        # HKDF-Expand (RFC 5869) with one block: the secret is already uniform.
        self._key = hmac.new(secret.encode(), b"portal.checkin-code\x01", hashlib.sha256).digest()

    def shown(self, shift_id: str, number: int, at: datetime) -> ShownCode:
        window = _window(at)
        begins = datetime.fromtimestamp(window * _SECONDS, UTC)
        return ShownCode(
            f"{number:0{NUMBER_DIGITS}}{self._proof(shift_id, window)}",
            begins + WINDOW,
            begins + GOOD_WINDOWS * WINDOW,
        )

    def age(self, digits: str, shift_id: str, at: datetime) -> Age:
        """How old a code of this shift's number is; compared in constant time."""
        proof, present = digits[NUMBER_DIGITS:], _window(at)
        if any(self._matches(proof, shift_id, present - back) for back in range(GOOD_WINDOWS)):
            return Age.GOOD
        old = range(GOOD_WINDOWS, GOOD_WINDOWS + _REMEMBERED_WINDOWS)
        if any(self._matches(proof, shift_id, present - back) for back in old):
            return Age.EXPIRED
        return Age.UNKNOWN

    def _matches(self, proof: str, shift_id: str, window: int) -> bool:
        return hmac.compare_digest(proof, self._proof(shift_id, window))

    def _proof(self, shift_id: str, window: int) -> str:
        message = f"{shift_id}:{window}".encode()
        digest = hmac.new(self._key, message, hashlib.sha256).digest()
        return f"{int.from_bytes(digest[:8]) % 10**PROOF_DIGITS:0{PROOF_DIGITS}}"


def number_in(code: str) -> int | None:
    """The shift's number in a code as typed; None if it cannot be one of ours."""
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    return int(code[:NUMBER_DIGITS])


def _window(at: datetime) -> int:
    return int(at.timestamp()) // _SECONDS
