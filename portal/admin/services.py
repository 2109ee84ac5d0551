"""What the shell itself writes: who read what was meant for others."""

from __future__ import annotations

from typing import Any

from portal.accounts.queries import user_id_named
from portal.core import audit
from portal.core.pagination import Page
from portal.core.permissions import Principal


def note_reading(reader: Principal, page: Page[Any], recipient: str) -> None:
    """Note in the audit log that a page of messages was read, and whose, if one person's were
    looked for; in the transaction at hand."""
    if not page.items:
        return
    facts: dict[str, Any] = {"messages": len(page.items)}
    whose = user_id_named(recipient) if recipient else None
    if whose:
        facts["user_id"] = whose
    audit.record(reader.id, "messages.read", "message", page.items[0].id, **facts)
