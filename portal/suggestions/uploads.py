"""Where pictures of cases are kept: a folder that nothing is served from by its address."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from flask import current_app

from portal.core.unit_of_work import unit_of_work
from portal.core.uploads import forget_picture, keep_picture_and_small, picture_path
from portal.suggestions.queries.photos import names_among

FIELD = "photo"
OLD_ENOUGH = timedelta(days=1)
_AT_ONCE = 500


def photo_folder() -> Path:
    return Path(current_app.instance_path) / "uploads" / "suggestions"


def keep_photo(stream: IO[bytes]) -> str:
    """Write a picture anew, with a small one beside it; returns its file's name.

    Raises:
        Invalid: it is too large, or not a picture of a kind that we take.
    """
    return keep_picture_and_small(photo_folder(), stream, FIELD)


def forget_photo(name: str) -> None:
    """Delete a kept picture and its small one; what is gone stays gone."""
    forget_picture(photo_folder(), name)


def forget_unused() -> int:
    """Delete pictures that a process left behind which ended before it had written whose they are:
    files older than a day that no case has. Returns how many."""
    folder, unused = photo_folder(), 0
    before = time.time() - OLD_ENOUGH.total_seconds()  # noqa: TID251 - files go by the machine's
    old = sorted(path.name for path in folder.glob("*.webp") if _written_at(path) < before)
    for begin in range(0, len(old), _AT_ONCE):
        some = old[begin : begin + _AT_ONCE]
        for name in set(some) - names_among(some):
            forget_photo(name)
            unused += 1
    return unused


def _written_at(path: Path) -> float:
    """When a file was last written; for one that somebody deletes at this moment, just now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def photo_path(name: str, *, small: bool = False) -> Path:
    """Where a kept picture lies.

    Raises:
        NotFound: there is none.
    """
    return picture_path(photo_folder(), name, small=small)


def with_photos(streams: Sequence[IO[bytes]], deed: Callable[[list[str]], None]) -> None:
    """Keep pictures, then do something with their names in a unit of work. If that fails, they are
    not kept. For pages; the API's uploads do the same.

    Raises:
        Invalid: one is no picture that we take.
        DomainError: what the deed refuses.
    """
    names: list[str] = []
    try:
        for stream in streams:
            names.append(keep_photo(stream))  # noqa: PERF401 - what is kept when one fails counts
        with unit_of_work():
            deed(names)
    except BaseException:
        for name in names:
            forget_photo(name)
        raise
