"""What follows from the steps of a consultation, and from what happens elsewhere."""

from __future__ import annotations

from typing import Any

from portal.consultations import services
from portal.consultations.services.announcing import ANNOUNCED
from portal.consultations.services.extending import EXTENDED
from portal.consultations.services.following import TOLD, forget_following_of, tell_some
from portal.core.outbox import subscriber


@subscriber("account.closed")
def take_back_words(_message_id: str, payload: dict[str, Any]) -> None:
    services.forget_words_of(payload["user_id"])


@subscriber("account.closed")
def take_back_proposals(_message_id: str, payload: dict[str, Any]) -> None:
    services.end_mergers_that_wait_for(payload["user_id"])
    services.forget_proposals_of(payload["user_id"])
    services.forget_amendments_of(payload["user_id"])


@subscriber("consultation.discussed")
def announce_discussion(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce(payload["consultation_id"], "consultation.discussed")


@subscriber("consultation.opened")
def announce_opening(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce(payload["consultation_id"], "consultation.opened")


@subscriber("consultation.closed")
def announce_count(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce(payload["consultation_id"], "consultation.closed")


@subscriber("consultation.decided")
def announce_decision(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce(payload["consultation_id"], "consultation.decided")


@subscriber("consultation.cancelled")
def announce_end(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce(payload["consultation_id"], "consultation.cancelled")


@subscriber(EXTENDED)
def announce_extension(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce(payload["consultation_id"], EXTENDED)


@subscriber(ANNOUNCED)
def announce_further(_message_id: str, payload: dict[str, Any]) -> None:
    services.announce_to_some(payload["consultation_id"], payload["kind"], payload["after"])


@subscriber(TOLD)
def tell_followers(_message_id: str, payload: dict[str, Any]) -> None:
    tell_some(payload["change_id"], payload["told"])


@subscriber("account.closed")
def forget_following(_message_id: str, payload: dict[str, Any]) -> None:
    forget_following_of(payload["user_id"])
