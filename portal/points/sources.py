"""What decisions on rules came of, where it was not the committee alone: votes.

Votes live in a room above, which says here what they are called and where their page is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

Titles = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Source:
    """``titles`` finds what some are called, by their ids, in one statement; ``endpoint`` is their
    public page, which takes the id by the name ``argument``."""

    titles: Titles
    endpoint: str
    argument: str


_known: list[Source] = []


def register(source: Source) -> None:
    """Make votes known."""
    if source not in _known:
        _known.append(source)


def titles_of(source_ids: Collection[str]) -> dict[str, str]:
    """What some sources are called; unknown ones are left out."""
    return {
        source_id: title
        for source in _known
        for source_id, title in source.titles(source_ids).items()
    }


def page_of() -> tuple[str, str] | None:
    """The endpoint of a source's public page and the name of its argument; None without any."""
    return next(((each.endpoint, each.argument) for each in _known), None)
