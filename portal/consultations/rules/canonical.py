"""Canonical JSON (RFC 8785) for what boards are made of, and the hash over it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

_LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The one spelling of a value that everybody hashes alike, in UTF-8.

    Texts, whole numbers up to 2⁵³ − 1, booleans, null, lists and objects. Raises ValueError for
    anything else: floating point has no place on a board, and a lone surrogate no UTF-8.
    """
    plain = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    try:
        return plain.encode()
    except UnicodeEncodeError as error:
        raise ValueError("a text with a lone surrogate") from error


def digest(value: Any) -> str:
    """SHA-256 over the canonical JSON, lower-case hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def _ordered(value: Any) -> Any:
    """The value with the keys of its objects in the order of their UTF-16 code units."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError("a number that not every reader keeps exactly")
        return value
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key that is not a text")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _ordered(value[key]) for key in keys}
    raise ValueError(f"{type(value).__name__} does not go on a board")
