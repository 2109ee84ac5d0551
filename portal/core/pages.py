"""What the pages of all rooms share: how a deed ends, and what an address asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from portal.core.clock import is_sane
from portal.core.errors import DomainError, Forbidden, NotFound, TooManyRequests
from portal.core.forms import Form
from portal.core.once import once
from portal.core.unit_of_work import unit_of_work

SEE_OTHER = 303
UNPROCESSABLE = 422
LONGEST_QUERY = 100
LONGEST_CURSOR = 1000

Done = TypeVar("Done")


def filled_in(form: Form, work: Callable[[], object]) -> bool:
    """Do what a form asks for, in a unit of work.

    Returns:
        Whether it is done. If not, the form is to be shown (again): what is wrong stands in it,
        and nothing typed is lost.

    Raises:
        NotFound, Forbidden: pages of their own; no correction of the form would help.
    """

    def deed() -> bool:
        with unit_of_work():
            work()
        return True

    return bool(carried_out(form, deed))


def filled_in_once(form: Form, work: Callable[[], str]) -> str | None:
    """Like :func:`filled_in`, for a form that carries a key (``form_key()``): sent twice, it has
    one effect.

    Args:
        form: what was sent.
        work: does the deed and gives the address of the page to show.

    Returns:
        The address; None if the form is to be shown (again).

    Raises:
        NotFound, Forbidden: pages of their own.
    """
    return carried_out(form, lambda: once(work))


def carried_out(form: Form, deed: Callable[[], Done]) -> Done | None:
    """Like :func:`filled_in`, for a deed that opens units of work of its own: a wrong password is
    counted, though what it was for is refused; what takes long is between them.

    Returns:
        What the deed gave; None if the form is to be shown (again).

    Raises:
        NotFound, Forbidden: pages of their own.
    """
    if not form.is_submitted():
        return None
    if form.validate():
        try:
            return deed()
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.refuse(error)
    form.is_refused = True
    return None


def shown(form: Form, page: str) -> tuple[str, int]:
    """The page of a form: 422 when what was sent is refused on it."""
    return page, UNPROCESSABLE if form.is_refused else 200


def shown_by_refusal(form: Form, page: str) -> tuple[str, int, dict[str, str]]:
    """The page of a form at the door (sign-in, codes), where the status says more than that it was
    refused: 401, 409, or 429 with how long to wait."""
    refusal = form.refusal
    if refusal is None:
        return *shown(form, page), {}
    if isinstance(refusal, TooManyRequests):
        return page, refusal.status, {"Retry-After": str(refusal.retry_after)}
    return page, refusal.status, {}


def press(work: Callable[[], object], done: str | None, address: str) -> Response:
    """What a button does: the deed, then a page that says how it went.

    Args:
        work: the deed; it gets a unit of work.
        done: what to say after it; None if the page itself shows it.
        address: of the page.

    Raises:
        NotFound, Forbidden: pages of their own.
    """
    try:
        with unit_of_work():
            work()
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(str(error.detail), "warning")
    else:
        if done:
            flash(done, "success")
    return redirect(address, SEE_OTHER)


def asked_for(name: str = "q", longest: int = LONGEST_QUERY) -> str:
    """What somebody searches for, by the parameter's name; empty if nothing."""
    return request.args.get(name, "").strip()[:longest]


def asked_alike(address: str, *, without: str = "") -> str:
    """An address that asks for what the present one does, save the place in a list, and save one
    thing if it is named."""
    left_out = ("cursor", without)
    asked = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if value and name not in left_out
    ]
    return f"{address}?{urlencode(asked)}" if asked else address


def day_asked_for(name: str) -> date | None:
    """The day in a page's address, by the parameter's name; None if there is none that can be."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if is_sane(day) else None


def cursor() -> str | None:
    """Where the page before ended; longer ones were not given by us."""
    return request.args.get("cursor", "")[:LONGEST_CURSOR] or None
