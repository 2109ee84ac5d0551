"""Answers that repeat what was chosen, of one length.

Proxies write the length of every answer into their logs, with the address that asked and the time.
A page that says “Lamp” is shorter than one that says “A new roof for the boiler house”.
"""

from __future__ import annotations

import secrets

EVEN = 32 * 1024
"""In bytes. More than a ballot of a hundred options takes; longer ones are told apart by multiples
of it at most."""
_BEFORE, _AFTER = "<!--", "-->"


def evened(page: str) -> str:
    """The page with a comment behind it that makes its length a multiple of :data:`EVEN`.

    A part of the comment, nobody knows how much, is noise that does not compress away: where a
    proxy compresses, the length is anybody's guess."""
    missing = -len((page + _BEFORE + _AFTER).encode()) % EVEN
    noise = secrets.token_hex(EVEN // 2)[: secrets.randbelow(missing + 1)]
    return f"{page}{_BEFORE}{noise.ljust(missing)}{_AFTER}"
