"""What the desk's pages about one case share: the case, and what its reader may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.access import the_principal
from portal.core.errors import WrongState
from portal.core.permissions import Permission
from portal.regions.rules import codes_of
from portal.suggestions.queries import departments, desk
from portal.suggestions.queries.folding import case_of, parts_of
from portal.suggestions.queries.visibility import departments_of
from portal.suggestions.rules.fold import Case
from portal.suggestions.rules.hands import Hands, possible, role_in
from portal.suggestions.rules.machine import By, Deed


@dataclass(frozen=True)
class InHand:
    """A case as somebody has it before them. ``role``: what they are to it."""

    row: Any
    case: Case
    hands: Hands
    deeds: frozenset[Deed]
    role: By | None

    @property
    def path(self) -> tuple[str, ...]:
        """The codes of its region and of all above."""
        return codes_of(self.row.region_path)

    @property
    def leads(self) -> bool:
        """Whether it is with one of the reader's departments."""
        return self.row.department_id in self.hands.departments


def in_hand(suggestion_id: str, *needed: Deed) -> InHand:
    """A case that the person asking handles.

    Raises:
        NotFound: there is none, or others handle it.
        WrongState: none of the needed deeds can be done by them now.
    """
    actor = the_principal()
    row = desk.handled(actor, suggestion_id)
    case = case_of(row, parts_of([row.id]).get(row.id, {}))
    path = codes_of(row.region_path)
    hands = Hands(
        dispatches=actor.holds(Permission.SUGGESTION_DISPATCH, regions=path),
        supervises=actor.holds(Permission.SUGGESTION_SUPERVISE, regions=path),
        departments=departments_of(actor),
    )
    deeds = possible(case, hands, leads_others=row.merged_here > 0)
    if needed and not deeds & set(needed):
        raise WrongState
    return InHand(row, case, hands, deeds, role_in(case, hands))


def departments_for(held: InHand) -> Sequence[Any]:
    """The departments that answer for the place of a case, the nearest first."""
    return departments.of_place(held.path)
