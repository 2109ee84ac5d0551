"""Closing a vote from end to end: several transactions, and long work between them.

For the doors (API, pages) and for the job: whoever is interrupted at whatever place, the other
goes on from what stands in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError

from portal.consultations import keys
from portal.consultations.errors import CountIncomplete, TalliesDiffer
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.services import counting
from portal.consultations.services.drafts import managed
from portal.core.database import db
from portal.core.errors import FieldError, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

_TRACES = "traces of an urn may remain in the database's files until it tidies itself"
INCREASES_BETWEEN = 20
"""How often equal shares are raised before the progress is written down again."""


def close_by_hand(actor: Principal, consultation_id: str, shares: Sequence[str] = ()) -> None:
    """Close a vote whose end is not fixed, or has come. ``shares`` are what trustees type in.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is not open, or its end has not come.
        Invalid: shares are missing, or one is none of this vote.
        TalliesDiffer, CountIncomplete: it cannot be counted as it is.
    """
    row = managed(actor, consultation_id)
    counting.check_may_close(row)
    private_key = _unlocked(row, shares)
    with unit_of_work():
        counting.seal(row.id)
    _finish(actor.id, row.id, private_key)


def close_by_clock(row: ConsultationRow) -> None:
    """Close a vote whose end has come, or whose count was begun and not finished. The portal must
    hold its key.

    Raises:
        TalliesDiffer, CountIncomplete: it cannot be counted as it is.
    """
    private_key = _unlocked(row, ())
    with unit_of_work():
        counting.seal(row.id)
    _finish(None, row.id, private_key)


def close_here(actor: Principal, consultation_id: str, shares: Sequence[str] = ()) -> None:
    """Close a vote by hand within the unit of work at hand. For building a past in one
    transaction, after which :func:`sweep` is due.

    Raises:
        DomainError: as :func:`close_by_hand` does.
    """
    row = managed(actor, consultation_id)
    counting.check_may_close(row)
    private_key = _unlocked(row, shares)
    counting.seal(row.id)
    urn = counting.open_urn(counting.read_urn(row.id), private_key, lambda _done, _of: None)
    counting.publish(actor.id, counting.count(urn, lambda _increases: None))


def sweep() -> None:
    """Tidy away what is left of a destroyed urn, as far as the database lets us."""
    try:
        refused = counting.sweep()
    except DBAPIError:
        log.exception(_TRACES)
        return
    if refused:
        log.warning(_TRACES, extra={"refused": refused})


def _finish(actor_id: str | None, consultation_id: str, private_key: bytes) -> None:
    sealed = counting.read_urn(consultation_id)
    db.session.rollback()  # what follows takes long, and needs the database no more
    try:
        urn = counting.open_urn(sealed, private_key, _tell_opened(consultation_id))
    except TalliesDiffer:
        with unit_of_work():
            counting.unseal(consultation_id)
        raise
    counted = counting.count(urn, _tell_increases(consultation_id))
    try:
        with unit_of_work():
            counting.publish(actor_id, counted)
    except WrongState:
        if not _is_closed(consultation_id):
            raise
    sweep()


def _tell_opened(consultation_id: str) -> counting.OnOpened:
    def opened(done: int, of: int) -> None:
        with unit_of_work():
            counting.note_progress(consultation_id, envelopes=of, opened=done)

    return opened


def _tell_increases(consultation_id: str) -> Callable[[int], None]:
    def raised(increases: int) -> None:
        if increases % INCREASES_BETWEEN == 0:
            with unit_of_work():
                counting.note_progress(consultation_id, increases=increases)

    return raised


def _is_closed(consultation_id: str) -> bool:
    """Whether somebody else was quicker: then it is done."""
    row = consultations.as_it_is(consultation_id)
    db.session.rollback()
    return row is not None and consultations.is_counted(row)


def _unlocked(row: ConsultationRow, shares: Sequence[str]) -> bytes:
    """The private key, from the portal's secret or from what trustees type in."""
    kept = consultations.key_of(row.id)
    if kept is None:
        raise WrongState  # closed or cancelled a moment ago
    try:
        if row.trustees is None:
            return keys.private_key(row.id, kept.sealed_private_key)
        parts = _parts(shares, kept.share_hashes, row.trustees_needed)
        return keys.private_key_of_trustees(
            row.id, kept.sealed_private_key, parts, row.trustees_needed
        )
    except keys.WrongKey:
        raise CountIncomplete(_l("The key of this vote cannot be opened.")) from None


def _parts(shares: Sequence[str], hashes: Sequence[str], needed: int) -> dict[int, bytes]:
    parts: dict[int, bytes] = {}
    wrong = []
    for place, typed in enumerate(shares):
        try:
            number, part = keys.read_share(typed)
        except keys.UnreadableShare:
            detail = _l("This share cannot be read: a character is wrong or missing.")
            wrong.append(FieldError(f"shares.{place}", detail))
            continue
        if keys.is_share_of(number, part, hashes):
            parts[number] = part
        else:
            detail = _l("This share belongs to another vote.")
            wrong.append(FieldError(f"shares.{place}", detail))
    if not wrong and len(parts) < needed:
        detail = ngettext(
            "%(num)s different share is needed.", "%(num)s different shares are needed.", needed
        )
        wrong.append(FieldError("shares", detail))
    if wrong:
        raise Invalid(errors=wrong)
    return parts
