"""What the books do after something has happened elsewhere."""

from __future__ import annotations

from typing import Any

from portal.core.outbox import subscriber
from portal.points import services


@subscriber("account.closed")
def return_points(_message_id: str, payload: dict[str, Any]) -> None:
    services.return_points(payload["user_id"])
