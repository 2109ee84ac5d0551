"""What follows from what happens elsewhere."""

from __future__ import annotations

from typing import Any

from portal.core.outbox import subscriber
from portal.suggestions import services
from portal.suggestions.services.photos import DROPPED
from portal.suggestions.uploads import forget_photo


@subscriber("account.closed")
def take_name_off(_message_id: str, payload: dict[str, Any]) -> None:
    services.forget_reporter(payload["user_id"])


@subscriber(DROPPED)
def delete_files(_message_id: str, payload: dict[str, Any]) -> None:
    for name in payload["names"]:
        forget_photo(name)
