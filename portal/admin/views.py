"""The pages of the shell: home, me, the desk, what is said about the portal."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup

from portal.accounts.queries import display_names, profile_of
from portal.activities.queries import records, signups
from portal.admin import desk as desk_view
from portal.admin import queries
from portal.admin.deeds import DEEDS, THINGS, facts
from portal.admin.forms import SampleForm, audit_filter
from portal.admin.home import A_MINUTE, home_of, to_join, works_as
from portal.core.access import current_principal, requires, the_principal
from portal.core.clock import clock, now
from portal.core.errors import NotFound
from portal.core.messages import Channel, OutboxPage, Provider
from portal.core.permissions import Permission
from portal.market import queries as market
from portal.points import queries as points

blueprint = Blueprint("admin", __name__)

LONGEST_CURSOR = 1000


@blueprint.get("/")
@requires(Permission.PUBLIC)
def home() -> str:
    """Home: a resident's own, or a welcome to strangers."""
    person = current_principal()
    if person is None:
        coming, places = to_join(6)
        return render_template(
            "admin/welcome.html",
            coming=coming,
            places=places,
            demo=_is_demo(),
        )
    return render_template(
        "admin/home.html",
        person=person,
        home=home_of(person),
        part_of_day=_part_of_day(),
        works_as=works_as(person),
    )


def _part_of_day() -> str:
    hour = now().astimezone(clock.zone).hour
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"


@blueprint.get("/me")
@requires(Permission.SIGNED_IN)
def me() -> str:
    """One's own things, and the way to each."""
    person = the_principal()
    return render_template(
        "admin/me.html",
        person=person,
        profile=profile_of(person.id),
        purse=points.points_of(person.id),
        minutes=points.minutes_of(person.id),
        pending=records.pending_minutes(person.id),
        coming=signups.coming(person.id, limit=3),
        open_vouchers=market.open_vouchers(person.id, limit=3),
        a_minute=A_MINUTE,
        works_as=works_as(person),
    )


# --- the desk -------------------------------------------------------------------------------


@blueprint.get("/desk")
@requires(Permission.DESK_OPEN, anywhere=True)
def desk() -> str:
    """What waits for a member of staff."""
    actor = the_principal()
    return render_template(
        "admin/desk.html",
        person=actor,
        queues=list(desk_view.queues(actor)),
        budgets=desk_view.budgets(actor),
        passes_on=actor.holds_anywhere(Permission.BUDGET_ALLOCATE),
        works_as=works_as(actor),
    )


@blueprint.get("/desk/audit")
@requires(Permission.AUDIT_READ, anywhere=True)
def audit() -> str:
    """Who did what, within the reader's regions."""
    wanted = audit_filter(request.args.to_dict())
    page = queries.audit_page(the_principal(), wanted, cursor=_cursor())
    return render_template(
        "admin/audit.html",
        page=page,
        wanted=wanted,
        people=display_names(event.actor_id for event in page.items),
        chain=queries.chain_state(),
        deeds=DEEDS,
        things=THINGS,
        facts=facts,
    )


@blueprint.get("/desk/messages")
@requires(Permission.MESSAGES_READ, anywhere=True)
def messages() -> str:
    """E-mails and text messages of channels that have no provider but this page."""
    channels = _channels_kept_here()
    recipient = request.args.get("to", "").strip()[:254]
    page = queries.messages_page(channels, recipient=recipient, cursor=_cursor())
    return render_template("admin/messages.html", page=page, channels=channels, recipient=recipient)


def _channels_kept_here() -> list[str]:
    providers: dict[Channel, Provider] = current_app.extensions["portal_providers"]
    return [channel.value for channel, each in providers.items() if isinstance(each, OutboxPage)]


def _cursor() -> str | None:
    return request.args.get("cursor", "")[:LONGEST_CURSOR] or None


# --- about ----------------------------------------------------------------------------------


@blueprint.get("/about")
@requires(Permission.PUBLIC)
def about() -> str:
    """What the portal is."""
    return render_template("admin/about.html")


@blueprint.get("/accessibility")
@requires(Permission.PUBLIC)
def accessibility() -> str:
    """For whom the pages are made, and what does not work yet."""
    return render_template("admin/accessibility.html")


@blueprint.get("/styleguide")
@requires(Permission.PUBLIC)
def styleguide() -> str:
    """Every component in use, in demo mode."""
    if not _is_demo():
        raise NotFound
    return render_template(
        "components/styleguide.html", now=now(), form=SampleForm(), qr_svg=_sample_qr()
    )


def _sample_qr() -> Markup:
    picture = BytesIO()
    segno.make("https://example.org/sample", error="m").save(
        picture, kind="svg", xmldecl=False, svgns=False, border=0, omitsize=True
    )
    return Markup(picture.getvalue().decode())  # noqa: S704 - made here, from nobody's input


def _is_demo() -> bool:
    demo: bool = current_app.settings.demo  # type: ignore[attr-defined]
    return demo
