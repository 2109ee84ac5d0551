"""The desks' queues: what a dispatcher sorts, what a department has to do."""

from __future__ import annotations

from flask import render_template

from portal.core.access import requires, the_principal
from portal.core.narrowing import narrowed_to, state_tabs
from portal.core.pages import asked_for, cursor
from portal.core.permissions import Permission
from portal.suggestions import desk_words, words
from portal.suggestions.queries import desk
from portal.suggestions.queries.desk import ToDo, ToSort
from portal.suggestions.views.blueprint import blueprint


@blueprint.get("/desk/dispatch")
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def to_sort() -> str:
    """What was reported and belongs to nobody yet; what waits longest is on top."""
    actor, state, q = the_principal(), narrowed_to(ToSort), asked_for()
    page = desk.page_to_sort(actor, state, q=q, cursor=cursor())
    tabs = state_tabs(desk_words.TO_SORT, desk.numbers_to_sort(actor), state)
    return render_template(
        "suggestions/desk/to_sort.html",
        page=page,
        tabs=tabs,
        q=q,
        words=words,
        states=desk_words.STATES,
    )


@blueprint.get("/desk/casework")
@requires(Permission.SUGGESTION_HANDLE, anywhere=True)
def to_do() -> str:
    """What my departments have to do; what is due first is on top."""
    actor, state = the_principal(), narrowed_to(ToDo)
    page = desk.page_to_do(actor, state, cursor=cursor())
    tabs = state_tabs(desk_words.TO_DO, desk.numbers_to_do(actor), state)
    return render_template(
        "suggestions/desk/to_do.html", page=page, tabs=tabs, words=words, states=desk_words.STATES
    )
