"""What the shell itself writes: who read what was meant for others."""

from __future__ import annotations

from typing import Any

from portal.accounts.queries import user_id_named
from portal.admin.queries import AuditFilter
from portal.core import audit
from portal.core.pagination import Page
from portal.core.permissions import Permission, Principal, ScopeKind


def note_download(reader: Principal, wanted: AuditFilter, events: int) -> None:
    """Note in the audit log that a part of it was taken away in a file, and how much."""
    own = reader.scopes(Permission.AUDIT_READ, ScopeKind.REGION)
    region = wanted.region or own[0]
    audit.record(reader.id, "audit.downloaded", "region", region, region_code=region, events=events)


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
