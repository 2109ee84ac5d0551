"""The write path: one contract on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core.clock import now
from portal.core.ids import new_id
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger
from portal.points.errors import (
    AlreadyReversed,
    BudgetExceeded,
    HoldNotOpen,
    InsufficientPoints,
    PostingMismatch,
)
from portal.points.ledger import (
    Capture,
    Earn,
    Expire,
    Give,
    Kind,
    Posting,
    Restore,
    Spend,
    Sweep,
    Transfer,
    Unearn,
    accounts,
)
from tests.points.books import MERCHANT, MORNING, broken_invariants, fund, rows
from tests.world import COMMUNITY, DISTRICT

pytestmark = pytest.mark.usefixtures("app")

LI, WANG = "a" * 26, "b" * 26
BUDGET = accounts.budget(COMMUNITY)
TILL = accounts.takings(MERCHANT, COMMUNITY)
WALLET, OTHER_WALLET = accounts.wallet(LI, COMMUNITY), accounts.wallet(WANG, COMMUNITY)
EXPIRY = accounts.expiry(COMMUNITY)
NEXT_YEAR, LATER = date(2027, 12, 31), date(2028, 12, 31)


def post(*moves: ledger.Move, kind: Kind = Kind.AWARD, **more: object) -> ledger.Posted:
    posting = Posting(kind=kind, region_code=COMMUNITY, moves=moves, **more)  # type: ignore[arg-type]
    with unit_of_work():
        return ledger.post(posting)[0]


def earn(amount: int, expires_on: date = LATER, wallet: ledger.Account = WALLET) -> str:
    move = Earn(source=BUDGET, target=wallet, amount=amount, expires_on=expires_on)
    return str(post(move).id)


def hold(amount: int, key: str | None = None) -> str:
    with unit_of_work():
        return ledger.hold(WALLET, amount, key or new_id())


def balance(account: ledger.Account) -> tuple[int, int]:
    found = rows(
        "SELECT balance, held FROM ledger_account WHERE owner_id = :owner AND purpose = :purpose",
        owner=account.owner_id,
        purpose=account.purpose.value,
    )
    return tuple(found[0]) if found else (0, 0)


def collected(account: ledger.Account) -> int:
    found = rows(
        "SELECT coalesce(sum(e.amount), 0) FROM ledger_entry e JOIN ledger_account a"
        " ON a.id = e.account_id WHERE a.owner_id = :owner AND a.purpose = :purpose",
        owner=account.owner_id,
        purpose=account.purpose.value,
    )
    return int(found[0][0])


def lots(account: ledger.Account = WALLET) -> list[tuple[int, int, int, str]]:
    return [
        (row.amount, row.remaining, row.held, str(row.expires_on))
        for row in rows(
            "SELECT l.* FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id"
            " WHERE a.owner_id = :owner ORDER BY l.id",
            owner=account.owner_id,
        )
    ]


@pytest.fixture(autouse=True)
def whole_books(app: object, at: Callable[[datetime], None]) -> Iterator[None]:
    """After every story the books are whole."""
    at(MORNING)
    yield
    assert broken_invariants() == []


def test_points_move_from_budget_to_wallet_as_a_lot() -> None:
    fund(100)
    earn(30)
    assert balance(BUDGET) == (70, 0)
    assert balance(WALLET) == (30, 0)
    assert lots() == [(30, 30, 0, "2028-12-31")]


def test_a_budget_gives_no_more_than_it_has() -> None:
    fund(10)
    with pytest.raises(BudgetExceeded):
        earn(11)
    assert balance(BUDGET) == (10, 0)
    assert rows("SELECT 1 FROM ledger_lot") == []


def test_what_expires_first_is_spent_first() -> None:
    fund(100)
    earn(10, LATER)
    earn(10, NEXT_YEAR)
    post(Spend(source=WALLET, target=TILL, amount=12), kind=Kind.REDEMPTION)
    assert lots() == [(10, 8, 0, "2028-12-31"), (10, 0, 0, "2027-12-31")]
    assert collected(TILL) == 12


def test_a_wallet_gives_no_more_than_it_has() -> None:
    fund(100)
    earn(10)
    with pytest.raises(InsufficientPoints):
        post(Spend(source=WALLET, target=TILL, amount=11), kind=Kind.REDEMPTION)
    assert balance(WALLET) == (10, 0)


def test_points_past_their_day_cannot_be_spent_or_held(at: Callable[[datetime], None]) -> None:
    fund(100)
    earn(10, NEXT_YEAR)
    earn(5, LATER)
    at(datetime(2027, 12, 31, 16, 0, tzinfo=UTC))  # midnight there
    with pytest.raises(InsufficientPoints):
        post(Spend(source=WALLET, target=TILL, amount=6), kind=Kind.REDEMPTION)
    with pytest.raises(InsufficientPoints):
        hold(6)
    hold(5)
    assert balance(WALLET) == (10, 5)


def test_expiry_takes_what_is_past_its_day_and_nothing_else(at: Callable[[datetime], None]) -> None:
    fund(100)
    earn(10, NEXT_YEAR)
    earn(5, LATER)
    expire = Expire(source=WALLET, target=EXPIRY)
    assert post(expire, kind=Kind.EXPIRY).id is None
    at(datetime(2027, 12, 31, 15, 59, tzinfo=UTC))
    assert post(expire, kind=Kind.EXPIRY).id is None
    at(datetime(2027, 12, 31, 16, 0, tzinfo=UTC))
    assert post(expire, kind=Kind.EXPIRY).id is not None
    assert balance(WALLET) == (5, 0)
    assert collected(EXPIRY) == 10


def test_a_hold_makes_no_entry_and_a_capture_does() -> None:
    fund(100)
    earn(30)
    before = rows("SELECT count(*) FROM ledger_entry")
    reserved = hold(20)
    assert balance(WALLET) == (10, 20)
    assert rows("SELECT count(*) FROM ledger_entry") == before
    post(Capture(hold_id=reserved, target=TILL), kind=Kind.REDEMPTION)
    assert balance(WALLET) == (10, 0)
    assert collected(TILL) == 20


def test_a_hold_lies_on_the_lots_that_expire_first_and_returns_to_them() -> None:
    fund(100)
    earn(10, LATER)
    earn(10, NEXT_YEAR)
    reserved = hold(15)
    assert lots() == [(10, 5, 5, "2028-12-31"), (10, 0, 10, "2027-12-31")]
    with unit_of_work():
        assert ledger.void(reserved) == NEXT_YEAR
    assert lots() == [(10, 10, 0, "2028-12-31"), (10, 10, 0, "2027-12-31")]
    assert balance(WALLET) == (20, 0)


def test_a_hold_is_settled_once() -> None:
    fund(100)
    earn(30)
    captured, voided = hold(10), hold(10)
    capture = Capture(hold_id=captured, target=TILL)
    post(capture, kind=Kind.REDEMPTION)
    with unit_of_work():
        ledger.void(voided)
    for hold_id in (captured, voided, new_id()):
        with pytest.raises(HoldNotOpen):
            post(Capture(hold_id=hold_id, target=TILL), kind=Kind.REDEMPTION)
        with pytest.raises(HoldNotOpen), unit_of_work():
            ledger.void(hold_id)
    with pytest.raises(HoldNotOpen):
        post(*(Capture(hold_id=each, target=TILL) for each in [hold(3)] * 2), kind=Kind.REDEMPTION)
    assert collected(TILL) == 10


def test_the_same_key_holds_once() -> None:
    fund(100)
    earn(30)
    first = hold(20, "voucher:1")
    assert hold(20, "voucher:1") == first
    assert balance(WALLET) == (10, 20)
    with pytest.raises(PostingMismatch):
        hold(10, "voucher:1")


def test_who_never_earned_has_nothing_to_hold() -> None:
    with pytest.raises(InsufficientPoints):
        hold(1)
    assert rows("SELECT 1 FROM ledger_account") == []


def test_the_same_key_posts_once() -> None:
    fund(100)
    move = Earn(source=BUDGET, target=WALLET, amount=10, expires_on=LATER)
    first = post(move, key="record:1", memo='清扫 "street"\n\t\\ é\u2028')
    again = post(move, key="record:1", memo='清扫 "street"\n\t\\ é\u2028')
    assert not first.replayed
    assert again == ledger.Posted(first.id, replayed=True)
    assert balance(WALLET) == (10, 0)
    with pytest.raises(PostingMismatch):
        post(Earn(source=BUDGET, target=WALLET, amount=11, expires_on=LATER), key="record:1")


def test_a_gift_keeps_the_dates_of_its_lots() -> None:
    fund(100)
    earn(10, LATER)
    earn(10, NEXT_YEAR)
    post(Give(source=WALLET, target=OTHER_WALLET, amount=12), kind=Kind.GIFT)
    assert balance(WALLET) == (8, 0)
    assert lots(OTHER_WALLET) == [(2, 2, 0, "2028-12-31"), (10, 10, 0, "2027-12-31")]
    earned = rows("SELECT DISTINCT earned_at FROM ledger_lot WHERE expires_on = '2027-12-31'")
    assert len(earned) == 1


def test_a_correction_takes_from_the_very_lots_first() -> None:
    fund(100)
    earn(10, NEXT_YEAR)
    wrong = earn(10, LATER)
    unearn = Unearn(source=WALLET, target=BUDGET, amount=10, owed=10, of=(wrong,))
    post(unearn, kind=Kind.CORRECTION, reverses=wrong)
    assert lots() == [(10, 10, 0, "2027-12-31"), (10, 0, 0, "2028-12-31")]
    assert balance(BUDGET) == (90, 0)
    with pytest.raises(AlreadyReversed):
        post(unearn, kind=Kind.CORRECTION, reverses=wrong)


@pytest.mark.parametrize(("owed", "left"), [(10, 0), (4, 1), (3, 2), (1, 4), (0, 4)])
def test_what_was_spent_already_is_no_debt_and_does_not_come_back(owed: int, left: int) -> None:
    """Of the lot in question 1 is left, of another 4: that one is touched for what is owed."""
    fund(100)
    wrong = earn(10)
    earn(4)
    post(Spend(source=WALLET, target=TILL, amount=9), kind=Kind.REDEMPTION)
    unearn = Unearn(source=WALLET, target=BUDGET, amount=10, owed=owed, of=(wrong,))
    post(unearn, kind=Kind.CORRECTION, reverses=wrong)
    assert balance(WALLET) == (left, 0)
    assert balance(BUDGET) == (86 + 5 - left, 0)


def test_a_correction_knows_all_lots_of_its_record() -> None:
    fund(100)
    first, second = earn(10, LATER), earn(5, LATER)
    earn(10, NEXT_YEAR)
    unearn = Unearn(source=WALLET, target=BUDGET, amount=12, owed=12, of=(first, second))
    post(unearn, kind=Kind.CORRECTION, reverses=second)
    assert sorted(lots()) == [
        (5, 3, 0, "2028-12-31"), (10, 0, 0, "2028-12-31"), (10, 10, 0, "2027-12-31"),
    ]  # fmt: skip


def test_held_points_are_not_taken_back() -> None:
    fund(100)
    wrong = earn(10)
    reserved = hold(7)
    unearn = Unearn(source=WALLET, target=BUDGET, amount=10, owed=10, of=(wrong,))
    post(unearn, kind=Kind.CORRECTION, reverses=wrong)
    assert balance(WALLET) == (0, 7)
    assert balance(BUDGET) == (93, 0)
    post(Capture(hold_id=reserved, target=TILL), kind=Kind.REDEMPTION)


def test_a_refund_returns_into_the_same_lots() -> None:
    fund(100)
    earn(10, LATER)
    earn(10, NEXT_YEAR)
    before = lots()
    spent = post(Spend(source=WALLET, target=TILL, amount=15), kind=Kind.REDEMPTION)
    restore = Restore(source=TILL, target=WALLET, of=str(spent.id))
    post(restore, kind=Kind.REFUND, reverses=spent.id)
    assert lots() == before
    assert collected(TILL) == 0


def test_a_sweep_moves_all_that_is_left() -> None:
    fund(100)
    reserve = accounts.reserve("c" * 26, COMMUNITY)
    keep = Transfer(source=BUDGET, target=reserve, amount=40)
    post(keep, kind=Kind.RESERVE)
    assert post(Sweep(source=reserve, target=BUDGET), kind=Kind.RELEASE).id is not None
    assert balance(BUDGET) == (100, 0)
    assert post(Sweep(source=reserve, target=BUDGET), kind=Kind.RELEASE).id is None


def test_a_batch_is_one_deed_and_covers_itself() -> None:
    """A sweep sees what the batch gave before; cover is judged at the end."""
    fund(10)
    reserve = accounts.reserve("c" * 26, COMMUNITY)
    postings = [
        Posting(kind=Kind.RESERVE, region_code=COMMUNITY, moves=(move,))
        for move in (
            Transfer(source=reserve, target=BUDGET, amount=3),
            Transfer(source=BUDGET, target=reserve, amount=10),
            Sweep(source=reserve, target=BUDGET),
        )
    ]
    with unit_of_work():
        ledger.post(*postings)
    assert balance(BUDGET) == (10, 0)
    too_much = Posting(
        kind=Kind.RESERVE,
        region_code=COMMUNITY,
        moves=(Transfer(source=BUDGET, target=reserve, amount=99),),
    )
    fine = Posting(
        kind=Kind.RESERVE,
        region_code=COMMUNITY,
        moves=(Transfer(source=BUDGET, target=reserve, amount=1),),
    )
    with pytest.raises(BudgetExceeded), unit_of_work():
        ledger.post(fine, too_much)
    assert balance(BUDGET) == (10, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Transfer(source=accounts.hours(LI, COMMUNITY), target=BUDGET, amount=1),
        lambda: Spend(source=accounts.hours(LI, COMMUNITY), target=TILL, amount=1),
        lambda: Earn(source=accounts.service(COMMUNITY), target=WALLET, amount=1, expires_on=LATER),
        lambda: Give(source=accounts.hours(LI, COMMUNITY), target=WALLET, amount=1),
        lambda: Transfer(source=WALLET, target=TILL, amount=1),
        lambda: Transfer(source=BUDGET, target=WALLET, amount=1),
        lambda: Transfer(source=BUDGET, target=BUDGET, amount=1),
        lambda: Transfer(source=BUDGET, target=accounts.budget(DISTRICT), amount=0),
        lambda: Transfer(source=BUDGET, target=accounts.budget(DISTRICT), amount=-5),
        lambda: Transfer(source=BUDGET, target=accounts.budget(DISTRICT), amount=True),
        lambda: Sweep(source=TILL, target=BUDGET),
        lambda: Capture(hold_id="x", target=accounts.service(COMMUNITY)),
    ],
)
def test_a_wrong_move_is_no_posting(wrong: Callable[[], ledger.Move]) -> None:
    """Nothing leads from the hours to points, and no wallet moves but by its lots."""
    with pytest.raises(ValueError, match=r"a move|wallets|only a budget|a hold"):
        Posting(kind=Kind.AWARD, region_code=COMMUNITY, moves=(wrong(),))


def test_the_instant_of_a_posting_is_kept_to_the_microsecond() -> None:
    fund(10)
    instant = now() - timedelta(days=400, microseconds=7)
    posted = post(
        Earn(source=BUDGET, target=WALLET, amount=1, expires_on=LATER),
        at=instant,
        value_date=date(2025, 1, 2),
    )
    kept = rows("SELECT value_date FROM ledger_transaction WHERE id = :id", id=posted.id)
    assert str(kept[0].value_date) == "2025-01-02"
