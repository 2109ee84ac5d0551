"""One line of the table of states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.scenes import Scene


@dataclass(frozen=True)
class State:
    """A page in one of its states.

    ``of`` and ``name`` say which: what the tests demand to be reached is named by them. ``reach``
    leads the scene's page there; ``shows`` is what can be seen then, and only then. On ``paper``
    the page is looked at as it is printed, too.
    """

    of: str
    name: str
    reach: Callable[[Scene], object]
    shows: str
    paper: bool = False

    def __str__(self) -> str:
        return f"{self.of}: {self.name}"


@dataclass(frozen=True)
class Table:
    """States that are looked at one after the other in one demo district: what is empty first, what
    changes something last. ``seen``: pages to which a walk along links may not come, and which
    these states come to."""

    states: tuple[State, ...]
    seen: frozenset[str] = frozenset()


def at(who: str, address: str, **values: str) -> Callable[[Scene], object]:
    """Somebody opens an address; what stands in braces are questions to the database."""

    def reach(scene: Scene) -> object:
        found = {name: scene.id_of(statement) for name, statement in values.items()}
        scene.come(who)
        return scene.go(address.format(**found))

    return reach
