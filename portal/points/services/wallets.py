"""What residents do with their points: reserve, spend, give, and let expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.core import outbox
from portal.core.clock import today
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.points import ledger, members
from portal.points.errors import InsufficientPoints
from portal.points.ledger import (
    Account,
    Capture,
    Expire,
    Give,
    Kind,
    Posting,
    Restore,
    Spend,
    accounts,
)
from portal.points.queries.accounts import find
from portal.points.queries.transactions import redemption, wallet_of_hold
from portal.points.queries.wallets import SOME_REGION, has_expired_lots, origins_of


def hold_points(user_id: str, amount: int, key: str) -> str:
    """Reserve a resident's points, those that expire first. The same key again gives the same hold.

    Returns:
        The hold's id.

    Raises:
        InsufficientPoints: fewer can be spent.
    """
    return ledger.hold(accounts.wallet(user_id, SOME_REGION), amount, key)


def capture_hold(
    hold_id: str, merchant_id: str, region_code: str, memo: str, actor_id: str | None
) -> str:
    """Spend what a hold reserved at a merchant; returns the transaction's id.

    Raises:
        HoldNotOpen: it was spent or given back before.
    """
    posting = Posting(
        kind=Kind.REDEMPTION,
        region_code=region_code,
        moves=(Capture(hold_id=hold_id, target=accounts.takings(merchant_id, region_code)),),
        memo=memo,
        actor_id=actor_id,
    )
    ledger.post(posting)
    return posting.id


def void_hold(hold_id: str) -> None:
    """Put the points of a hold back into their lots; those whose day is over expire at once.

    Raises:
        HoldNotOpen: it was spent or given back before.
    """
    if ledger.void(hold_id) < today():
        expire_wallets([wallet_of_hold(hold_id)])


def refund_redemption(transaction_id: str, memo: str, actor_id: str | None) -> str:
    """Take a redemption back: its points return into the lots they came from, with the dates they
    had. Returns the new transaction's id.

    Raises:
        NotFound: there is no such redemption.
        AlreadyReversed: it was taken back before.
    """
    found = redemption(transaction_id)
    if found is None:
        raise NotFound
    posting = Posting(
        kind=Kind.REFUND,
        region_code=found.region_code,
        moves=(Restore(source=found.takings, target=found.wallet, of=transaction_id),),
        memo=memo,
        actor_id=actor_id,
        reverses=transaction_id,
    )
    ledger.post(posting)
    settle_expired(found.wallet.owner_id)
    return posting.id


def give_points(actor: Principal, to_member: str, amount: int, message: str) -> str:
    """Give points to the person who shows a member code; their lots keep their dates. Who has no
    wallet yet gets one of their home region or, without a home, of the actor's. Returns the
    transaction's id.

    Raises:
        UnknownMember: nobody has this code.
        Invalid: it is the actor's own.
        InsufficientPoints: fewer can be spent.
    """
    receiver, home = members.find(to_member)
    if receiver == actor.id:
        raise Invalid.field("to_member", _l("This is your own member code."))
    own = find(accounts.wallet(actor.id, SOME_REGION))
    if own is None:
        raise InsufficientPoints
    region_code = own.region_code
    gift = Give(
        source=accounts.wallet(actor.id, region_code),
        target=accounts.wallet(receiver, home or region_code),
        amount=amount,
    )
    posting = Posting(
        kind=Kind.GIFT, region_code=region_code, moves=(gift,), memo=message, actor_id=actor.id
    )
    ledger.post(posting)
    outbox.emit(
        "notify",
        user_id=receiver,
        kind="points.gift_received",
        params={"points": amount, "message": message},
        url="/me/points",
    )
    return posting.id


def return_points(user_id: str) -> int:
    """End the free points of an account that is closed: they go back to the budgets of the regions
    that they came from. Returns how many; what is held stays until its hold is given back.

    Raises:
        InsufficientPoints: some were taken meanwhile by another transaction; try again.
    """
    settle_expired(user_id)
    origins = origins_of(user_id)
    ledger.post(*(_returned(user_id, region_code, amount) for region_code, amount in origins))
    return sum(amount for _, amount in origins)


def _returned(user_id: str, region_code: str, amount: int) -> Posting:
    back = Spend(
        source=accounts.wallet(user_id, region_code),
        target=accounts.budget(region_code),
        amount=amount,
    )
    return Posting(kind=Kind.CLOSING, region_code=region_code, moves=(back,))


def settle_expired(user_id: str) -> int:
    """Book as expired what is past its day in one wallet; returns how many wallets changed."""
    if not has_expired_lots(user_id):
        return 0
    account = accounts.wallet(user_id, SOME_REGION)
    row = find(account)
    return expire_wallets([accounts.wallet(user_id, row.region_code)]) if row else 0


def expire_wallets(wallets: Sequence[Account]) -> int:
    """Book as expired what is past its day in some wallets; returns how many changed."""
    posted = ledger.post(*(_expiry(wallet, today()) for wallet in wallets))
    return sum(each.id is not None for each in posted)


def _expiry(wallet: Account, day: date) -> Posting:
    move = Expire(source=wallet, target=accounts.expiry(wallet.region_code))
    return Posting(kind=Kind.EXPIRY, region_code=wallet.region_code, moves=(move,), value_date=day)
