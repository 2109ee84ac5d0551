"""The pages of the shell: home, me, the desk, what is said about the portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.queries import display_names, profile_of
from portal.activities.queries import records, signups
from portal.admin import desk as desk_view
from portal.admin import queries, services
from portal.admin.deeds import DEEDS, THINGS, Names, facts, things_of
from portal.admin.forms import SampleForm, audit_filter
from portal.admin.home import home_of, to_join, works_as
from portal.admin.queries import AuditFilter
from portal.admin.things import names_of_things, page_of
from portal.core.access import current_principal, requires, the_principal
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.messages import Channel, OutboxPage, Provider
from portal.core.pages import SEE_OTHER, asked_alike, asked_for, cursor
from portal.core.permissions import Permission, Principal
from portal.core.qr import qr
from portal.core.spreadsheets import MOST_ROWS_AT_ONCE, minute_of, spreadsheet
from portal.core.unit_of_work import unit_of_work
from portal.market import queries as market
from portal.points import queries as points
from portal.regions import queries as regions
from portal.regions.choosing import region_asked_for

blueprint = Blueprint("admin", __name__)

MOST_IN_FILE = 50_000
"""Events of the audit log in one file."""


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


PARTS_OF_DAY = (
    (18, "evening"),
    (12, "afternoon"),
    (9, "forenoon"),
    (4, "morning"),
    (0, "evening"),
)
"""The hours from which the greetings hold, latest first."""


def _part_of_day() -> str:
    hour = now().astimezone(clock.zone).hour
    return next(name for begins, name in PARTS_OF_DAY if hour >= begins)


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
    region = region_asked_for()
    wanted = audit_filter(request.args.to_dict(), region)
    page = queries.audit_page(the_principal(), wanted, cursor=cursor())
    people, names = _named_in(page.items)
    return render_template(
        "admin/audit.html",
        page=page,
        wanted=wanted,
        region=region,
        people=people,
        chain=queries.chain_state(),
        deeds=DEEDS,
        things=THINGS,
        facts=facts,
        names=names,
        page_of=page_of,
        person=asked_for("person"),
        file_url=asked_alike(url_for("admin.audit_file")),
    )


@blueprint.get("/desk/audit.csv")
@requires(Permission.AUDIT_READ, anywhere=True)
def audit_file() -> Response:
    """The same events in the same order, for a spreadsheet. That they were taken away is an event
    itself."""
    reader, wanted = the_principal(), audit_filter(request.args.to_dict(), region_asked_for())
    events = queries.count_events(reader, wanted, MOST_IN_FILE)
    if events > MOST_IN_FILE:
        flash(
            _("A file holds %(most)s events, and these are more. Choose fewer days, one action or "
              "a smaller region.", most=MOST_IN_FILE),
            "warning",
        )  # fmt: skip
        return redirect(asked_alike(url_for("admin.audit")), SEE_OTHER)
    with unit_of_work():
        services.note_download(reader, wanted, events)
    return spreadsheet("audit-log", _head(), _lines(reader, wanted))


def _named_in(events: Sequence[Any]) -> tuple[dict[str, str], Names]:
    """The names of who did something, and of what it was done to."""
    things = (things_of(each.object_kind, each.object_id, each.details) for each in events)
    names = names_of_things(chain.from_iterable(things))
    return display_names(each.actor_id for each in events), names


def _head() -> list[str]:
    return [
        _("When"),
        _("Who"),
        _("Action"),
        _("Kind of object"),
        _("Object"),
        _("Object’s number"),
        _("Region code"),
        _("Region"),
        _("Details"),
        _("Number"),
        _("Digest"),
    ]


def _lines(reader: Principal, wanted: AuditFilter) -> Iterator[list[Any]]:
    """Some events at a time, and no transaction open while they are sent. The newest of them may
    be that this file was asked for."""
    place: str | None = None
    while True:
        page = queries.audit_page(reader, wanted, cursor=place, limit=MOST_ROWS_AT_ONCE)
        people, names = _named_in(page.items)
        db.session.rollback()
        for event in page.items:
            yield _line(event, people, names)
        place = page.next_cursor
        if place is None:
            return


def _line(event: Any, people: Mapping[str, str], names: Names) -> list[Any]:
    thing = (event.object_kind, event.object_id)
    return [
        minute_of(event.at),
        people.get(event.actor_id, event.actor_id) if event.actor_id else _("the portal itself"),
        DEEDS.get(event.action, event.action),
        THINGS.get(event.object_kind, event.object_kind),
        names.get(thing),
        event.object_id,
        event.region_code,
        event.region_name,
        " · ".join(f"{name}: {value}" for name, value in facts(event.details, names)),
        event.id,
        event.digest,
    ]


@blueprint.get("/desk/messages")
@requires(Permission.MESSAGES_READ, anywhere=True)
def messages() -> str:
    """E-mails and text messages of channels that have no provider but this page: in demo mode, for
    who administers the whole city. Who reads them is written down."""
    reader = the_principal()
    if not (_is_demo() and queries.reads_messages(reader)):
        raise NotFound
    channels = _channels_kept_here()
    recipient = asked_for("to", longest=254)
    page = queries.messages_page(channels, recipient=recipient, cursor=cursor())
    with unit_of_work():
        services.note_reading(reader, page, recipient)
    return render_template("admin/messages.html", page=page, channels=channels, recipient=recipient)


def _channels_kept_here() -> list[str]:
    providers: dict[Channel, Provider] = current_app.extensions["portal_providers"]
    return [channel.value for channel, each in providers.items() if isinstance(each, OutboxPage)]


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


@blueprint.get("/help")
@requires(Permission.PUBLIC)
def help() -> str:  # noqa: A001 - the page's name
    """How the loop goes, in plain words, and whom to ask."""
    person = current_principal()
    return render_template(
        "admin/help.html",
        community=regions.summary(person.home_region)["name"]
        if person and person.home_region
        else None,
        help_line=current_app.settings.help_line,  # type: ignore[attr-defined]
    )


@blueprint.get("/privacy")
@requires(Permission.PUBLIC)
def privacy() -> str:
    """What is kept of a person, why, how long, who sees it, and how to end it."""
    return render_template("admin/privacy.html")


@blueprint.get("/styleguide")
@requires(Permission.PUBLIC)
def styleguide() -> str:
    """Every component in use, in demo mode."""
    if not _is_demo():
        raise NotFound
    return render_template(
        "components/styleguide.html",
        now=now(),
        form=SampleForm(),
        qr_svg=qr("https://example.org/sample"),
    )


def _is_demo() -> bool:
    demo: bool = current_app.settings.demo  # type: ignore[attr-defined]
    return demo
