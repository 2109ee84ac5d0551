"""What can be done with consultations, one function a use case."""

from portal.consultations.services.announcing import (
    announce,
    announce_to_some,
    remind,
)
from portal.consultations.services.asking import answer, ask, remind_of
from portal.consultations.services.casting import Sealed, cast, prepare
from portal.consultations.services.covenants import adopt_covenant, enter_covenant
from portal.consultations.services.deciding import Milestone, Promise, decide
from portal.consultations.services.discussion import (
    comment,
    forget_words_of,
    mark_helpful,
    take_back_mark,
)
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
from portal.consultations.services.merging import (
    answer_merger,
    end_mergers_that_wait_for,
    propose_merger,
)
from portal.consultations.services.moderating import (
    flag_comment,
    hide_comment,
    keep_comment,
    show_comment,
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
from portal.consultations.services.studies import StudyPlan, count_study, keep_study
from portal.consultations.services.summary import SummaryPlan, sum_up
from portal.consultations.services.talks import (
    add_point,
    add_talk,
    remove_point,
    remove_talk,
    write_minutes,
)
from portal.consultations.services.voted_rules import put_rule_to_vote, take_rule_off_vote
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
    "Milestone",
    "OptionPlan",
    "Promise",
    "Proposed",
    "Sealed",
    "StudyPlan",
    "SummaryPlan",
    "accept_amendment",
    "add_point",
    "add_talk",
    "adopt_covenant",
    "amend",
    "announce",
    "announce_to_some",
    "answer",
    "answer_merger",
    "ask",
    "cancel",
    "cast",
    "change_draft",
    "change_roll",
    "comment",
    "count_study",
    "create",
    "decide",
    "decline",
    "delete_draft",
    "end_mergers_that_wait_for",
    "enter_covenant",
    "extend",
    "finish_milestone",
    "flag_comment",
    "follow",
    "forget_amendments_of",
    "forget_proposals_of",
    "forget_words_of",
    "give_up",
    "hand_in_tally",
    "hide_comment",
    "keep",
    "keep_comment",
    "keep_study",
    "mark_helpful",
    "move_due",
    "note",
    "open_by_clock",
    "open_voting",
    "prepare",
    "prepare_tally",
    "propose",
    "propose_merger",
    "put_rule_to_vote",
    "reject_amendment",
    "remind",
    "remind_of",
    "remove_point",
    "remove_talk",
    "reward_some",
    "reword",
    "set_milestone",
    "show_comment",
    "start_discussion",
    "stir",
    "sum_up",
    "support",
    "take_back_mark",
    "take_back_support",
    "take_paper",
    "take_rule_off_vote",
    "take_up",
    "withdraw_proposal",
    "write_minutes",
]
