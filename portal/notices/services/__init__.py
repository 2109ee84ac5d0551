"""What can be done with notices: one function a use case."""

from portal.notices.services.publishing import pin, publish, publish_due, schedule, withdraw
from portal.notices.services.reading import confirm, forget, note_opened
from portal.notices.services.telling import TOLD, tell_some
from portal.notices.services.writing import NoticePlan, Words, change, copy, create, delete_draft

__all__ = [
    "TOLD",
    "NoticePlan",
    "Words",
    "change",
    "confirm",
    "copy",
    "create",
    "delete_draft",
    "forget",
    "note_opened",
    "pin",
    "publish",
    "publish_due",
    "schedule",
    "tell_some",
    "withdraw",
]
