"""The desk: the rules of one's regions, where each comes from, and deciding them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, shown
from portal.core.permissions import Permission, ScopeKind
from portal.points import policies, queries, services, sources
from portal.points.forms import RULE_FORMS, RuleForm
from portal.points.rules import RuleSet, kind_of, known_categories, known_rules, label_of
from portal.points.views.blueprint import blueprint
from portal.regions.queries import children_of, lineage, names_of, path_of


@blueprint.get("/desk/rules")
@requires(Permission.RULE_SET, anywhere=True)
def desk_rules() -> str | Response:
    """The regions whose rules one decides."""
    codes = the_principal().scopes(Permission.RULE_SET, ScopeKind.REGION)
    if len(set(codes)) == 1:
        return redirect(url_for("points.desk_region_rules", region_code=codes[0]))
    return render_template("points/desk_rules.html", regions=names_of(codes))


@blueprint.get("/desk/rules/<region:region_code>")
@requires(Permission.RULE_SET, anywhere=True)
def desk_region_rules(region_code: str) -> str:
    """What holds in a region today, where it comes from, and what was decided here."""
    above = lineage(region_code)
    if not policies.may_set_rules(the_principal(), [row.code for row in above]):
        raise NotFound
    decisions = queries.decisions_of(region_code)
    return render_template(
        "points/desk_region_rules.html",
        region=above[-1],
        names={row.code: row.name for row in above},
        rules=shown_rules(queries.rules_for(region_code, today())),
        decisions=[
            {"label": label_of(row.key), "unit": kind_of(row.key).unit, "row": row}
            for row in decisions
        ],
        votes=sources.titles_of([row.source_id for row in decisions if row.source_id]),
        vote_page=sources.page_of(),
        below=children_of(region_code),
        today=today(),
    )


@blueprint.route("/desk/rules/<region:region_code>/decide", methods=["GET", "POST"])
@requires(Permission.RULE_SET, anywhere=True)
def decide_rule(region_code: str) -> Any:
    """Decide one rule, from a day on."""
    if not policies.may_set_rules(the_principal(), path_of(region_code)):
        raise NotFound
    key = _key()
    form = RULE_FORMS[kind_of(key).unit]()
    if not form.is_submitted():
        form.fill(_current(queries.rules_for(region_code, today()), key))
        return _decision_page(form, region_code, key)

    def work() -> None:
        services.set_rule(the_principal(), region_code, key, form.decided, form.effective_from.data)

    if filled_in(form, work):
        flash(_("The rule is decided."), "success")
        return redirect(url_for("points.desk_region_rules", region_code=region_code), SEE_OTHER)
    return shown(form, _decision_page(form, region_code, key))


def _key() -> str:
    """The rule asked for, perhaps of one category.

    Raises:
        NotFound: there is no such rule.
    """
    key, category = request.args.get("key", ""), request.args.get("category", "")
    full = f"{key}.{category}" if category else key
    try:
        kind_of(full)
    except Invalid as error:
        raise NotFound from error
    return full


def _current(rules: RuleSet, key: str) -> Any:
    decision = rules.decided.get(key)
    return decision.value if decision else rules.value(kind_of(key).key)


def shown_rules(rules: RuleSet) -> list[dict[str, Any]]:
    """Every rule, and those of single categories that somebody decided."""
    keys = []
    for kind in known_rules():
        keys.append(kind.key)
        keys += sorted(key for key in rules.decided if key.startswith(f"{kind.key}."))
    return [
        {
            "key": key,
            "label": label_of(key),
            "unit": kind_of(key).unit,
            "by_category": kind_of(key).by_category and key == kind_of(key).key,
            "value": _current(rules, key),
            "decision": rules.decided.get(key),
        }
        for key in keys
    ]


def _decision_page(form: RuleForm, region_code: str, key: str) -> str:
    kind = kind_of(key)
    return render_template(
        "points/decide_rule.html",
        form=form,
        region=lineage(region_code)[-1],
        label=label_of(key),
        kind=kind,
        key=key,
        categories=known_categories() if kind.by_category and key == kind.key else {},
    )
