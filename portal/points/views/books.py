"""The desk: the books, for those who audit them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.database import db
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, asked_alike, asked_for, cursor, day_asked_for
from portal.core.permissions import Permission, Principal
from portal.core.spreadsheets import MOST_ROWS_AT_ONCE, minute_of, spreadsheet
from portal.core.unit_of_work import unit_of_work
from portal.points import owners, services
from portal.points.ledger import Book, Kind
from portal.points.queries import book
from portal.points.queries.book import BookFilter
from portal.points.queries.owners import accounts_named, maker_of, names_on
from portal.points.queries.totals import last_verification, totals_within
from portal.points.views.blueprint import blueprint
from portal.points.words import KINDS, PURPOSES
from portal.regions.choosing import RegionFilter, region_asked_for

MOST_IN_FILE = 50_000


@blueprint.get("/desk/ledger")
@requires(Permission.LEDGER_READ, anywhere=True)
def desk_ledger() -> str:
    """The bookings of one's regions that were asked for, newest first, and what they come to."""
    actor, region = the_principal(), region_asked_for()
    wanted, accounts = _wanted(actor, region)
    totals = totals_within(actor, wanted)
    page = book.transactions_within(actor, totals.narrowed(wanted), cursor=cursor())
    ids = [row.id for row in page.items]
    return render_template(
        "points/desk_ledger.html",
        page=page,
        volumes=book.volumes_of(ids),
        kinds=KINDS,
        purposes=PURPOSES,
        wanted=wanted,
        region=region,
        whose=asked_for("whose"),
        accounts=accounts,
        names=names_on(actor, accounts),
        totals=totals,
        verified=last_verification(),
        most=MOST_IN_FILE,
        file_url=asked_alike(url_for("points.desk_ledger_file")),
    )


@blueprint.get("/desk/ledger.csv")
@requires(Permission.LEDGER_READ, anywhere=True)
def desk_ledger_file() -> Response:
    """The entries of the same bookings in the same order, for a spreadsheet. That they were taken
    away is kept in the audit log."""
    actor = the_principal()
    wanted, _accounts = _wanted(actor, region_asked_for())
    totals = totals_within(actor, wanted)
    if totals.bookings > MOST_IN_FILE:
        flash(_too_many(totals.bookings), "warning")
        return redirect(asked_alike(url_for("points.desk_ledger")), SEE_OTHER)
    with unit_of_work():
        services.note_download(actor, wanted, totals.bookings)
    return spreadsheet("bookings", _head(), _lines(actor, totals.narrowed(wanted)))


@blueprint.get("/desk/ledger/<id:transaction_id>")
@requires(Permission.LEDGER_READ, anywhere=True)
def desk_transaction(transaction_id: str) -> str:
    """One booking with its entries."""
    actor = the_principal()
    transaction = book.transaction_of(actor, transaction_id)
    entries = book.entries_of([transaction_id])
    return render_template(
        "points/desk_transaction.html",
        transaction=transaction,
        entries=entries,
        names=names_on(actor, entries),
        by=maker_of(actor, transaction),
        address_of=_address_of,
        kinds=KINDS,
        purposes=PURPOSES,
    )


def _wanted(actor: Principal, region: RegionFilter) -> tuple[BookFilter, list[Any]]:
    """The filter in the address, and the accounts it names; what cannot be read counts as not
    given. That a resident is looked at is kept in the audit log."""
    kind, whose = asked_for("kind"), asked_for("whose")
    accounts = list(accounts_named(actor, whose)) if whose else []
    _note_reading(actor, accounts)
    wanted = BookFilter(
        kind=kind if kind in set(Kind) else "",
        region=region.code,
        since=day_asked_for("since"),
        until=day_asked_for("until"),
        accounts=tuple(row.id for row in accounts) if whose else None,
    )
    return wanted, accounts


def _note_reading(actor: Principal, accounts: list[Any]) -> None:
    of_residents = {row.owner_id: row for row in accounts if row.owner_kind == owners.RESIDENT}
    if of_residents and not cursor():
        with unit_of_work():
            for user_id, row in of_residents.items():
                services.note_person_read(actor, user_id, row.region_code)


def _too_many(bookings: int) -> str:
    return _(
        "These are %(count)s bookings, and a file holds %(most)s. Choose fewer days, one kind or a "
        "smaller region.",
        count=bookings,
        most=MOST_IN_FILE,
    )


def _address_of(owner_kind: str, owner_id: str) -> str | None:
    """The public page of an account's owner, if there is one."""
    kind = owners.kind_named(owner_kind)
    if kind is None or kind.endpoint is None:
        return None
    values: dict[str, Any] = {kind.argument: owner_id}
    return url_for(kind.endpoint, **values)


def _head() -> list[str]:
    return [
        _("Number"),
        _("Written"),
        _("Counts for"),
        _("Kind"),
        _("Region code"),
        _("Region"),
        _("Memo"),
        _("Takes back"),
        _("Account number"),
        _("Ledger account"),
        _("Of"),
        _("Points"),
        _("Minutes"),
    ]


def _lines(actor: Principal, wanted: BookFilter) -> Iterator[list[Any]]:
    """Some bookings at a time, and no transaction open while they are sent."""
    place: str | None = None
    while True:
        page = book.transactions_within(actor, wanted, cursor=place, limit=MOST_ROWS_AT_ONCE)
        bookings = {row.id: row for row in page.items}
        entries = book.entries_of(bookings)
        names = names_on(actor, entries)
        db.session.rollback()
        for entry in entries:
            yield _line(bookings[entry.transaction_id], entry, names)
        place = page.next_cursor
        if place is None:
            return


def _line(booking: Any, entry: Any, names: dict[tuple[str, str], str]) -> list[Any]:
    in_points = entry.book == Book.POINTS
    return [
        booking.id,
        minute_of(booking.created_at),
        booking.value_date,
        KINDS[booking.kind],
        booking.region_code,
        booking.region_name,
        booking.memo,
        booking.reverses,
        entry.account_id,
        PURPOSES[entry.purpose],
        names.get((entry.owner_kind, entry.owner_id)),
        entry.amount if in_points else None,
        None if in_points else entry.amount,
    ]
