"""What can be done with consultations, one function a use case."""

from portal.consultations.services.announcing import (
    announce,
    announce_to_some,
    remind,
)
from portal.consultations.services.casting import Sealed, cast, prepare
from portal.consultations.services.deciding import Milestone, Promise, decide
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
from portal.consultations.services.extending import extend
from portal.consultations.services.following import (
    finish_milestone,
    follow,
    give_up,
    keep,
    move_due,
    note,
    set_milestone,
)
from portal.consultations.services.opening import open_by_clock, open_voting
from portal.consultations.services.paper import hand_in_tally, prepare_tally, take_paper
from portal.consultations.services.rewards import reward_some
from portal.consultations.services.roll import change_roll
from portal.consultations.services.stirring import stir
from portal.consultations.services.voted_rules import put_rule_to_vote, take_rule_off_vote

__all__ = [
    "ConsultationPlan",
    "Milestone",
    "OptionPlan",
    "Promise",
    "Sealed",
    "announce",
    "announce_to_some",
    "cancel",
    "cast",
    "change_draft",
    "change_roll",
    "comment",
    "create",
    "decide",
    "delete_draft",
    "extend",
    "finish_milestone",
    "follow",
    "forget_words_of",
    "give_up",
    "hand_in_tally",
    "keep",
    "move_due",
    "note",
    "open_by_clock",
    "open_voting",
    "prepare",
    "prepare_tally",
    "put_rule_to_vote",
    "remind",
    "reward_some",
    "set_milestone",
    "start_discussion",
    "stir",
    "take_paper",
    "take_rule_off_vote",
]
