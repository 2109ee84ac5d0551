"""What can be done with consultations, one function a use case."""

from portal.consultations.services.announcing import (
    announce,
    announce_to_some,
    remind,
)
from portal.consultations.services.casting import Sealed, cast, prepare
from portal.consultations.services.covenants import adopt_covenant, enter_covenant
from portal.consultations.services.deciding import Promise, decide
from portal.consultations.services.discussion import comment, forget_words_of
from portal.consultations.services.drafts import (
    ConsultationPlan,
    OptionPlan,
    cancel,
    change_draft,
    create,
    delete_draft,
    start_discussion,
)
from portal.consultations.services.merging import (
    answer_merger,
    end_mergers_that_wait_for,
    propose_merger,
)
from portal.consultations.services.opening import open_by_clock, open_voting
from portal.consultations.services.paper import hand_in_tally, prepare_tally, take_paper
from portal.consultations.services.proposals import (
    Proposed,
    decline,
    forget_proposals_of,
    propose,
    support,
    take_back_support,
    take_up,
    withdraw_proposal,
)
from portal.consultations.services.rewards import reward_some
from portal.consultations.services.roll import change_roll
from portal.consultations.services.stirring import stir
from portal.consultations.services.wording import (
    Amended,
    accept_amendment,
    amend,
    forget_amendments_of,
    reject_amendment,
    reword,
)

__all__ = [
    "Amended",
    "ConsultationPlan",
    "OptionPlan",
    "Promise",
    "Proposed",
    "Sealed",
    "accept_amendment",
    "adopt_covenant",
    "amend",
    "announce",
    "announce_to_some",
    "answer_merger",
    "cancel",
    "cast",
    "change_draft",
    "change_roll",
    "comment",
    "create",
    "decide",
    "decline",
    "delete_draft",
    "end_mergers_that_wait_for",
    "enter_covenant",
    "forget_amendments_of",
    "forget_proposals_of",
    "forget_words_of",
    "hand_in_tally",
    "open_by_clock",
    "open_voting",
    "prepare",
    "prepare_tally",
    "propose",
    "propose_merger",
    "reject_amendment",
    "remind",
    "reward_some",
    "reword",
    "start_discussion",
    "stir",
    "support",
    "take_back_support",
    "take_paper",
    "take_up",
    "withdraw_proposal",
]
