"""One-time codes: made, sent, tried, used once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, insert, select, update
from sqlalchemy.orm import aliased

from portal.accounts import credentials, letters
from portal.accounts.addresses import Address
from portal.accounts.errors import CodeExpired, WrongCode
from portal.accounts.models import OneTimeCode
from portal.accounts.rules import (
    CODE_DIGITS,
    CODE_LIFETIME,
    CODES_AT_A_TIME,
    MOST_CODE_ATTEMPTS,
    MOST_CODES_AN_HOUR,
    MOST_CODES_AN_HOUR_ANYWHERE,
    CodePurpose,
)
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, TooManyRequests
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import LENGTH, random_code
from portal.core.messages import Channel, reaches
from portal.core.unit_of_work import unit_of_work

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Proof:
    """A code that was right: whose address is proved. Used once, by :func:`use`."""

    code_id: str
    address: Address
    user_id: str | None


def issue(
    purpose: CodePurpose,
    address: Address,
    *,
    locale: str,
    network: str = "",
    user_id: str | None = None,
    public_url: str | None = None,
    decoy: bool = False,
) -> str:
    """Make a code and send it; returns the id under which it is typed in.

    A decoy is never sent and never right: the answer to an address that must not learn anything.
    What others ask for in the name of an address, from another ``network``
    (:mod:`portal.accounts.networks`), neither ends nor uses up what its owner asked for.

    Raises:
        Invalid: no message of this kind can be sent at all.
        TooManyRequests: this address got several within the hour.
    """
    _refuse_unreachable(address)
    asker = credentials.keyed_hash("network", network)
    _refuse_flood(purpose, address, asker)
    _retire_older(purpose, address, asker)
    code_id, code = random_code(LENGTH), credentials.new_code(CODE_DIGITS)
    row: dict[str, Any] = {
        "id": code_id,
        "purpose": purpose.value,
        "channel": address.channel.value,
        "address": address.value,
        "user_id": user_id,
        "network": asker,
        "code_hash": "" if decoy else _hash(code_id, code),
        "attempts": 0,
        "created_at": now(),
        "expires_at": now() + CODE_LIFETIME,
    }
    db.session.execute(insert(OneTimeCode), [row])
    if not decoy:
        link = _link(public_url, purpose, row, code)
        letters.send_code(address, purpose, code, locale, link, keep_until=row["expires_at"])
    return code_id


def check(purpose: CodePurpose, code_id: str, typed: str) -> Proof:
    """Try a code.

    Opens its own unit of work: a wrong try must be counted although it is refused.

    Raises:
        WrongCode: it is not the one that was sent.
        CodeExpired: it is too old, used, replaced, or was tried too often.
    """
    with unit_of_work():
        row = db.session.connection().execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.id == code_id,
                OneTimeCode.purpose == purpose.value,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > now(),
                _attempts() < MOST_CODE_ATTEMPTS,
            )
            .values(attempts=OneTimeCode.attempts + 1)
            .returning(
                OneTimeCode.code_hash,
                OneTimeCode.channel,
                OneTimeCode.address,
                OneTimeCode.user_id,
            )
        ).first()  # fmt: skip
        right = row is not None and credentials.same(row.code_hash, _hash(code_id, typed.strip()))
        if right:  # a right code that meets another refusal (a weak password) is not used up
            db.session.execute(
                update(OneTimeCode)
                .where(OneTimeCode.id == code_id)
                .values(attempts=OneTimeCode.attempts - 1)
            )
    if row is None:
        raise CodeExpired
    if not right:
        raise WrongCode
    return Proof(code_id, Address(Channel(row.channel), row.address), row.user_id)


def use(proof: Proof) -> None:
    """Use a proven code up, in the transaction of the deed it opens.

    Raises:
        CodeExpired: somebody was faster.
    """
    used = db.session.connection().execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.id == proof.code_id,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now(),
        )
        .values(used_at=now())
    )
    if not used.rowcount:
        raise CodeExpired


def _refuse_unreachable(address: Address) -> None:
    if reaches(address.channel):
        return
    words = {
        Channel.SMS: _l("We cannot send text messages yet. Write an e-mail address instead."),
        Channel.EMAIL: _l("We cannot send e-mails yet. Please come back later."),
    }
    raise Invalid.field("login", words[address.channel])


def _refuse_flood(purpose: CodePurpose, address: Address, asker: str) -> None:
    """Whoever asks from one network gets few, and all together not many more."""
    recent = select(OneTimeCode.created_at).where(
        OneTimeCode.address == address.value,
        OneTimeCode.purpose == purpose.value,
        OneTimeCode.created_at > now() - _HOUR,
    )
    for statement, most in (
        (recent.where(OneTimeCode.network == asker), MOST_CODES_AN_HOUR),
        (recent, MOST_CODES_AN_HOUR_ANYWHERE),
    ):
        newest_first = statement.order_by(OneTimeCode.created_at.desc())
        made_room = db.session.execute(newest_first.offset(most - 1).limit(1)).scalar_one_or_none()
        if made_room is not None:
            wait = made_room + _HOUR - now()
            raise TooManyRequests(retry_after=max(1, int(wait.total_seconds())))


def _attempts() -> ScalarSelect[Any]:
    """Attempts at all codes that hold beside a code, asked for by the same: more codes are no more
    guesses."""
    beside = aliased(OneTimeCode)
    return (
        select(func.sum(beside.attempts))
        .where(
            beside.address == OneTimeCode.address,
            beside.purpose == OneTimeCode.purpose,
            beside.network == OneTimeCode.network,
            beside.expires_at > now(),
        )
        .correlate(OneTimeCode)
        .scalar_subquery()
    )


def _retire_older(purpose: CodePurpose, address: Address, asker: str) -> None:
    """The code before may be on its way: it goes on holding, unless attempts are used up."""
    holding = (
        OneTimeCode.address == address.value,
        OneTimeCode.purpose == purpose.value,
        OneTimeCode.network == asker,
        OneTimeCode.expires_at > now(),
    )
    rows = db.session.execute(
        select(OneTimeCode.id, OneTimeCode.attempts)
        .where(*holding)
        .order_by(OneTimeCode.created_at.desc())
    ).all()
    used_up = sum(row.attempts for row in rows) >= MOST_CODE_ATTEMPTS
    over = [row.id for row in (rows if used_up else rows[CODES_AT_A_TIME - 1 :])]
    db.session.execute(update(OneTimeCode).where(OneTimeCode.id.in_(over)).values(expires_at=now()))


def _hash(code_id: str, code: str) -> str:
    return credentials.keyed_hash("code", f"{code_id}:{code}")


def _link(
    public_url: str | None, purpose: CodePurpose, row: Mapping[str, object], code: str
) -> str | None:
    """Only under an address that the operator has set: the request's own could be forged."""
    if not public_url or purpose is not CodePurpose.RESET or row["channel"] != Channel.EMAIL:
        return None
    return f"{public_url}/reset/{row['id']}?code={code}"
