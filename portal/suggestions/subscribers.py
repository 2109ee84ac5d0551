"""What follows from what happens elsewhere."""

from __future__ import annotations

from typing import Any

from portal.core.outbox import subscriber
from portal.suggestions import services
from portal.suggestions.services.photos import DROPPED
from portal.suggestions.services.telling import SUPPORTED
from portal.suggestions.uploads import forget_photo


@subscriber("account.closed")
def take_name_off(_message_id: str, payload: dict[str, Any]) -> None:
    services.forget_reporter(payload["user_id"])


@subscriber("suggestion.changed")
def tell_those_concerned(_message_id: str, payload: dict[str, Any]) -> None:
    services.tell(payload["event_id"])


@subscriber(SUPPORTED)
def tell_supporters(_message_id: str, payload: dict[str, Any]) -> None:
    services.tell_supporters(payload["event_id"], payload["after"])


@subscriber("suggestion.due_soon")
def tell_of_due(_message_id: str, payload: dict[str, Any]) -> None:
    services.tell_of_due(payload["suggestion_id"])


@subscriber(DROPPED)
def delete_files(_message_id: str, payload: dict[str, Any]) -> None:
    for name in payload["names"]:
        forget_photo(name)
