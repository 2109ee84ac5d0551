"""The words of proposals, of changes to sentences, and of covenants."""

from __future__ import annotations

from typing import Any

from portal.consultations.rules.proposals import AmendmentStatus, MergerStatus, ProposalStatus
from portal.core.i18n import lazy_gettext as _l

PROPOSALS: dict[str, tuple[str, Any]] = {
    ProposalStatus.WAITING: ("wait", _l("Waits for an answer")),
    ProposalStatus.TAKEN_UP: ("ok", _l("Taken up")),
    ProposalStatus.DECLINED: ("danger", _l("Not taken up")),
    ProposalStatus.MERGED: ("info", _l("Part of another now")),
    ProposalStatus.WITHDRAWN: ("neutral", _l("Withdrawn")),
}
"""Kind of the mark, and the word, as ``ui.status`` takes them."""

LAPSED = ("neutral", _l("Not taken up before voting opened"))
"""Of what still waited then."""

MERGERS: dict[str, tuple[str, Any]] = {
    MergerStatus.WAITING: ("wait", _l("Waits for consent")),
    MergerStatus.DONE: ("ok", _l("All have agreed")),
    MergerStatus.ENDED: ("neutral", _l("Did not come about")),
}

AMENDMENTS: dict[str, tuple[str, Any]] = {
    AmendmentStatus.WAITING: ("wait", _l("Waits for an answer")),
    AmendmentStatus.ACCEPTED: ("ok", _l("Accepted")),
    AmendmentStatus.REJECTED: ("danger", _l("Not accepted")),
    AmendmentStatus.WITHDRAWN: ("neutral", _l("Withdrawn")),
}
