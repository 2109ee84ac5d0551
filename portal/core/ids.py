"""Identifiers: opaque, unguessable, and in the order of their making where that helps an index."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Base 32 without i, l, o, u (Crockford), lower case: safe to read aloud and to type."""

LENGTH = 26
_RANDOM_BITS = 80


def new_id() -> str:
    """26 characters: 48 bits of the machine's time in milliseconds, 80 random bits (a ULID).

    Never for ballots, receipts or anything that must not be linked by order: see
    :func:`random_code`.
    """
    value = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return _encode(value, LENGTH)


def earlier_id(identifier: str, distance: timedelta) -> str:
    """The smallest id that could have been made ``distance`` before ``identifier`` was."""
    value = 0
    for character in identifier:
        value = value << 5 | CROCKFORD.index(character)
    milliseconds = (value >> _RANDOM_BITS) - int(distance.total_seconds() * 1_000)
    return _encode(max(milliseconds, 0) << _RANDOM_BITS, LENGTH)


def random_code(length: int) -> str:
    """``length`` random Crockford characters, five bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def normalized_code(text: str) -> str:
    """A typed code as it was meant: case, spaces, hyphens and look-alikes forgiven."""
    plain = "".join(c for c in text.lower() if c not in " -\t\u3000")
    return plain.translate(str.maketrans("oil", "011"))


def in_fours(code: str) -> str:
    """A code in capitals and in groups of four, as people read and type it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4)).upper()


def with_check_digit(code: str) -> str:
    """``code`` and one more character that catches every single typing error."""
    return code + _check_digit(code)


def has_valid_check_digit(code: str) -> bool:
    return len(code) > 1 and set(code) <= set(CROCKFORD) and _check_digit(code[:-1]) == code[-1]


def _check_digit(code: str) -> str:
    """Luhn's rule over 32 characters (ISO/IEC 7812-1, annex B, with base 32 for base 10)."""
    total = 0
    for position, character in enumerate(reversed(code)):
        value = CROCKFORD.index(character) * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return CROCKFORD[-total % 32]


_PAIRS = [a + b for a in CROCKFORD for b in CROCKFORD]


def _encode(value: int, length: int) -> str:
    """``length`` (even) characters; two at a time, since every request needs a few ids."""
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])
