"""Who trades in the stories of the market: shops, their people, and neighbours with points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from portal.core import search
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.unit_of_work import unit_of_work
from portal.market.models import Merchant, Offer, OfferShare, Voucher
from portal.points import ledger
from portal.points.ledger import Earn, Kind, Posting, Transfer, accounts
from portal.points.queries import points_of
from tests import world

COMMUNITY = world.COMMUNITY
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # a Saturday, 12:00 in Shanghai


def make_shop(
    name: str = "红山小馆",
    *,
    region: str = COMMUNITY,
    trusted: bool = True,
    owner: str = "owner@example.org",
    staff: str = "till@example.org",
) -> str:
    """A verified shop with an owner and somebody at its till; returns its id."""
    merchant_id, registrar = new_id(), world.make_user(f"registrar-{new_id()}@example.org")
    row = {
        "id": merchant_id,
        "name": name,
        "category": "food",
        "region_code": region,
        "description": "",
        "opening_hours": "",
        "status": "verified",
        "trusted": trusted,
        "verified_at": now(),
        "registered_by": registrar,
        "registered_at": now(),
    }
    with unit_of_work():
        db.session.execute(insert(Merchant), [row])
        search.index("merchant", merchant_id, name)
    world.make_user(owner, roles=[("merchant_owner", "merchant", merchant_id)])
    world.make_user(staff, roles=[("merchant_staff", "merchant", merchant_id)])
    return merchant_id


def give_points(user_id: str, amount: int, *, expires_in: int = 400) -> None:
    """Award points out of a budget made for it."""
    budget = accounts.budget(COMMUNITY)
    funded = Posting(
        kind=Kind.ISSUE,
        region_code=COMMUNITY,
        moves=(Transfer(source=accounts.received(COMMUNITY), target=budget, amount=amount),),
    )
    award = Posting(
        kind=Kind.AWARD,
        region_code=COMMUNITY,
        moves=(
            Earn(
                source=budget,
                target=accounts.wallet(user_id, COMMUNITY),
                amount=amount,
                expires_on=today() + timedelta(days=expires_in),
            ),
        ),
    )
    with unit_of_work():
        ledger.post(funded)
        ledger.post(award)


def offer_body(**changes: Any) -> dict[str, Any]:
    """What an owner sends to offer a bowl of noodles for 10 points."""
    return {
        "title": "一碗牛肉面",
        "description": "大碗，加蛋。",
        "kind": "gift",
        "points": 10,
        "valid_from": "2026-01-01T00:00:00Z",
        **changes,
    }


def publish(owner: Any, merchant_id: str, **changes: Any) -> str:
    """A published offer of a trusted merchant; returns its id."""
    made = owner.post(f"/merchants/{merchant_id}/offers", offer_body(**changes))
    assert made.status_code == 201, made.text
    published = owner.post(f"/offers/{made.json['id']}/publish")
    assert published.json["status"] == "published", published.text
    return str(made.json["id"])


def take(resident: Any, offer_id: str) -> dict[str, Any]:
    """A voucher of an offer."""
    answer = resident.post(f"/offers/{offer_id}/vouchers")
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def wallet_of(resident: Any) -> tuple[int, int]:
    """What can be spent, and what is held."""
    db.session.rollback()
    points = points_of(resident.get("/me").json["id"])
    return points["balance"], points["held"]


def books_agree(offer_id: str) -> None:
    """Stock left, open and redeemed vouchers make up the stock; shares count the same vouchers."""
    offer = db.session.execute(
        select(Offer.stock, Offer.stock_left).where(Offer.id == offer_id)
    ).one()
    taken = db.session.execute(
        select(Voucher.resident_id, func.count())
        .where(Voucher.offer_id == offer_id, Voucher.status.in_(("issued", "redeemed")))
        .group_by(Voucher.resident_id)
    ).all()
    if offer.stock is not None:
        assert offer.stock_left + sum(count for _resident, count in taken) == offer.stock
    shares = db.session.execute(
        select(OfferShare.resident_id, OfferShare.taken).where(
            OfferShare.offer_id == offer_id, OfferShare.taken > 0
        )
    ).all()
    if shares:
        assert sorted(map(tuple, shares)) == sorted(map(tuple, taken))
    db.session.rollback()
