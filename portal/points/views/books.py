"""The desk: the books, for those who audit them."""

from __future__ import annotations

from flask import render_template

from portal.core.access import requires, the_principal
from portal.core.pages import asked_for, cursor
from portal.core.permissions import Permission
from portal.points.ledger import Kind
from portal.points.queries import book
from portal.points.views.blueprint import blueprint
from portal.points.words import KINDS, PURPOSES


@blueprint.get("/desk/ledger")
@requires(Permission.LEDGER_READ, anywhere=True)
def desk_ledger() -> str:
    """Every booking of one's regions, newest first."""
    wanted = asked_for("kind")
    kind = wanted if wanted in set(Kind) else None
    page = book.transactions_within(the_principal(), kind=kind, cursor=cursor())
    return render_template(
        "points/desk_ledger.html",
        page=page,
        volumes=book.volumes_of([row.id for row in page.items]),
        kinds=KINDS,
        kind=kind,
    )


@blueprint.get("/desk/ledger/<id:transaction_id>")
@requires(Permission.LEDGER_READ, anywhere=True)
def desk_transaction(transaction_id: str) -> str:
    """One booking with its entries."""
    return render_template(
        "points/desk_transaction.html",
        transaction=book.transaction_of(the_principal(), transaction_id),
        entries=book.entries_of(transaction_id),
        kinds=KINDS,
        purposes=PURPOSES,
    )
