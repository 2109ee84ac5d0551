"""What a redemption leaves behind: in the books, the audit log and the outbox; no code anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.app import Portal, create_app
from portal.core import audit
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.jobs import run_until_quiet
from portal.core.limits import limiter
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.market import codes
from portal.market.models import Voucher
from portal.market.rules import reduced_name
from portal.market.services.redemption import function, steps
from portal.market.services.redemption.moment import Moment
from portal.points.models import LedgerEntry, LedgerTransaction
from portal.points.verification import verify
from tests.market import town
from tests.market.conftest import Market

At = Callable[[datetime], None]
OWN_TO_EACH = ("id", "transaction_id", "voucher_id", "object_id", "idempotency_key", "digest")


def traces(voucher_id: str) -> dict[str, Any]:
    """All that tells of one redemption, without what is drawn anew for each."""
    db.session.rollback()
    voucher = db.session.execute(select(*Voucher.__table__.c).where(Voucher.id == voucher_id)).one()
    transaction = db.session.execute(
        select(*LedgerTransaction.__table__.c).where(LedgerTransaction.id == voucher.transaction_id)
    ).one()
    entries = db.session.execute(
        select(LedgerEntry.position, LedgerEntry.account_id, LedgerEntry.amount)
        .where(LedgerEntry.transaction_id == voucher.transaction_id)
        .order_by(LedgerEntry.position)
    ).all()
    event = db.session.execute(
        select(*AuditEvent.__table__.c).where(AuditEvent.object_id == voucher_id)
    ).one()
    message = db.session.execute(
        select(OutboxMessage.kind, OutboxMessage.payload, OutboxMessage.attempts)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    ).one()
    told = {**message.payload, "url": message.payload["url"].replace(voucher_id, "…")}
    found = {
        "voucher": _plain(voucher, "code_hash", "hold_id", "issued_at", "expires_at"),
        "transaction": _plain(transaction, "body_hash"),
        "entries": [tuple(each) for each in entries],
        "event": _plain(event, "request_id"),
        "message": (message.kind, told, message.attempts),
        "key": transaction.idempotency_key.replace(transaction.id, "…"),
    }
    db.session.rollback()
    return found


def _plain(row: Any, *more: str) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in OWN_TO_EACH + more}


def books_are_whole() -> None:
    report = verify()
    assert report.ok, report.problems


def test_a_redemption_is_in_the_books_the_audit_log_and_the_outbox(market: Market) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    assert market.till.post("/vouchers/redeem", {"code": voucher["code"]}).status_code == 200
    found = traces(voucher["id"])
    staff = market.till.get("/me").json["id"]
    assert found["transaction"]["kind"] == "redemption"
    assert (found["transaction"]["actor_id"], found["transaction"]["memo"]) == (
        staff,
        "一碗牛肉面",
    )
    assert [amount for _place, _account, amount in found["entries"]] == [-10, 10]
    assert found["event"]["action"] == "voucher.redeemed"
    assert found["event"]["actor_id"] == staff
    assert found["event"]["region_code"] == town.COMMUNITY
    assert found["event"]["details"] == {"merchant": market.shop, "points": 10}
    assert found["message"][1] == {
        "user_id": market.anna_id,
        "kind": "voucher.redeemed",
        "params": {"offer": "一碗牛肉面", "merchant": "红山小馆", "points": 10},
        "url": "/me/vouchers/…",
    }
    assert list(audit.faults()) == []
    books_are_whole()
    run_until_quiet()
    books_are_whole()


@pytest.mark.postgres
def test_both_ways_of_redeeming_leave_the_same(market: Market, app: Portal) -> None:
    """The function in the database and the steps in Python are held to one contract."""
    if app.settings.on_sqlite:
        pytest.skip("the function lives on PostgreSQL")
    offer = town.publish(market.owner, market.shop, title='面 "大碗" \\ é\t😀')
    staff = market.till.get("/me").json["id"]
    left = []
    for way in (function.redeem, steps.redeem):
        voucher = town.take(market.anna, offer)
        with unit_of_work():
            code_hash = codes.hash_of(voucher["code"])
            redeemed = way((market.shop,), code_hash, Moment.present(), staff)
            again = way((market.shop,), code_hash, Moment.present(), staff)
        assert redeemed is not None
        assert redeemed.id == voucher["id"]
        assert again is None
        left.append(traces(voucher["id"]))
    assert left[0] == left[1]
    assert list(audit.faults()) == []
    books_are_whole()


def test_a_neighbour_is_reminded_once_before_a_voucher_ends(market: Market, at: At) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop, voucher_days=10))
    town.take(market.anna, town.publish(market.owner, market.shop, voucher_days=1))
    run_until_quiet()
    assert reminders() == []
    at(datetime.fromisoformat(voucher["expires_at"]) - timedelta(days=2))
    for _ in range(2):
        run_until_quiet()
    [reminder] = reminders()
    assert reminder["user_id"] == market.anna_id
    assert reminder["params"] == {"offer": "一碗牛肉面", "expires_at": voucher["expires_at"]}


def reminders() -> list[dict[str, Any]]:
    payloads = db.session.execute(
        select(OutboxMessage.payload).where(OutboxMessage.kind == "notify")
    ).scalars()
    found = [each for each in payloads if each["kind"] == "voucher.expiring_soon"]
    db.session.rollback()
    return found


def test_a_new_secret_makes_new_codes_after_a_command(market: Market, app: Portal) -> None:
    voucher = town.take(market.anna, town.publish(market.owner, market.shop))
    before = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "another-secret-of-the-same-portal-9876543210"
        renewed = codes.code_of(voucher["id"])
        assert renewed != voucher["code"]
        assert market.till.post("/vouchers/redeem", {"code": renewed}).status_code == 404
        done = app.test_cli_runner().invoke(args=["vouchers", "renew-codes"])
        assert done.output == "1 vouchers have a new code\n"
        assert market.till.post("/vouchers/redeem", {"code": renewed}).status_code == 200
    finally:
        app.config["SECRET_KEY"] = before


@pytest.fixture
def limits(app: Portal) -> Iterator[None]:
    """Rate limits as they are where nobody has lifted them."""
    create_app(replace(app.settings, rate_limits=True), TESTING=True)
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False  # one limiter serves every application of this process


def test_trying_codes_is_slowed_down(market: Market, limits: None) -> None:
    answers = [
        market.till.post("/vouchers/redeem", {"code": f"{number:012}"}).status_code
        for number in range(61)
    ]
    assert answers == [404] * 60 + [429]


def test_names_at_the_till_are_short() -> None:
    assert reduced_name("欧阳娜娜") == "欧**"
    assert reduced_name("Anna Maria Lee") == "Anna M. L."
    assert reduced_name("  ") == ""
