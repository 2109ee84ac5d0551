"""The exchange: what points can do near home, one offer, one merchant."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import current_principal, requires, the_principal
from portal.core.clock import now
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.once import once
from portal.core.pages import SEE_OTHER, asked_for, cursor
from portal.core.permissions import Permission, Principal
from portal.market import policies, queries, services
from portal.market.rules import Category, Kind, is_open
from portal.market.views.door import blueprint
from portal.market.views.placing import plan_for_visitors
from portal.points import queries as points


@blueprint.get("/exchange")
@requires(Permission.PUBLIC)
def exchange() -> str:
    """What there is, nearest first."""
    actor = current_principal()
    purse = points.points_of(actor.id) if actor else None
    affordable = bool(purse) and request.args.get("affordable") == "1"
    home = actor.home_path if actor else ()
    whole_city = request.args.get("where") == "city"
    wish = queries.Nearby(
        home_path=home,
        region=home[0 if whole_city else 1] if len(home) > 1 else None,
        q=asked_for(),
        kind=_one_of(request.args.get("kind"), Kind),
        at_most=purse["balance"] if purse and affordable else None,
    )
    page = queries.nearby_page(wish, cursor=cursor())
    return render_template(
        "market/exchange.html",
        page=page,
        goal=_goal(wish, purse["balance"], page.items) if purse else None,
        wish=wish,
        purse=purse,
        affordable=affordable,
        whole_city=whole_city,
        open_vouchers=queries.count_open_vouchers(actor.id) if actor else 0,
    )


def _goal(
    wish: queries.Nearby, balance: int, shown: Sequence[queries.OfferRow]
) -> queries.OfferRow | None:
    """The cheapest offer, for somebody who can have nothing of what they look for yet."""
    if any(row.points <= balance for row in shown):
        return None
    nearest = queries.cheapest(wish)
    return nearest if nearest is not None and nearest.points > balance else None


def _one_of(given: str | None, choices: type[Kind | Category]) -> str | None:
    return given if given in list(choices) else None


@blueprint.get("/exchange/<id:offer_id>")
@requires(Permission.PUBLIC)
def offer(offer_id: str) -> str:
    """One offer, and the one button."""
    return _offer_page(current_principal(), offer_id)


def _offer_page(actor: Principal | None, offer_id: str, refusal: DomainError | None = None) -> str:
    row = queries.offer(actor, offer_id)
    return render_template(
        "market/offer.html",
        offer=row,
        opens_now=is_open(row.status, row.valid_from, row.valid_until, now()),
        good_until=services.end_of_voucher(row.voucher_days, now()),
        purse=points.points_of(actor.id) if actor else None,
        taken=queries.share_of(offer_id, actor.id) if actor else 0,
        merchant=queries.recognition([row.merchant_id])[row.merchant_id],
        owner=policies.owns(actor, row.merchant_id),
        refusal=refusal,
    )


@blueprint.post("/exchange/<id:offer_id>")
@requires(Permission.SIGNED_IN)
def take(offer_id: str) -> Response | tuple[str, int]:
    """Exchange points for a voucher, once for the form at hand."""
    actor = the_principal()

    def work() -> str:
        issued = services.issue_voucher(actor, offer_id)
        return url_for("market.voucher", voucher_id=issued.id, fresh=1)

    try:
        return redirect(once(work), SEE_OTHER)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        return _offer_page(actor, offer_id, error), error.status


@blueprint.get("/merchants")
@requires(Permission.PUBLIC)
def merchants() -> str:
    """The shops that take part."""
    category = _one_of(request.args.get("category"), Category)
    actor = current_principal()
    page = queries.merchants_near(
        actor.home_path if actor else (), q=asked_for(), category=category, cursor=cursor()
    )
    return render_template(
        "market/merchants.html",
        page=page,
        recognized=queries.recognition([row.id for row in page.items]),
        q=asked_for(),
        category=category,
        nearest=bool(actor and actor.home_path),
    )


@blueprint.get("/merchants/<id:merchant_id>")
@requires(Permission.PUBLIC)
def merchant(merchant_id: str) -> str:
    """A shop's public page."""
    actor = current_principal()
    row = queries.merchant(actor, merchant_id)
    return render_template(
        "market/merchant.html",
        merchant=row,
        plan=plan_for_visitors(row),
        recognition=queries.recognition([merchant_id])[merchant_id],
        offers=queries.public_offers_of(merchant_id),
        owner=policies.owns(actor, merchant_id),
    )
