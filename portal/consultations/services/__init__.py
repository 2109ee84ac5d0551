"""What can be done with consultations, one function a use case."""

from portal.consultations.services.announcing import (
    announce,
    announce_to_some,
    remind,
)
from portal.consultations.services.casting import Sealed, cast, prepare
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
from portal.consultations.services.opening import open_by_clock, open_voting
from portal.consultations.services.paper import hand_in_tally, prepare_tally, take_paper
from portal.consultations.services.rewards import reward_some
from portal.consultations.services.roll import change_roll
from portal.consultations.services.stirring import stir
from portal.consultations.services.studies import StudyPlan, count_study, keep_study

__all__ = [
    "ConsultationPlan",
    "OptionPlan",
    "Promise",
    "Sealed",
    "StudyPlan",
    "announce",
    "announce_to_some",
    "cancel",
    "cast",
    "change_draft",
    "change_roll",
    "comment",
    "count_study",
    "create",
    "decide",
    "delete_draft",
    "forget_words_of",
    "hand_in_tally",
    "keep_study",
    "open_by_clock",
    "open_voting",
    "prepare",
    "prepare_tally",
    "remind",
    "reward_some",
    "start_discussion",
    "stir",
    "take_paper",
]
