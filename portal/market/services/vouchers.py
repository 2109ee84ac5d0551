"""Vouchers: taking one, and giving it back.

Rows are locked in one order everywhere: voucher, share, ledger, and last the offer's stock, which
many want at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.clock import clock, now
from portal.core.database import db, on_sqlite
from portal.core.errors import NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.market import codes
from portal.market.errors import LimitReached, NotCancellable, OfferClosed, OutOfStock
from portal.market.models import Merchant, Offer, OfferShare, Voucher
from portal.market.rules import (
    MerchantStatus,
    OfferStatus,
    VoucherStatus,
    is_open,
    last_day,
    vouchers_leading_to,
)
from portal.points import services as points

_RENEWED_AT_ONCE = 500
_GIVEN_BACK = (Voucher.id, Voucher.offer_id, Voucher.resident_id, Voucher.hold_id)


@dataclass(frozen=True)
class Issued:
    """A voucher just issued."""

    id: str
    offer_id: str
    title: str
    points: int
    expires_at: datetime
    status: VoucherStatus = VoucherStatus.ISSUED


def issue_voucher(actor: Principal, offer_id: str) -> Issued:
    """Exchange points for a voucher: hold the points, take one of the stock, all or nothing.

    Raises:
        NotFound: there is no such offer, or it never was public.
        OfferClosed: it is not open now, or it asks for a payment (none can be taken yet).
        LimitReached, OutOfStock, InsufficientPoints: what it says; nothing has changed then.
    """
    instant = now()
    offer = _open_offer(offer_id, instant)
    if offer.per_resident_limit is not None:
        _take_share(offer, actor.id)
    key = new_id()
    hold_id = points.hold_points(actor.id, offer.points, f"voucher:{key}")
    voucher = _write_voucher(offer, actor.id, hold_id, instant)
    if offer.stock is not None:
        _take_stock(offer_id, instant)
    return voucher


def _open_offer(offer_id: str, instant: datetime) -> Row[*tuple[Any, ...]]:
    """The offer; refuses at once what can be seen to be refused. The guards decide."""
    offer: Row[*tuple[Any, ...]] | None = db.session.execute(
        select(
            Offer.id,
            Offer.merchant_id,
            Offer.region_code,
            Offer.title,
            Offer.points,
            Offer.price_amount,
            Offer.stock,
            Offer.stock_left,
            Offer.per_resident_limit,
            Offer.valid_from,
            Offer.valid_until,
            Offer.weekdays,
            Offer.opens_minute,
            Offer.closes_minute,
            Offer.voucher_days,
            Offer.status,
            Offer.published_at,
            Merchant.status.label("merchant_status"),
        )
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(Offer.id == offer_id)
    ).first()
    if offer is None or offer.published_at is None:
        raise NotFound
    in_order = offer.merchant_status == MerchantStatus.VERIFIED
    if not (in_order and is_open(offer.status, offer.valid_from, offer.valid_until, instant)):
        raise OfferClosed
    if offer.price_amount is not None:
        raise OfferClosed(_l("It also asks for a payment, and payments are not possible here yet."))
    if offer.stock_left == 0:
        raise OutOfStock
    return offer


def _take_share(offer: Row[*tuple[Any, ...]], resident_id: str) -> None:
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    taken = db.session.connection().execute(
        insert(OfferShare)
        .values(offer_id=offer.id, resident_id=resident_id, region_code=offer.region_code, taken=1)
        .on_conflict_do_update(
            index_elements=[OfferShare.offer_id, OfferShare.resident_id],
            set_={"taken": OfferShare.taken + 1},
            where=OfferShare.taken < offer.per_resident_limit,
        )
    )
    if not taken.rowcount:
        raise LimitReached


def _write_voucher(
    offer: Row[*tuple[Any, ...]], resident_id: str, hold_id: str, instant: datetime
) -> Issued:
    values = {
        "offer_id": offer.id,
        "merchant_id": offer.merchant_id,
        "resident_id": resident_id,
        "region_code": offer.region_code,
        "title": offer.title,
        "points": offer.points,
        "weekdays": offer.weekdays,
        "opens_minute": offer.opens_minute,
        "closes_minute": offer.closes_minute,
        "status": VoucherStatus.ISSUED,
        "hold_id": hold_id,
        "issued_at": instant,
        "expires_at": end_of_voucher(offer.voucher_days, instant),
    }
    voucher_id = _insert_with_code(values)
    return Issued(voucher_id, offer.id, offer.title, offer.points, values["expires_at"])


def end_of_voucher(voucher_days: int, instant: datetime) -> datetime:
    """Until when a voucher is good that is taken at an instant."""
    last = last_day(clock.day_of(instant), voucher_days)
    return clock.start_of(last + timedelta(days=1))


def _insert_with_code(values: dict[str, Any]) -> str:
    """Two of some millions of vouchers may draw the same twelve digits: then draw again."""
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    while True:
        voucher_id = new_id()
        code_hash = codes.hash_of(codes.code_of(voucher_id))
        statement = insert(Voucher).values(id=voucher_id, code_hash=code_hash, **values)
        drawn = statement.on_conflict_do_nothing(index_elements=[Voucher.code_hash])
        if db.session.connection().execute(drawn).rowcount:
            return voucher_id


def _take_stock(offer_id: str, instant: datetime) -> None:
    taken = db.session.connection().execute(
        update(Offer)
        .where(
            Offer.id == offer_id,
            Offer.stock_left > 0,
            Offer.status == OfferStatus.PUBLISHED,
            or_(Offer.valid_until.is_(None), Offer.valid_until > instant),
        )
        .values(stock_left=Offer.stock_left - 1)
    )
    if taken.rowcount:
        return
    left = db.session.execute(select(Offer.stock_left).where(Offer.id == offer_id)).scalar_one()
    raise OfferClosed if left else OutOfStock


def renew_codes() -> int:
    """Make every open voucher findable by the code that its id gives under the present secret; for
    after a change of ``SECRET_KEY``. Returns how many had another one."""
    renewed, last = 0, ""
    while rows := _open_codes(last):
        last = rows[-1].id
        with unit_of_work():
            for row in rows:
                code_hash = codes.hash_of(codes.code_of(row.id))
                if code_hash != row.code_hash:
                    renewed += 1
                    db.session.execute(
                        update(Voucher).where(Voucher.id == row.id).values(code_hash=code_hash)
                    )
    return renewed


def _open_codes(after: str) -> Sequence[Row[*tuple[Any, ...]]]:
    return db.session.execute(
        select(Voucher.id, Voucher.code_hash)
        .where(Voucher.status == VoucherStatus.ISSUED, Voucher.id > after)
        .order_by(Voucher.id)
        .limit(_RENEWED_AT_ONCE)
    ).all()


def cancel_voucher(actor: Principal, voucher_id: str) -> None:
    """Give a voucher back: its points return into their lots, its place into the stock.

    Raises:
        NotFound: it is not the person's.
        NotCancellable: it is used, cancelled or expired.
    """
    instant = now()
    mine = (Voucher.id == voucher_id, Voucher.resident_id == actor.id)
    row = leave(VoucherStatus.CANCELLED, *mine, Voucher.expires_at > instant, cancelled_at=instant)
    if row is not None:
        give_back(row)
        return
    if db.session.execute(select(Voucher.id).where(*mine)).first() is None:
        raise NotFound
    raise NotCancellable


def expire_voucher(voucher_id: str, instant: datetime) -> bool:
    """End a voucher whose time is over; whether it was still open. Its points return."""
    row = leave(VoucherStatus.EXPIRED, Voucher.id == voucher_id, Voucher.expires_at <= instant)
    if row is None:
        return False
    give_back(row)
    return True


def leave(target: VoucherStatus, *guard: Any, **values: Any) -> Row[*tuple[Any, ...]] | None:
    """Move a voucher into an end state by one guarded update; None if the guard refused."""
    moved: Row[*tuple[Any, ...]] | None = (
        db.session.connection()
        .execute(
            update(Voucher)
            .where(Voucher.status.in_(vouchers_leading_to(target)), *guard)
            .values(status=target, **values)
            .returning(*_GIVEN_BACK)
        )
        .first()
    )
    return moved


def give_back(voucher: Row[*tuple[Any, ...]]) -> None:
    """Return what a voucher took: share, points, stock, in the order of locks. Each count stops at
    its end: whatever befell the offer meanwhile, the points come back."""
    connection = db.session.connection()
    connection.execute(
        update(OfferShare)
        .where(
            OfferShare.offer_id == voucher.offer_id,
            OfferShare.resident_id == voucher.resident_id,
            OfferShare.taken > 0,
        )
        .values(taken=OfferShare.taken - 1)
    )
    points.void_hold(voucher.hold_id)
    connection.execute(
        update(Offer)
        .where(Offer.id == voucher.offer_id, Offer.stock_left < Offer.stock)
        .values(stock_left=Offer.stock_left + 1)
    )
