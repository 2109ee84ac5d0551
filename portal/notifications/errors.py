"""What notices refuse."""

from __future__ import annotations


class UnknownNotification(LookupError):
    """A room told a person something that has no words: the outbox keeps it and says so."""
