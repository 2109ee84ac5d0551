"""A thank-you after the till."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import WrongState
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.market import queries
from portal.market.errors import AlreadyThanked
from portal.market.models import Thanks
from portal.market.rules import VoucherStatus


def thank(actor: Principal, voucher_id: str) -> None:
    """Say thank you to a merchant, once for a redeemed voucher.

    Raises:
        NotFound: the voucher is not the person's.
        WrongState: it is not redeemed.
        AlreadyThanked: it was said before.
    """
    voucher = queries.voucher_of(actor.id, voucher_id)
    if voucher.status != VoucherStatus.REDEEMED:
        raise WrongState
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    said = db.session.connection().execute(
        insert(Thanks)
        .values(
            id=new_id(),
            voucher_id=voucher_id,
            merchant_id=voucher.merchant_id,
            resident_id=actor.id,
            region_code=voucher.region_code,
            created_at=now(),
        )
        .on_conflict_do_nothing(index_elements=[Thanks.voucher_id])
    )
    if not said.rowcount:
        raise AlreadyThanked
