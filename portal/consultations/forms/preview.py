"""A ballot as voters will see it, for looking at only."""

from __future__ import annotations

from collections.abc import Sequence

from portal.consultations.forms.ballots import BallotForm, ballot_form
from portal.consultations.queries.consultations import OptionRow
from portal.consultations.rules.ballots import Terms


def preview_of(terms: Terms, options: Sequence[OptionRow]) -> BallotForm:
    """An empty ballot, whatever was sent."""
    form = ballot_form(terms, options)
    empty(form)
    return form


def empty(form: BallotForm) -> None:
    """Take out what was filled in, for the next ballot."""
    for field in form:
        field.process(None)
        field.errors = []
