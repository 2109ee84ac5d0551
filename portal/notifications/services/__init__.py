"""What can be done with notifications: one function a use case."""

from portal.notifications.services.inbox import (
    choose_emails,
    choose_times,
    forget,
    mark_all_read,
    mark_read,
    tell,
)
from portal.notifications.services.letters import send_waiting

__all__ = [
    "choose_emails",
    "choose_times",
    "forget",
    "mark_all_read",
    "mark_read",
    "send_waiting",
    "tell",
]
