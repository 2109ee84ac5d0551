"""One-time codes: made, sent, tried, used once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, insert, select, update

from portal.accounts import credentials, letters
from portal.accounts.addresses import Address
from portal.accounts.errors import CodeExpired, WrongCode
from portal.accounts.models import OneTimeCode
from portal.accounts.rules import (
    CODE_DIGITS,
    CODE_LIFETIME,
    MOST_CODE_ATTEMPTS,
    MOST_CODES_AN_HOUR,
    CodePurpose,
)
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import TooManyRequests
from portal.core.ids import LENGTH, random_code
from portal.core.messages import Channel
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
    user_id: str | None = None,
    public_url: str | None = None,
    decoy: bool = False,
) -> str:
    """Make a code and send it; returns the id under which it is typed in.

    A decoy is never sent and never right: the answer to an address that must not learn anything.

    Raises:
        TooManyRequests: this address got several within the hour.
    """
    _refuse_flood(purpose, address)
    _retire_older(purpose, address)
    code_id, code = random_code(LENGTH), credentials.new_code(CODE_DIGITS)
    row = {
        "id": code_id,
        "purpose": purpose.value,
        "channel": address.channel.value,
        "address": address.value,
        "user_id": user_id,
        "code_hash": "" if decoy else _hash(code_id, code),
        "attempts": 0,
        "created_at": now(),
        "expires_at": now() + CODE_LIFETIME,
    }
    db.session.execute(insert(OneTimeCode), [row])
    if not decoy:
        letters.send_code(address, purpose, code, locale, _link(public_url, purpose, row, code))
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
                OneTimeCode.attempts < MOST_CODE_ATTEMPTS,
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


def _refuse_flood(purpose: CodePurpose, address: Address) -> None:
    recent = db.session.execute(
        select(func.count().label("sent"), func.min(OneTimeCode.created_at).label("first")).where(
            OneTimeCode.address == address.value,
            OneTimeCode.purpose == purpose.value,
            OneTimeCode.created_at > now() - _HOUR,
        )
    ).one()
    if recent.sent >= MOST_CODES_AN_HOUR:
        wait = recent.first + _HOUR - now()
        raise TooManyRequests(retry_after=max(1, int(wait.total_seconds())))


def _retire_older(purpose: CodePurpose, address: Address) -> None:
    """Only the newest code is good, so that guesses do not add up over several."""
    db.session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.address == address.value,
            OneTimeCode.purpose == purpose.value,
            OneTimeCode.expires_at > now(),
        )
        .values(expires_at=now())
    )


def _hash(code_id: str, code: str) -> str:
    return credentials.keyed_hash("code", f"{code_id}:{code}")


def _link(
    public_url: str | None, purpose: CodePurpose, row: Mapping[str, object], code: str
) -> str | None:
    """Only under an address that the operator has set: the request's own could be forged."""
    if not public_url or purpose is not CodePurpose.RESET or row["channel"] != Channel.EMAIL:
        return None
    return f"{public_url}/reset/{row['id']}?code={code}"
