"""Organizations for everybody: the list, the page of each, how reputation comes about."""

from __future__ import annotations

from typing import Any

from flask import render_template

from portal.core.access import current_principal, requires
from portal.core.errors import NotFound
from portal.core.pages import asked_for, cursor
from portal.core.permissions import Permission
from portal.organizations import queries, rules
from portal.organizations.upcoming import upcoming
from portal.organizations.views.blueprint import blueprint
from portal.regions import queries as regions


@blueprint.get("/organizations")
@requires(Permission.PUBLIC)
def index() -> Any:
    """Verified organizations, by region and by words."""
    region, q = _region(asked_for("region")), asked_for()
    page = queries.page(region=region, q=q or None, cursor=cursor())
    return render_template(
        "organizations/index.html",
        page=page,
        standing=queries.Standing.of,
        q=q,
        region=region or "",
        choices=_region_choices(region),
    )


@blueprint.get("/organizations/<id:organization_id>")
@requires(Permission.PUBLIC)
def show(organization_id: str) -> Any:
    """Who they are, how they are regarded, what they do next."""
    viewer = current_principal()
    organization = queries.detail(organization_id, viewer)
    return render_template(
        "organizations/show.html",
        organization=organization,
        standing=queries.Standing.of(organization),
        praises=queries.praises(organization_id, cursor=cursor()),
        upcoming=upcoming(organization_id),
        signature=rules.signature,
        ours=viewer is not None and queries.is_one_of_ours(viewer, organization_id),
        manages=viewer is not None
        and viewer.holds(Permission.ORGANIZATION_MANAGE, organization=organization_id),
        moderates=viewer is not None
        and viewer.holds(
            Permission.PRAISE_MODERATE, regions=regions.path_of(organization.region_code)
        ),
    )


@blueprint.get("/organizations/reputation")
@requires(Permission.PUBLIC)
def reputation() -> Any:
    """How the score is made, and what a level unlocks."""
    levels = [
        {
            "level": level,
            "from": dict(rules.LEVEL_FROM).get(level, 0),
            "unreviewed": rules.publishes_without_review(level),
            "share": round(100 * rules.budget_share(level)),
        }
        for level in range(1, 6)
    ]
    return render_template(
        "organizations/reputation.html",
        levels=levels,
        bystander=round(1 / rules.BYSTANDER_WEIGHT, 1),
        half_life_days=round(rules.HALF_LIFE_DAYS),
        start=round(100 * rules.PRIOR_MEAN),
    )


def _region(code: str) -> str | None:
    """The region asked for, if it looks like one."""
    return code if code.isascii() and code.isdigit() and 2 <= len(code) <= 15 else None


def _region_choices(chosen: str | None) -> list[tuple[str, str]]:
    """The regions one may narrow or widen to: those around one's home, or around the chosen one."""
    viewer = current_principal()
    centre = chosen or (viewer.home_region if viewer else None)
    try:
        lineage = regions.lineage(centre) if centre else []
    except NotFound:
        lineage = []
    return [(row.code, row.name) for row in reversed(lineage)]
