"""The lot that breaks ties: drawn from the genesis and all ballots together.

Each option has a lot, the SHA-256 of a seed and its id; where a count leaves options equal, the
smallest lot comes first. The seed is the hash of the genesis and of the multiset of all choices.
So the rule is public beforehand, the lots are known to nobody before the last ballot is in, and
whoever has the board can draw them again. Why so: docs/decisions/0022-ties.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from portal.consultations.rules.ballots import Choices

TIE_RULE = "lot_of_all_ballots"
"""The rule's name, as it stands in a consultation's ``tie_rule``."""


class Decides(StrEnum):
    """What a tie was about."""

    WINNER = "winner"
    ELIMINATION = "elimination"
    NEXT = "next"


@dataclass(frozen=True)
class Tie:
    """One use of the lot: between which options, smallest lot first, and which one it hit.

    For an elimination ``taken`` is the option that leaves, the largest lot; otherwise the one
    that wins or comes next, the smallest. In a greedy count all of them come in this order.
    """

    decides: Decides
    between: tuple[str, ...]
    taken: str


@dataclass(frozen=True)
class Lots:
    """The lots of one vote. ``seed`` is 64 hexadecimal digits."""

    seed: str

    def of(self, option_id: str) -> str:
        """The lot of an option, 64 hexadecimal digits; compared as text."""
        return sha256(f"{self.seed}:{option_id}".encode()).hexdigest()

    def sorted(self, option_ids: Iterable[str]) -> tuple[str, ...]:
        """The options, smallest lot first."""
        return tuple(sorted(option_ids, key=self.of))

    def first(self, option_ids: Sequence[str], decides: Decides) -> tuple[str, Tie | None]:
        """The option that comes first, and the tie if there was more than one."""
        return self._drawn(option_ids, decides, 0)

    def last(self, option_ids: Sequence[str], decides: Decides) -> tuple[str, Tie | None]:
        """The option that comes last, and the tie if there was more than one."""
        return self._drawn(option_ids, decides, -1)

    def _drawn(
        self, option_ids: Sequence[str], decides: Decides, place: int
    ) -> tuple[str, Tie | None]:
        if len(option_ids) == 1:
            return option_ids[0], None
        between = self.sorted(option_ids)
        return between[place], Tie(decides, between, between[place])


def draw(genesis_hash: str, ballots: Iterable[Choices]) -> Lots:
    """The lots of a vote. The order of the ballots, and who cast them, makes no difference.

    The seed is SHA-256 over one line for the genesis hash and one line for each ballot, its
    choices as a compact JSON array, the ballots' lines sorted by their bytes; lines end with a
    newline. Only ballots that passed the method's check come here: option ids are plain text.
    """
    lines = sorted(
        json.dumps(list(choices), ensure_ascii=False, separators=(",", ":")).encode()
        for choices in ballots
    )
    seed = sha256(genesis_hash.encode() + b"\n")
    for line in lines:
        seed.update(line + b"\n")
    return Lots(seed.hexdigest())
