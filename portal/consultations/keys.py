"""The key of a vote: made at opening, sealed under the portal's secret or under a split one.

With the portal, the private key lies in the database under a key derived from ``SECRET_KEY``.
With trustees it lies there under 16 random bytes that are split k of n (Shamir over GF(2¹²⁸)) and
forgotten: nothing in the database, and nothing the portal knows, opens the urn then.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256, sha512

from Crypto.Protocol.SecretSharing import Shamir
from flask import current_app
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import SecretBox

from portal.core.ids import (
    CROCKFORD,
    has_valid_check_digit,
    normalized_code,
    with_check_digit,
)

SECRET_BYTES = 16
MOST_SHARES = 16
_CHARACTERS = 26
_PORTAL, _TRUSTEES = b"portal ballots", b"trustee ballots"


class WrongKey(Exception):
    """The secret at hand does not open the sealed private key."""


class UnreadableShare(ValueError):
    """What was typed is no share: a character is wrong or missing."""


@dataclass(frozen=True)
class Made:
    """A new key pair: the public half, the other half sealed, and (with trustees) the shares as
    they are printed and their hashes. The shares are shown once and kept nowhere."""

    public: bytes
    sealed_private: bytes
    shares: tuple[str, ...] | None = None
    share_hashes: tuple[str, ...] | None = None


def make(consultation_id: str) -> Made:
    """A key pair whose private half the portal holds."""
    pair = PrivateKey.generate()
    return Made(_public(pair), _seal(_portal_key(consultation_id), pair))


def make_for_trustees(consultation_id: str, shares: int, needed: int) -> Made:
    """A key pair whose private half any ``needed`` of ``shares`` trustees open together."""
    pair, secret = PrivateKey.generate(), secrets.token_bytes(SECRET_BYTES)
    parts = Shamir.split(needed, shares, secret)
    return Made(
        _public(pair),
        _seal(_derived(_TRUSTEES, secret, consultation_id), pair),
        tuple(_printed(number, part) for number, part in parts),
        tuple(_hash(number, part) for number, part in parts),
    )


def private_key(consultation_id: str, sealed: bytes) -> bytes:
    """The private key that the portal holds.

    Raises:
        WrongKey: it was sealed under another ``SECRET_KEY``.
    """
    return _open(_portal_key(consultation_id), sealed)


def private_key_of_trustees(
    consultation_id: str, sealed: bytes, parts: Mapping[int, bytes], needed: int
) -> bytes:
    """The private key that trustees open with their parts; more than ``needed`` do no harm.

    Raises:
        WrongKey: these parts do not open it.
    """
    secret = Shamir.combine(list(parts.items())[:needed])
    return _open(_derived(_TRUSTEES, secret, consultation_id), sealed)


def read_share(text: str) -> tuple[int, bytes]:
    """The number and the part of a share as typed: case, spaces and look-alikes forgiven.

    Raises:
        UnreadableShare: it is none.
    """
    number, hyphen, code = text.strip().partition("-")
    plain = normalized_code(code)
    if not (hyphen and number.isascii() and number.isdigit() and len(number) <= 2):
        raise UnreadableShare
    if len(plain) != _CHARACTERS + 1 or not has_valid_check_digit(plain):
        raise UnreadableShare
    value = 0
    for character in plain[:_CHARACTERS]:
        value = value << 5 | CROCKFORD.index(character)
    if value >> 8 * SECRET_BYTES:
        raise UnreadableShare
    return int(number), value.to_bytes(SECRET_BYTES)


def is_share_of(number: int, part: bytes, hashes: Sequence[str]) -> bool:
    """Whether a share is one of those whose hashes are kept."""
    return 1 <= number <= len(hashes) and hashes[number - 1] == _hash(number, part)


def _printed(number: int, part: bytes) -> str:
    """``3-`` and 27 characters of Crockford's base 32, the last one a check digit."""
    value = int.from_bytes(part)
    code = "".join(CROCKFORD[value >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))
    return f"{number}-{with_check_digit(code).upper()}"


def _hash(number: int, part: bytes) -> str:
    return sha256(b"%d:" % number + part).hexdigest()


def _public(pair: PrivateKey) -> bytes:
    return bytes(pair.public_key)


def _portal_key(consultation_id: str) -> bytes:
    return _derived(_PORTAL, str(current_app.config["SECRET_KEY"]).encode(), consultation_id)


def _derived(context: bytes, secret: bytes, consultation_id: str) -> bytes:
    key = sha512(secret).digest()  # BLAKE2b takes keys of up to 64 bytes
    return blake2b(consultation_id.encode(), key=key, person=context, digest_size=32).digest()


def _seal(key: bytes, pair: PrivateKey) -> bytes:
    return bytes(SecretBox(key).encrypt(bytes(pair)))


def _open(key: bytes, sealed: bytes) -> bytes:
    try:
        return bytes(SecretBox(key).decrypt(sealed))
    except CryptoError:
        raise WrongKey from None
