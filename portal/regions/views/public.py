"""Regions for people: a page of each, and a way to choose one's community."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for

from portal.core.access import requires
from portal.core.permissions import Permission
from portal.core.web import safe_next
from portal.regions import queries
from portal.regions.choosing import CHOSEN_AS
from portal.regions.rules import Level
from portal.regions.views.blueprint import blueprint
from portal.regions.words import GRID_KINDS


@blueprint.get("/regions")
@requires(Permission.PUBLIC)
def index() -> Any:
    """The cities."""
    return render_template("regions/index.html", cities=queries.children_of(None))


@blueprint.get("/regions/<region:code>")
@requires(Permission.PUBLIC)
def show(code: str) -> Any:
    """One region: what it belongs to, what belongs to it."""
    *above, region = queries.lineage(code)
    return render_template(
        "regions/show.html",
        region=region,
        above=above,
        children=queries.children_of(code),
        grid_kind=GRID_KINDS.get(region.grid_kind),
    )


@blueprint.get("/regions/choose")
@requires(Permission.PUBLIC)
def choose() -> Any:
    """Choose a community, or any region, step by step or by its name; leads on to ``next``."""
    way_on = safe_next(request.args.get("next"), url_for("regions.index"))
    wanted = request.args.get("q", "").strip()[:50]
    any_level = request.args.get("any", "") == "1"
    at = _start(request.args.get("at", ""))
    above = queries.lineage(at) if at else []
    return render_template(
        "regions/choose.html",
        above=above,
        children=queries.children_of(at or None),
        found=queries.regions_named(wanted, any_level=any_level) if wanted else [],
        wanted=wanted,
        way_on=way_on,
        any_level=any_level,
        chosen_url=lambda code: _chosen(way_on, CHOSEN_AS if any_level else "community", code),
        level=Level,
    )


def _start(code: str) -> str:
    """Where to begin: the region asked for, or the only city there is."""
    if code.isascii() and code.isdigit() and len(code) < 16:
        return code
    cities = queries.children_of(None)
    return str(cities[0].code) if len(cities) == 1 else ""


def _chosen(address: str, name: str, code: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({name: code})}"
