"""Who has a member code: asked of the residents' register, which lives beside this room.

Neighbours do not import each other, so the application introduces them (``portal.app``).
"""

from __future__ import annotations

from collections.abc import Callable

from portal.points.errors import UnknownMember

Lookup = Callable[[str], str | None]
_lookups: list[Lookup] = []


def register(lookup: Lookup) -> None:
    """Let ``lookup`` tell the user id behind a member code; None if nobody has it."""
    _lookups[:] = [lookup]


def find(member_code: str) -> str:
    """The user id behind a member code.

    Raises:
        UnknownMember: nobody has it.
    """
    if not _lookups:
        raise RuntimeError("nobody was introduced who knows the member codes")
    user_id = _lookups[0](member_code)
    if user_id is None:
        raise UnknownMember
    return user_id
