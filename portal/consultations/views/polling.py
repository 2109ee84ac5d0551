"""The polling table: marking the roll, and entering the ballots on paper.

What is chosen on a ballot travels with the page and back until it is handed in sealed: no
session, no address, no log and no draft keeps it.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.consultations import services
from portal.consultations.errors import AlreadyVoted, NotOnRoll
from portal.consultations.forms.ballots import BallotForm, OneChoice, ballot_form
from portal.consultations.forms.preview import empty
from portal.consultations.forms.running import MemberForm
from portal.consultations.queries import consultations, desk, roll
from portal.consultations.queries.consultations import ConsultationRow, OptionRow
from portal.consultations.rules.life import Status
from portal.consultations.rules.paper_sheet import NOTHING, PaperSheet, UnreadableSheet
from portal.consultations.services.casting import is_taking_ballots
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after, rights_to
from portal.consultations.views.lengths import evened
from portal.core.access import requires, the_principal
from portal.core.errors import DomainError, Forbidden, Invalid, NotFound
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.core.limits import CODES, limit
from portal.core.logs import untraced
from portal.core.pages import SEE_OTHER, UNPROCESSABLE, cursor
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.points.errors import UnknownMember


@blueprint.get("/desk/polling")
@requires(Permission.PAPER_TALLY, anywhere=True)
def polling_tables() -> str:
    """Open votes of my regions: the table, and the ballots to be entered."""
    page = desk.at_polling_tables(the_principal(), cursor=cursor())
    return render_template(
        "consultations/desk/polling_tables.html",
        page=page,
        takes={row.id: rights_to(row)["take_paper"] for row in page.items},
        turnout=roll.turnout_of([row.id for row in page.items]),
    )


# --- marking the roll -----------------------------------------------------------------------------


@blueprint.get("/desk/polling/<id:consultation_id>")
@requires(Permission.PAPER_TAKE)
def polling(consultation_id: str) -> str:
    """Who stands there? Scan or type the code; nothing happens yet."""
    return _table(_at_table(consultation_id), MemberForm())


@blueprint.post("/desk/polling/<id:consultation_id>/look-up")
@requires(Permission.PAPER_TAKE)
@untraced
@limit(CODES)
def polling_look_up(consultation_id: str) -> str | tuple[str, int]:
    """Whether this person may have a ballot on paper."""
    row, form = _at_table(consultation_id), MemberForm()
    if not form.validate_on_submit():
        return _table(row, form), UNPROCESSABLE
    voter = accounts.user_id_by_member_code(form.member_code.data)
    if voter is None:
        return _unknown(row, form)
    entry = roll.entry_of(row.id, voter)
    if entry is None:
        return _answer(row, NotOnRoll())
    if entry.voted_on is not None:
        return _answer(row, AlreadyVoted(), entry)
    return render_template(
        "consultations/desk/polling_check.html",
        consultation=row,
        name=accounts.display_names([voter])[voter],
        form=MemberForm(formdata=None, data={"member_code": form.member_code.data}),
    )


@blueprint.post("/desk/polling/<id:consultation_id>/mark")
@requires(Permission.PAPER_TAKE)
@untraced
@limit(CODES)
def polling_mark(consultation_id: str) -> str | tuple[str, int]:
    """Mark the person who was looked up as voting on paper. There is no way back."""
    row, form = _at_table(consultation_id), MemberForm()
    if not form.validate_on_submit():
        return _table(row, form), UNPROCESSABLE
    code = form.member_code.data
    try:
        with unit_of_work():
            services.take_paper(the_principal(), row.id, code)
    except (NotFound, Forbidden):
        raise
    except UnknownMember:
        return _unknown(row, form)
    except DomainError as error:
        voter = accounts.user_id_by_member_code(code)
        return _answer(row, error, roll.entry_of(row.id, voter) if voter else None)
    return _answer(row, None)


def _at_table(consultation_id: str) -> ConsultationRow:
    row = looked_after(consultation_id, "take_paper")
    if row.opened_at is None:
        raise NotFound
    return row


def _table(row: ConsultationRow, form: MemberForm) -> str:
    return render_template(
        "consultations/desk/polling.html",
        consultation=row,
        form=form,
        open=is_taking_ballots(row),
        turnout=roll.turnout_of([row.id])[row.id],
    )


def _unknown(row: ConsultationRow, form: MemberForm) -> tuple[str, int]:
    form.member_code.errors = [*form.member_code.errors, UnknownMember().detail]
    return _table(row, form), UNPROCESSABLE


def _answer(
    row: ConsultationRow, refused: DomainError | None, entry: Any = None
) -> tuple[str, int]:
    """The big answer, seen across the table: marked, or why not."""
    page = render_template(
        "consultations/desk/polling_answer.html",
        consultation=row,
        refused=refused,
        code=refused.code if refused else None,
        entry=entry,
    )
    return page, refused.status if refused else 200


# --- entering the ballots -------------------------------------------------------------------------


@blueprint.route("/desk/polling/<id:consultation_id>/tally", methods=["GET", "POST"])
@requires(Permission.PAPER_TALLY)
@untraced
def paper_tally(consultation_id: str) -> str | tuple[str, int] | Response:
    """Enter the paper ballots one after the other, as one of two who do so independently."""
    row = looked_after(consultation_id, "tally_paper")
    if row.status != Status.OPEN:
        raise NotFound
    options = consultations.options_of([row.id])[row.id]
    form = ballot_form(consultations.terms_from(row, options), options)
    sheet = _sheet_sent(len(options))
    deed = _DEEDS.get(request.form.get("deed", ""))
    return deed(row, options, form, sheet) if deed else _entering(row, options, form, sheet)


def _sheet_sent(options: int) -> PaperSheet:
    """The ballots entered so far, as they came with the page."""
    try:
        return PaperSheet.read(request.form.get("sheet", NOTHING), options)
    except UnreadableSheet:
        raise Invalid.field("sheet", _l("These ballots cannot be read. Begin again.")) from None


def _entering(
    row: ConsultationRow, options: list[OptionRow], form: BallotForm, sheet: PaperSheet
) -> tuple[str, int]:
    page = render_template(
        "consultations/desk/paper_tally.html",
        consultation=row,
        form=form,
        options=options,
        sheet=sheet,
        last=None if sheet.last is None else [options[place].title for place in sheet.last],
        marks=desk.paper_marks(row.id),
        mine=_handed_in_by_me(row.id),
    )
    return evened(page), UNPROCESSABLE if form.is_refused else 200


def _next(
    row: ConsultationRow, options: list[OptionRow], form: BallotForm, sheet: PaperSheet
) -> tuple[str, int]:
    if not form.validate():
        form.is_refused = True
    elif not form.choices_made and not _said_blank(form):
        said = _("Nothing is chosen. If the paper is blank or not valid, press the button for it.")
        form.target.errors = [*form.target.errors, said]
        form.is_refused = True
    else:
        places = {option.id: place for place, option in enumerate(options)}
        sheet = sheet.with_one_more([places[choice] for choice in form.choices_made])
        empty(form)
    return _entering(row, options, form, sheet)


def _said_blank(form: BallotForm) -> bool:
    """One radio button of a single choice is the blank ballot; elsewhere there is none."""
    return isinstance(form, OneChoice)


def _blank(
    row: ConsultationRow, options: list[OptionRow], form: BallotForm, sheet: PaperSheet
) -> tuple[str, int]:
    empty(form)
    return _entering(row, options, form, sheet.with_one_more(()))


def _take_back(
    row: ConsultationRow, options: list[OptionRow], form: BallotForm, sheet: PaperSheet
) -> tuple[str, int]:
    empty(form)
    return _entering(row, options, form, sheet.without_last())


def _look_through(
    row: ConsultationRow, options: list[OptionRow], form: BallotForm, sheet: PaperSheet
) -> tuple[str, int]:
    """Before handing in: how many, against how many the roll has marks for."""
    titles = [option.title for option in options]
    page = render_template(
        "consultations/desk/paper_hand_in.html",
        consultation=row,
        form=form,
        sheet=sheet,
        ballots=[[titles[place] for place in ballot] for ballot in sheet.ballots],
        marks=desk.paper_marks(row.id),
    )
    return evened(page), UNPROCESSABLE if form.is_refused else 200


def _hand_in(
    row: ConsultationRow, options: list[OptionRow], form: BallotForm, sheet: PaperSheet
) -> tuple[str, int] | Response:
    ballots = [[options[place].id for place in ballot] for ballot in sheet.ballots]
    empty(form)
    try:
        tally = services.prepare_tally(the_principal(), row.id, ballots)
        with unit_of_work():
            services.hand_in_tally(tally)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        form.refuse(error)
        form.is_refused = True
        return _look_through(row, options, form, sheet)
    said = ngettext(
        "%(num)s ballot is handed in, sealed. Nobody sees it before the count.",
        "%(num)s ballots are handed in, sealed. Nobody sees them before the count.",
        len(ballots),
    )
    flash(said, "success")
    return redirect(url_for("consultations.polling_tables"), SEE_OTHER)


_DEEDS = {
    "next": _next,
    "blank": _blank,
    "take_back": _take_back,
    "look": _look_through,
    "hand_in": _hand_in,
    "go_on": _entering,
}


def _handed_in_by_me(consultation_id: str) -> int | None:
    """How many ballots the person asking has handed in; None for none at all."""
    mine = the_principal().id
    found = [each.ballots for each in desk.tallies_of(consultation_id) if each.by_user_id == mine]
    return found[0] if found else None
