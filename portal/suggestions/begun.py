"""Pictures of a report that is not sent yet: what was chosen once need not be chosen again when
something else has to be corrected. Each person has a folder, emptied after a day."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from flask import current_app

from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.uploads import keep_picture_and_small, picture_path
from portal.suggestions.uploads import FIELD, photo_folder

KEPT_FOR = timedelta(days=1)
_SUFFIX = ".webp"


def _all() -> Path:
    return Path(current_app.instance_path) / "uploads" / "begun"


def _own(user_id: str) -> Path:
    return _all() / user_id


def keep(user_id: str, stream: IO[bytes]) -> str:
    """Write a picture anew and keep it for a day; returns its name.

    Raises:
        Invalid: it is too large, or not a picture of a kind that we take.
    """
    name = keep_picture_and_small(_own(user_id), stream, FIELD)
    instant = now().timestamp()  # the portal's, by which it is forgotten
    for file in _own(user_id).rglob(name):
        os.utime(file, (instant, instant))
    return name.removesuffix(_SUFFIX)


def known(user_id: str, names: Iterable[str]) -> list[str]:
    """Those of some names that are pictures of this person, each once."""
    return [each for each in dict.fromkeys(names) if _is_there(user_id, each)]


def path(user_id: str, name: str) -> Path:
    """Where the small one of a picture lies.

    Raises:
        NotFound: there is none, or it is another person's.
    """
    return picture_path(_own(user_id), name + _SUFFIX, small=True)


def _is_there(user_id: str, name: str) -> bool:
    try:
        path(user_id, name)
    except NotFound:
        return False
    return True


@dataclass
class HandOver:
    """Pictures that are with those of cases for the time being: ``names`` of their files. Without
    ``is_done`` they come back."""

    names: list[str]
    is_done: bool = False


@contextmanager
def handed_over(user_id: str, names: Sequence[str]) -> Iterator[HandOver]:
    """Move pictures to where those of cases are, for a deed that may fail as late as when it is
    committed."""
    own, kept = _own(user_id), photo_folder()
    files = [file.relative_to(own) for name in names for file in own.rglob(name + _SUFFIX)]
    for file in files:
        (kept / file).parent.mkdir(parents=True, exist_ok=True)
        (own / file).rename(kept / file)
    hand_over = HandOver([name + _SUFFIX for name in names])
    try:
        yield hand_over
    finally:
        if not hand_over.is_done:
            for file in files:
                (kept / file).rename(own / file)


def forget_old() -> int:
    """Delete what nobody has sent for a day; returns how many files."""
    before = (now() - KEPT_FOR).timestamp()
    old = [file for file in _all().rglob(f"*{_SUFFIX}") if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
