"""The tables of the books as the write path and the checks use them, without objects."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from portal.points.models import (
    LedgerAccount,
    LedgerAccountTotal,
    LedgerEntry,
    LedgerHold,
    LedgerHoldLot,
    LedgerLot,
    LedgerLotTake,
    LedgerTotal,
    LedgerTotalHead,
    LedgerTransaction,
)

ACCOUNT = cast("Table", LedgerAccount.__table__)
TRANSACTION = cast("Table", LedgerTransaction.__table__)
ENTRY = cast("Table", LedgerEntry.__table__)
LOT = cast("Table", LedgerLot.__table__)
TAKE = cast("Table", LedgerLotTake.__table__)
HOLD = cast("Table", LedgerHold.__table__)
HOLD_LOT = cast("Table", LedgerHoldLot.__table__)
TOTAL = cast("Table", LedgerTotal.__table__)
ACCOUNT_TOTAL = cast("Table", LedgerAccountTotal.__table__)
TOTAL_HEAD = cast("Table", LedgerTotalHead.__table__)
