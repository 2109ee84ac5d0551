"""What can be done to suggestions: one function a use case."""

from portal.suggestions.services.catalogue import (
    add_rule,
    close_department,
    define_category,
    enter_working_day,
    forget_working_day,
    name_responsible,
    open_department,
    remove_rule,
    rename_department,
    retire_category,
)
from portal.suggestions.services.clockwork import (
    close_silent,
    escalate_overdue,
    remind_of_due,
)
from portal.suggestions.services.counter import receive_for
from portal.suggestions.services.dispatching import dispatch, merge, reject, split, whistle
from portal.suggestions.services.handling import accept, answer, give_back, progress, report_in
from portal.suggestions.services.outside import Contact, Source, erase_contacts, receive_from
from portal.suggestions.services.photos import add_photos, admit, remove_photo
from portal.suggestions.services.residents import confirm, forget_reporter, reopen, support
from portal.suggestions.services.supervising import close, escalate
from portal.suggestions.services.taking_in import Received, Report, receive
from portal.suggestions.services.telling import tell, tell_of_due, tell_supporters

__all__ = [
    "Contact",
    "Received",
    "Report",
    "Source",
    "accept",
    "add_photos",
    "add_rule",
    "admit",
    "answer",
    "close",
    "close_department",
    "close_silent",
    "confirm",
    "define_category",
    "dispatch",
    "enter_working_day",
    "erase_contacts",
    "escalate",
    "escalate_overdue",
    "forget_reporter",
    "forget_working_day",
    "give_back",
    "merge",
    "name_responsible",
    "open_department",
    "progress",
    "receive",
    "receive_for",
    "receive_from",
    "reject",
    "remind_of_due",
    "remove_photo",
    "remove_rule",
    "rename_department",
    "reopen",
    "report_in",
    "retire_category",
    "split",
    "support",
    "tell",
    "tell_of_due",
    "tell_supporters",
    "whistle",
]
