"""Voucher codes: twelve digits, derived from the voucher's id under the portal's secret.

A code is stored nowhere. It is made again from the id when its owner looks at the voucher, and
found by a keyed hash of it when the till sends it; neither the table of vouchers nor a copy of the
whole database leads to a code without ``SECRET_KEY``.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256

from flask import current_app

DIGITS = 12


def code_of(voucher_id: str) -> str:
    """The code of a voucher, twelve digits."""
    seal = hmac.digest(_key("voucher code"), voucher_id.encode(), sha256)
    return str(int.from_bytes(seal) % 10**DIGITS).zfill(DIGITS)


def hash_of(code: str) -> str:
    """What a code is found by, in hexadecimal."""
    return hmac.new(_key("voucher hash"), code.encode(), sha256).hexdigest()


def typed(text: str) -> str:
    """A code as it was meant: full-width digits, spaces, hyphens and other marks forgiven."""
    digits = (str(int(each)) for each in text if each.isdecimal())
    return "".join(digits)


def _key(purpose: str) -> bytes:
    return _derived(str(current_app.config["SECRET_KEY"]), purpose)


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"portal market {purpose}".encode(), sha256)
