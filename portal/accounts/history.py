"""What was decided about somebody or something, in the order in which people read it: the newest
first, as ``ui.timeline`` takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.accounts.queries import deeds_about
from portal.accounts.rules import ClaimState
from portal.core.i18n import lazy_gettext as _l
from portal.regions.rules import spoken_name

Entry = Mapping[str, Any]

_DECIDED: dict[str, tuple[Any, str]] = {
    ClaimState.VERIFIED: (_l("Home confirmed"), "user-check"),
    ClaimState.DECLINED: (_l("Home not confirmed"), "x"),
    ClaimState.WITHDRAWN: (_l("Home claim withdrawn"), "arrow-back-up"),
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
    """Claims of a home (``queries.claims_known_to``), each with its decision."""
    return [entry for claim in claims for entry in _of_claim(claim)]


def _of_claim(claim: Any) -> Iterator[Entry]:
    if claim.state in _DECIDED:
        title, icon = _DECIDED[claim.state]
        yield {
            "title": title,
            "icon": icon,
            "at": claim.decided_at,
            "who": claim.decided_by,
            "detail": claim.reason,
        }
    yield {
        "title": _l("Home claimed"),
        "icon": "home",
        "at": claim.claimed_at,
        "who": spoken_name(claim.region_name),
        "detail": claim.address,
    }
