"""Consultations: what is voted on, who may vote, the sealed ballots, the board.

Nothing leads from a row of the roll to an envelope, or from an envelope to a line of the board:
no common key, no time, no order. Why each column is what it is: docs/decisions/0023.
"""

from __future__ import annotations

from portal.consultations.models.board import BoardLine, ConsultationCount, CountProgress
from portal.consultations.models.commitments import (
    Commitment,
    CommitmentChange,
    CommitmentMilestone,
    ConsultationFollowing,
)
from portal.consultations.models.consultation import Consultation, ConsultationOption
from portal.consultations.models.covenants import CovenantVersion
from portal.consultations.models.discussion import Comment, CommentFlag, CommentMark
from portal.consultations.models.extensions import ClosingExtension
from portal.consultations.models.proposals import (
    MergerConsent,
    MergerPart,
    OptionProposal,
    ProposalAuthor,
    ProposalMerger,
    ProposalsMade,
    ProposalSupporter,
)
from portal.consultations.models.questions import DiscussionQuestion
from portal.consultations.models.roll import RollChange, RollEntry
from portal.consultations.models.summary import OptionSummary
from portal.consultations.models.talks import Talk, TalkPoint
from portal.consultations.models.urn import SLOT_BYTES, BallotKey, PaperTally, UrnEnvelope
from portal.consultations.models.voted_rule import VotedRule, VotedRuleValue
from portal.consultations.models.wording import OptionAmendment, OptionVersion

__all__ = [
    "SLOT_BYTES",
    "BallotKey",
    "BoardLine",
    "ClosingExtension",
    "Comment",
    "CommentFlag",
    "CommentMark",
    "Commitment",
    "CommitmentChange",
    "CommitmentMilestone",
    "Consultation",
    "ConsultationCount",
    "ConsultationFollowing",
    "ConsultationOption",
    "CountProgress",
    "CovenantVersion",
    "DiscussionQuestion",
    "MergerConsent",
    "MergerPart",
    "OptionAmendment",
    "OptionProposal",
    "OptionSummary",
    "OptionVersion",
    "PaperTally",
    "ProposalAuthor",
    "ProposalMerger",
    "ProposalSupporter",
    "ProposalsMade",
    "RollChange",
    "RollEntry",
    "Talk",
    "TalkPoint",
    "UrnEnvelope",
    "VotedRule",
    "VotedRuleValue",
]
