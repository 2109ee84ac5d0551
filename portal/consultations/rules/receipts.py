"""Receipts: what a voter keeps to find a ballot on the board again.

A receipt is 26 characters of Crockford's base 32, 130 bits, drawn by the voter's own device. It
stands on the board as it was drawn; when typed in again, case, spaces, hyphens and look-alikes
are forgiven. Ballots that carry the same receipt get ``-1``, ``-2``; paper ballots ``P-…``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
PAPER = "P-"

_EITHER_CASE = frozenset(ALPHABET + ALPHABET.lower())
_DROPPED = str.maketrans("", "", " \t\u00a0\u3000-\u2010\u2011\u2013")
_LOOK_ALIKES = str.maketrans("OoIiLl", "001111")


def draw(source: Random) -> str:
    """A new receipt. ``source`` is a cryptographic generator, except in tests."""
    return "".join(source.choice(ALPHABET) for _ in range(LENGTH))


def as_given(text: str) -> str:
    """The receipt a voter gives, look-alikes and separators put right, the case as it was.

    Raises ValueError if it is not 26 characters of the alphabet then.
    """
    receipt = text.translate(_DROPPED).translate(_LOOK_ALIKES)
    if len(receipt) != LENGTH or not set(receipt) <= _EITHER_CASE:
        raise ValueError("a receipt is 26 characters of Crockford base 32")
    return receipt


def told_apart(receipts: Sequence[str]) -> list[str]:
    """The receipts in the same order; those that are equal get ``-1``, ``-2`` and so on.

    Equal is what a person would type alike. Give them in an order that says nothing.
    """
    owners = Counter(receipt.upper() for receipt in receipts)
    numbers: Counter[str] = Counter()
    apart = []
    for receipt in receipts:
        same = receipt.upper()
        if owners[same] == 1:
            apart.append(receipt)
            continue
        numbers[same] += 1
        apart.append(f"{receipt}-{numbers[same]}")
    return apart


def matching(typed: str, receipts: Iterable[str]) -> list[str]:
    """The receipts of a board that a person may mean; several only if they carry suffixes."""
    meant = folded(typed)
    return [
        receipt
        for receipt in receipts
        if meant in (folded(receipt), folded(_without_suffix(receipt)))
    ]


def _without_suffix(receipt: str) -> str:
    return receipt if receipt.startswith(PAPER) else receipt.partition("-")[0]


def folded(text: str) -> str:
    """A receipt as it is compared: without what people add or mix up when they type it."""
    return text.translate(_DROPPED).translate(_LOOK_ALIKES).upper()
