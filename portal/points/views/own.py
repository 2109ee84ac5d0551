"""A resident's own points and hours, and the code to show."""

from __future__ import annotations

import csv
import io

import segno
from flask import Response, render_template, request
from markupsafe import Markup

from portal.core.access import requires, the_principal
from portal.core.clock import clock
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.points import pending, queries, upkeep
from portal.points.views.blueprint import blueprint
from portal.points.words import ICONS, KINDS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/me/points")
@requires(Permission.SIGNED_IN)
def statement() -> str:
    """What one has, until when, and where it came from."""
    actor = the_principal()
    upkeep.settle(actor.id)
    return render_template(
        "points/statement.html",
        purse=queries.points_of(actor.id),
        page=queries.point_entries(actor.id, cursor=request.args.get("cursor")),
        kinds=KINDS,
        icons=ICONS,
    )


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
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Date"), _("What"), _("Memo"), _("Points"), _("Number")])
    for row in queries.statement(actor.id):
        day = row.created_at.astimezone(clock.zone)
        words = str(KINDS[row.kind])
        memo = f"'{row.memo}" if row.memo.startswith(_FORMULA) else row.memo
        writer.writerow([f"{day:%Y-%m-%d %H:%M}", words, memo, row.amount, row.transaction_id])
    return Response(
        "\ufeff" + out.getvalue(),  # spreadsheets read UTF-8 only with this mark
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="points.csv"'},
    )


@blueprint.get("/me/hours")
@requires(Permission.SIGNED_IN)
def hours() -> str:
    """One's minutes of service, record by record."""
    actor = the_principal()
    return render_template(
        "points/hours.html",
        confirmed=queries.minutes_of(actor.id),
        waiting=pending.minutes(actor.id),
        page=queries.hour_entries(actor.id, cursor=request.args.get("cursor")),
        kinds=KINDS,
        icons=ICONS,
    )


@blueprint.get("/me/code")
@requires(Permission.SIGNED_IN)
def my_code() -> str:
    """The member code as a square to scan and as letters to read out."""
    code = the_principal().member_code.upper()
    svg = segno.make_qr(code, error="q").svg_inline(border=2, omitsize=True)
    groups = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    drawn = Markup(svg)  # noqa: S704 (drawn here, of letters and digits)
    return render_template("points/my_code.html", code=code, groups=groups, qr=drawn)
