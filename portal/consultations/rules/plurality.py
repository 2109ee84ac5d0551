"""Single choice and approval: the option with the most votes wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from portal.consultations.rules.ballots import Choices
from portal.consultations.rules.ties import Decides, Lots, Tie


def votes(option_ids: Sequence[str], ballots: Sequence[Choices]) -> dict[str, int]:
    """How many ballots name each option."""
    named = Counter(choice for ballot in ballots for choice in ballot)
    return {option_id: named[option_id] for option_id in option_ids}


def winner(counts: dict[str, int], lots: Lots) -> tuple[str | None, Tie | None]:
    """The option with the most votes, none if nobody voted for any."""
    most = max(counts.values())
    if most == 0:
        return None, None
    leading = [option_id for option_id, count in counts.items() if count == most]
    return lots.first(leading, Decides.WINNER)
