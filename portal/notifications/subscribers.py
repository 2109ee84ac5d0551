"""What other rooms want a person to know."""

from __future__ import annotations

from typing import Any

from flask import current_app

from portal.config import Settings
from portal.core.outbox import subscriber
from portal.notifications import services


@subscriber("notify")
def tell(message_id: str, payload: dict[str, Any]) -> None:
    settings: Settings = current_app.settings  # type: ignore[attr-defined]
    services.tell(message_id, payload, settings.public_url)


@subscriber("account.closed")
def forget(_message_id: str, payload: dict[str, Any]) -> None:
    services.forget(payload["user_id"])
