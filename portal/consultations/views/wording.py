"""The texts of options: read, compared, changed; a sentence at a time by residents."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import policies, services, wording_words
from portal.consultations.errors import NotForYou
from portal.consultations.forms.wording import AmendmentForm, RefusalForm, RewordForm
from portal.consultations.queries import consultations, covenants, proposals, wording
from portal.consultations.rules.difference import by_lines, difference
from portal.consultations.rules.life import Status
from portal.consultations.rules.sentences import paragraphs, place_now, sentences
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after
from portal.core.access import current_principal, requires, the_principal
from portal.core.errors import NotFound, WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, asked_for, cursor, filled_in, filled_in_once, press, shown
from portal.core.permissions import Permission
from portal.regions.queries import path_of

OPTION = "/consultations/<id:consultation_id>/options/<id:option_id>"
DESK = f"/desk{OPTION}"


@blueprint.app_context_processor
def _wording() -> dict[str, Any]:
    """What pages of other rooms and views ask of this one, when they ask."""
    return {
        "wording": {
            "proposals": proposals.how_many,
            "proposals_due": proposals.due,
            "changes": wording.waiting_in,
            "texts": wording.texts_of,
            "has_covenant": covenants.is_there,
            "shows_covenant": _shows_covenant,
            "adopted": covenants.adopted_by,
        }
    }


@blueprint.get(OPTION)
@requires(Permission.PUBLIC)
def option(consultation_id: str, option_id: str) -> str:
    """An option's text, what changed in it, and what residents would change."""
    row = consultations.visible(current_principal(), consultation_id)
    found = wording.option(row.id, option_id)
    versions = wording.versions_page(found.id, cursor=cursor())
    changes = wording.amendments_page(found.id)
    then = wording.texts_at(found.id, {each.number for each in changes.items})
    actor, path = current_principal(), consultations.path_of(row)
    discussed = row.status == Status.DISCUSSION
    return render_template(
        "consultations/option.html",
        vote=row,
        option=found,
        paragraphs=paragraphs(found.text),
        versions=versions,
        compared=_compared(found, row.region_code),
        changes=[
            (
                each,
                by_lines(difference(each.old_sentence, each.new_sentence)),
                place_now(then[each.number], each.position, found.text) is not None,
            )
            for each in changes.items
        ],
        states=wording_words.AMENDMENTS,
        discussed=discussed,
        may_amend=discussed and policies.may_propose(actor, consultations.circle_of(row)),
        may_manage=discussed and policies.may_manage(actor, path),
    )


@blueprint.route(f"{OPTION}/amend", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def amend(consultation_id: str, option_id: str) -> tuple[str, int] | Response:
    """Propose a change to one sentence of a version; once for the form at hand."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    found = wording.option(row.id, option_id)
    if not policies.may_propose(actor, consultations.circle_of(row)):
        raise NotForYou
    if row.status != Status.DISCUSSION:
        raise WrongState
    number, position = number_asked_for("version"), number_asked_for("sentence")
    old = _sentence(found.id, number, position)
    form = AmendmentForm(data={"sentence": old})

    def work() -> str:
        services.amend(
            actor,
            row.id,
            found.id,
            services.Amended(
                number=number,
                position=position,
                sentence=form.sentence.data or "",
                why=form.why.data,
            ),
        )
        return _address(row.id, found.id)

    if address := filled_in_once(form, work):
        flash(_("Your change is proposed. The committee answers it, and you are told."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "consultations/amend.html", vote=row, option=found, form=form, sentence=old
    )
    return shown(form, page)


# --- the committee --------------------------------------------------------------------------------


@blueprint.route(f"{DESK}/text", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_reword(consultation_id: str, option_id: str) -> tuple[str, int] | Response:
    """Write an option's text anew, with the reason that stands beside it."""
    row = looked_after(consultation_id, "manage")
    found = wording.option(row.id, option_id)
    if row.status != Status.DISCUSSION:
        raise WrongState
    form = RewordForm(data={"text": found.text, "seen": str(found.version)})

    def work() -> None:
        seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else found.version
        services.reword(the_principal(), row.id, found.id, form.text.data, form.why.data, seen=seen)

    if filled_in(form, work):
        flash(_("The new version is public."), "success")
        return redirect(_address(row.id, found.id), SEE_OTHER)
    page = render_template("consultations/desk/reword.html", vote=row, option=found, form=form)
    return shown(form, page)


@blueprint.post(f"{DESK}/amendments/<id:amendment_id>/accept")
@requires(Permission.CONSULTATION_MANAGE)
def desk_accept(consultation_id: str, option_id: str, amendment_id: str) -> Response:
    """Take a change into the text."""
    return press(
        lambda: services.accept_amendment(
            the_principal(), consultation_id, option_id, amendment_id
        ),
        _("The text is changed. The new version names who proposed it."),
        _address(consultation_id, option_id),
    )


@blueprint.route(f"{DESK}/amendments/<id:amendment_id>/reject", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_reject(
    consultation_id: str, option_id: str, amendment_id: str
) -> tuple[str, int] | Response:
    """Leave a sentence as it is, and say why."""
    row, form = looked_after(consultation_id, "manage"), RefusalForm()
    found = wording.option(row.id, option_id)
    change = wording.amendment(found.id, amendment_id)

    def work() -> None:
        services.reject_amendment(the_principal(), row.id, found.id, change.id, form.reason.data)

    address = _address(row.id, found.id)
    if filled_in(form, work):
        flash(_("Your reason stands beside the change."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "consultations/desk/refuse.html",
        form=form,
        heading=_("Do not accept this change"),
        about=change.new_sentence or change.old_sentence,
        back=address,
    )
    return shown(form, page)


# --- shared, and inside ---------------------------------------------------------------------------


def number_asked_for(name: str) -> int:
    """A number in the address, by the parameter's name; 0 where there is none that can be."""
    asked = asked_for(name, 9)
    return int(asked) if asked.isascii() and asked.isdecimal() else 0


def _shows_covenant(code: str) -> bool:
    """Whether a region's page leads to its covenant: where there is one, or who looks enters it."""
    return covenants.is_there(code) or policies.may_manage(current_principal(), path_of(code))


def _compared(found: Any, region_code: str) -> dict[str, Any] | None:
    """What changed between the two versions that are asked for, or in the last one; or between the
    covenant as it holds and this text."""
    if asked_for("with") == "covenant":
        covenant = covenants.latest(region_code)
        if covenant is None:
            raise NotFound
        lines = by_lines(difference(covenant.text, found.text))
        return {"covenant": covenant, "number": found.version, "lines": lines}
    number = number_asked_for("to") or found.version
    before = number_asked_for("from") or number - 1
    if before < 1:
        return None
    lines = by_lines(
        difference(wording.text_of(found.id, before), wording.text_of(found.id, number))
    )
    return {"covenant": None, "before": before, "number": number, "lines": lines}


def _sentence(option_id: str, number: int, position: int) -> str:
    there = sentences(wording.text_of(option_id, number))
    if position >= len(there):
        raise NotFound
    return there[position]


def _address(consultation_id: str, option_id: str) -> str:
    return url_for("consultations.option", consultation_id=consultation_id, option_id=option_id)
