"""What follows from publishing a notice, and from closing an account."""

from __future__ import annotations

from typing import Any

from portal.core.outbox import subscriber
from portal.notices import services
from portal.notices.services import TOLD


@subscriber(TOLD)
def tell(_message_id: str, payload: dict[str, Any]) -> None:
    services.tell_some(payload["notice_id"], payload["audience"], payload["after"])


@subscriber("account.closed")
def forget(_message_id: str, payload: dict[str, Any]) -> None:
    services.forget(payload["user_id"])
