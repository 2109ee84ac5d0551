"""Who has a member code: asked of the residents' register, which lives beside this room.

Neighbours do not import each other, so the application introduces them (``portal.app``).
"""

from __future__ import annotations

from collections.abc import Callable

from portal.points.errors import UnknownMember

Lookup = Callable[[str], tuple[str, str | None] | None]
_lookups: list[Lookup] = []


def register(lookup: Lookup) -> None:
    """Let ``lookup`` tell the user id behind a member code, and their home region if they say one;
    None if nobody has the code."""
    _lookups[:] = [lookup]


def find(member_code: str) -> tuple[str, str | None]:
    """The user id behind a member code, and the code of their home region, claimed or verified.

    Raises:
        UnknownMember: nobody has it.
    """
    if not _lookups:
        raise RuntimeError("nobody was introduced who knows the member codes")
    member = _lookups[0](member_code)
    if member is None:
        raise UnknownMember
    return member
