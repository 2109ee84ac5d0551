"""Sealed envelopes: what is in them, and that all of one vote are of one length.

An envelope is a libsodium sealed box: 48 bytes over the text, with a sender's key of its own, so
that equal ballots look different. Choices are written as the places of the options in their
printed order, which is fixed when voting begins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from portal.consultations.board import Ballot
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import Choices, Terms

OVERHEAD = 48
PAGE = 256 * 1024
"""Paper tallies are padded to a multiple of this: more than any holds that comes in a body of a
megabyte. A length that went with the ballots would say how many of them are blank."""


class UnreadableEnvelope(Exception):
    """An envelope that the key does not open, or that does not hold what it should."""


def size_for(terms: Terms) -> int:
    """How many bytes every envelope of a vote has: as many as its longest ballot needs."""
    places = sorted(range(len(terms.options)), key=lambda place: -len(str(place)))
    longest = places[: min(terms.most_choices, len(places))]
    return OVERHEAD + len(_text([receipts.ALPHABET[0] * receipts.LENGTH, longest]))


def seal(terms: Terms, public_key: bytes, size: int, ballot: Ballot) -> bytes:
    """A ballot in an envelope of ``size`` bytes. The ballot has passed the method's rule."""
    content = _text([ballot.receipt, _places(terms, ballot.choices)])
    return _sealed(public_key, content.ljust(size - OVERHEAD))


def unseal(terms: Terms, private_key: bytes, envelopes: Iterable[bytes]) -> Iterator[Ballot]:
    """The ballots in some envelopes, in their order, each as it is asked for.

    Raises:
        UnreadableEnvelope: the next one cannot be opened or read.
    """
    box = SealedBox(PrivateKey(private_key))
    for envelope in envelopes:
        yield _ballot(terms, _opened(box, envelope))


def seal_tally(terms: Terms, public_key: bytes, ballots: Sequence[Choices]) -> bytes:
    """Paper ballots in one envelope, whose length says nothing of what is on them."""
    content = _text([_places(terms, choices) for choices in ballots])
    pages = -(-(len(content) + OVERHEAD) // PAGE)
    return _sealed(public_key, content.ljust(pages * PAGE - OVERHEAD))


def unseal_tally(terms: Terms, private_key: bytes, envelope: bytes) -> list[tuple[str, ...]]:
    """The choices of the paper ballots in an envelope.

    Raises:
        UnreadableEnvelope: it cannot be opened or read.
    """
    content = _opened(SealedBox(PrivateKey(private_key)), envelope)
    try:
        return [_options(terms, places) for places in content]
    except (LookupError, TypeError):
        raise UnreadableEnvelope from None


def _ballot(terms: Terms, content: Any) -> Ballot:
    try:
        receipt, places = content
        return Ballot(receipts.as_given(receipt), _options(terms, places))
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UnreadableEnvelope from None  # what it held is not repeated anywhere


def _places(terms: Terms, choices: Choices) -> list[int]:
    by_id = {option_id: place for place, option_id in enumerate(terms.option_ids)}
    return [by_id[choice] for choice in choices]


def _options(terms: Terms, places: Sequence[int]) -> tuple[str, ...]:
    if any(place < 0 for place in places):
        raise LookupError("no such place")
    return tuple(terms.option_ids[place] for place in places)


def _text(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _sealed(public_key: bytes, content: bytes) -> bytes:
    return bytes(SealedBox(PublicKey(public_key)).encrypt(content))


def _opened(box: SealedBox[PrivateKey], envelope: bytes) -> Any:
    try:
        return json.loads(box.decrypt(envelope))
    except (CryptoError, ValueError):
        raise UnreadableEnvelope from None
