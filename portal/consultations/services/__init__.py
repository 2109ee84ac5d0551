"""What can be done with consultations, one function a use case."""

from portal.consultations.services.announcing import (
    announce,
    announce_to_some,
    remind,
)
from portal.consultations.services.asking import answer, ask, remind_of
from portal.consultations.services.casting import Sealed, cast, prepare
from portal.consultations.services.deciding import Promise, decide
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
from portal.consultations.services.moderating import (
    flag_comment,
    hide_comment,
    keep_comment,
    show_comment,
)
from portal.consultations.services.opening import open_by_clock, open_voting
from portal.consultations.services.paper import hand_in_tally, prepare_tally, take_paper
from portal.consultations.services.rewards import reward_some
from portal.consultations.services.roll import change_roll
from portal.consultations.services.stirring import stir
from portal.consultations.services.summary import SummaryPlan, sum_up
from portal.consultations.services.talks import (
    add_point,
    add_talk,
    remove_point,
    remove_talk,
    write_minutes,
)

__all__ = [
    "ConsultationPlan",
    "OptionPlan",
    "Promise",
    "Sealed",
    "SummaryPlan",
    "add_point",
    "add_talk",
    "announce",
    "announce_to_some",
    "answer",
    "ask",
    "cancel",
    "cast",
    "change_draft",
    "change_roll",
    "comment",
    "create",
    "decide",
    "delete_draft",
    "flag_comment",
    "forget_words_of",
    "hand_in_tally",
    "hide_comment",
    "keep_comment",
    "mark_helpful",
    "open_by_clock",
    "open_voting",
    "prepare",
    "prepare_tally",
    "remind",
    "remind_of",
    "remove_point",
    "remove_talk",
    "reward_some",
    "show_comment",
    "start_discussion",
    "stir",
    "sum_up",
    "take_back_mark",
    "take_paper",
    "write_minutes",
]
