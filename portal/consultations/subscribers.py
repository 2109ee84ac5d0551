"""What consultations do after something has happened elsewhere."""

from __future__ import annotations

from typing import Any

from portal.consultations import services
from portal.core.outbox import subscriber


@subscriber("account.closed")
def take_back_words(_message_id: str, payload: dict[str, Any]) -> None:
    services.forget_words_of(payload["user_id"])
