"""What the market does after something has happened elsewhere."""

from __future__ import annotations

from typing import Any

from portal.core.outbox import subscriber
from portal.market import services
from portal.market.services.closing import ABANDONED
from portal.market.services.recall import RECALLED


@subscriber("account.closed")
def part_for_good(_message_id: str, payload: dict[str, Any]) -> None:
    services.abandon_vouchers(payload["user_id"])
    services.end_unverified_shops(payload["user_id"])


@subscriber(ABANDONED)
def cancel_abandoned(_message_id: str, payload: dict[str, Any]) -> None:
    services.abandon_voucher(payload["voucher_id"])


@subscriber(RECALLED)
def take_back(_message_id: str, payload: dict[str, Any]) -> None:
    services.recall_voucher(payload["voucher_id"], payload["reason"])
