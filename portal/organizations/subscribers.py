"""What organizations do after something has happened."""

from __future__ import annotations

from typing import Any

from portal.core.outbox import subscriber
from portal.organizations import services
from portal.organizations.services.reputation import MOVED


@subscriber(MOVED)
def refresh_reputation(_message_id: str, payload: dict[str, Any]) -> None:
    services.refresh(payload["organization_id"])


@subscriber("account.closed")
def part_for_good(_message_id: str, payload: dict[str, Any]) -> None:
    services.part_for_good(payload["user_id"])
