"""The blueprint all pages of this room hang on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect

from portal.core.errors import DomainError
from portal.core.forms import Form
from portal.core.unit_of_work import unit_of_work

blueprint = Blueprint("organizations", __name__)

SHOWN_ON_THE_PAGE = (409, 422)
"""Refusals a person can do something about where they stand; others are pages of their own."""


def done_or_told(work: Callable[[], object], success: Any, address: str) -> Any:
    """Do the deed of one button and go on to a page that says how it went."""
    try:
        with unit_of_work():
            work()
    except DomainError as error:
        if error.status not in SHOWN_ON_THE_PAGE:
            raise
        flash(str(error.detail), "warning")
    else:
        flash(str(success), "success")
    return redirect(address, 303)


def filled_and_done(form: Form, work: Callable[[], object]) -> bool:
    """Do the deed of a form; what is wrong stands in the form, and nothing typed is lost."""
    if not form.validate():
        return False
    try:
        with unit_of_work():
            work()
    except DomainError as error:
        if error.status not in SHOWN_ON_THE_PAGE:
            raise
        form.refuse(error)
        return False
    return True
