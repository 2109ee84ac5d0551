"""What was decided about somebody or something, in the order in which people read it: the newest
first, as ``ui.timeline`` takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.accounts.queries import deeds_about
from portal.accounts.rules import Belonging, ClaimState
from portal.core.i18n import lazy_gettext as _l
from portal.regions.rules import spoken_name

Entry = Mapping[str, Any]

Words = tuple[Any, str]
"""What it is called, and its icon."""

_CLAIMED: dict[str, Words] = {
    Belonging.HOME: (_l("Home claimed"), "home"),
    Belonging.WORK: (_l("Workplace claimed"), "building-store"),
}
_DECIDED: dict[tuple[str, str], Words] = {
    (Belonging.HOME, ClaimState.VERIFIED): (_l("Home confirmed"), "user-check"),
    (Belonging.HOME, ClaimState.DECLINED): (_l("Home not confirmed"), "x"),
    (Belonging.HOME, ClaimState.WITHDRAWN): (_l("Home claim withdrawn"), "arrow-back-up"),
    (Belonging.WORK, ClaimState.VERIFIED): (_l("Workplace confirmed"), "user-check"),
    (Belonging.WORK, ClaimState.DECLINED): (_l("Workplace not confirmed"), "x"),
    (Belonging.WORK, ClaimState.WITHDRAWN): (_l("Workplace claim withdrawn"), "arrow-back-up"),
}


def history_of(
    object_kind: str, object_id: str, words: Mapping[str, tuple[Any, str]]
) -> list[Entry]:
    """What was done about a thing, and by whom.

    Args:
        object_kind: as the audit log names it.
        object_id: the thing's.
        words: what a deed is called here, and its icon, by the log's own code. Others are left out.
    """
    return [
        {
            "title": words[deed.action][0],
            "icon": words[deed.action][1],
            "at": deed.at,
            "who": deed.actor,
            "detail": deed.details.get("reason"),
        }
        for deed in deeds_about(object_kind, object_id, words)
    ]


def history_of_claims(claims: Iterable[Any]) -> list[Entry]:
    """Claims of a home or workplace (``queries.claims_known_to``), each with what became of it."""
    return [entry for claim in claims for entry in _of_claim(claim)]


def _of_claim(claim: Any) -> Iterator[Entry]:
    state = claim.state
    if claim.ended_at:
        title, state = _l("Works there no more"), ClaimState.VERIFIED
        yield {"title": title, "icon": "logout", "at": claim.ended_at, "who": None, "detail": None}
    if (claim.kind, state) in _DECIDED:
        title, icon = _DECIDED[claim.kind, state]
        yield {
            "title": title,
            "icon": icon,
            "at": claim.decided_at,
            "who": claim.decided_by,
            "detail": claim.reason,
        }
    title, icon = _CLAIMED[claim.kind]
    yield {
        "title": title,
        "icon": icon,
        "at": claim.claimed_at,
        "who": spoken_name(claim.region_name),
        "detail": claim.address,
    }
