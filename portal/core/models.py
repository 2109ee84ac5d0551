"""The tables of the core, gathered for the migrations."""

from portal.core.audit import AuditEvent, AuditLink
from portal.core.idempotency import IdempotencyKey
from portal.core.jobs import JobLease
from portal.core.messages import OutgoingMessage
from portal.core.outbox import OutboxMessage
from portal.core.search import SearchToken

__all__ = [
    "AuditEvent",
    "AuditLink",
    "IdempotencyKey",
    "JobLease",
    "OutboxMessage",
    "OutgoingMessage",
    "SearchToken",
]
