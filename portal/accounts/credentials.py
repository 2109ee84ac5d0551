"""Secrets: passwords (Argon2id), the random secrets of sessions, keyed hashes of short codes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

# OWASP's second profile: 19 MiB, two passes, one lane; some 30 ms of one core.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """The Argon2id hash of a password. Slow by intention: never inside a unit of work."""
    return _hasher.hash(_plain(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one hashed. Without a hash the same work is done for nothing, so
    that the time does not tell whether there is an account."""
    try:
        _hasher.verify(password_hash or _DUMMY, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other (weaker) settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


def new_secret() -> str:
    """The secret of a session or token: 256 random bits."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is kept of a random secret: its SHA-256 (it cannot be guessed, so no more is needed)."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_code(digits: int) -> str:
    """A code of some decimal digits."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def keyed_hash(purpose: str, text: str) -> str:
    """What is kept of something short enough to try all of: an HMAC under the portal's secret."""
    key = f"{purpose}:{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _plain(password: str) -> bytes:
    """One form for what looks the same: full-width digits typed on a Chinese keyboard, accents."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
