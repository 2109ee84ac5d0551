"""A resident's own points and hours, and the code to show."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.i18n import gettext as _
from portal.core.pages import cursor
from portal.core.permissions import Permission, Principal
from portal.core.qr import qr
from portal.core.spreadsheets import minute_of, spreadsheet
from portal.points import pending, queries, upkeep
from portal.points.views.blueprint import blueprint
from portal.points.words import ICONS, KINDS
from portal.regions.queries import names_of


@blueprint.get("/me/points")
@requires(Permission.SIGNED_IN)
def statement() -> str:
    """What one has, until when, and where it came from."""
    actor = the_principal()
    upkeep.settle(actor.id)
    return render_template(
        "points/statement.html",
        purse=queries.points_of(actor.id),
        page=queries.point_entries(actor.id, cursor=cursor()),
        kinds=KINDS,
        icons=ICONS,
        **_on_paper(actor),
    )


def _on_paper(actor: Principal) -> dict[str, Any]:
    """What a printed sheet says besides its entries: its owner's community, and the time."""
    home = actor.home_region
    return {"community": names_of([home])[home] if home else None, "printed_at": now()}


@blueprint.get("/me/points/lots")
@requires(Permission.SIGNED_IN)
def lots() -> str:
    """The batches of one's points, each with its own day."""
    actor = the_principal()
    upkeep.settle(actor.id)
    return render_template("points/lots.html", lots=queries.lots_of(actor.id))


@blueprint.get("/me/points.csv")
@requires(Permission.SIGNED_IN)
def statement_file() -> Response:
    """All entries, for a spreadsheet."""
    actor = the_principal()
    upkeep.settle(actor.id)
    head = [_("Date"), _("What"), _("Memo"), _("Points"), _("Number")]
    return spreadsheet("points", head, map(_line, list(queries.statement(actor.id))))


def _line(row: Any) -> list[Any]:
    return [minute_of(row.created_at), KINDS[row.kind], row.memo, row.amount, row.transaction_id]


@blueprint.get("/me/hours")
@requires(Permission.SIGNED_IN)
def hours() -> str:
    """One's minutes of service, record by record."""
    actor = the_principal()
    return render_template(
        "points/hours.html",
        confirmed=queries.minutes_of(actor.id),
        waiting=pending.minutes(actor.id),
        page=queries.hour_entries(actor.id, cursor=cursor()),
        kinds=KINDS,
        icons=ICONS,
        **_on_paper(actor),
    )


@blueprint.get("/me/code")
@requires(Permission.SIGNED_IN)
def my_code() -> str:
    """The member code as a square to scan and as letters to read out."""
    code = the_principal().member_code.upper()
    square = qr(code, error="q")
    return render_template("points/my_code.html", code=code, qr=square)
