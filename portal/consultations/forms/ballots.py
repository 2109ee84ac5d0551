"""The ballot of each method, as a form that works without a script.

It holds what was chosen as long as one request lasts, and nothing else does: no session, no
address, no message carries a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import Optional

from portal.consultations.queries.consultations import OptionRow
from portal.consultations.rules.ballots import (
    RANKED_METHODS,
    Choices,
    Method,
    Option,
    ProblemKind,
    Terms,
    problems,
)
from portal.core.errors import DomainError
from portal.core.forms import Form, MultiCheckboxField, WholeField
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import money, ngettext

PLACE = "place_"
BLANK = "blank"
"""The value of a ballot that names nothing, where one radio button must be chosen."""


class BallotForm(Form):
    """What all ballots share: the receipt, drawn before casting. ``terms`` are those of the vote
    at hand; for none, only a blank ballot passes."""

    terms = Terms(Method.SINGLE, (Option(""),))
    receipt = HiddenField()

    @property
    def choices_made(self) -> Choices:
        """Option ids, in the order that counts."""
        return ()

    @property
    def target(self) -> Any:
        """The field beside which stands what is wrong with the ballot as a whole."""
        return self.receipt

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the ballot may be cast; what is to be changed stands in the form."""
        if not super().validate(extra_validators):
            return False
        found = problems(self.terms, self.choices_made)
        self.target.errors = [*self.target.errors, *(self._said(each) for each in found)]
        return not found

    def refuse(self, error: DomainError) -> None:
        """A receipt that is none is not for the voter to mend: the page draws another."""
        self.form_errors.append(error.errors[0].detail if error.errors else error.detail)

    def _said(self, problem: Any) -> str:
        if problem.kind is ProblemKind.OVER_BUDGET:
            return _(
                "Together they cost %(cost)s. That is %(over)s more than the budget of %(budget)s: "
                "take something out.",
                cost=money(problem.given),
                over=money(problem.given - problem.limit),
                budget=money(problem.limit),
            )
        if problem.kind is ProblemKind.TOO_MANY:
            return ngettext(
                "You may choose %(num)s option, and have chosen %(given)s: take some out.",
                "You may choose up to %(num)s options, and have chosen %(given)s: take some out.",
                problem.limit,
                given=problem.given,
            )
        if problem.kind is ProblemKind.DOUBLED_OPTION:
            return _("Name each option once.")
        return _("This option is not on the ballot.")


class OneChoice(BallotForm):
    """A radio button for each option, and one for none of them."""

    choices = RadioField(_l("Your choice"), validate_choice=False)

    @property
    def choices_made(self) -> Choices:
        return () if self.choices.data == BLANK else (self.choices.data,)

    @property
    def target(self) -> Any:
        return self.choices

    def validate(self, extra_validators: Any = None) -> bool:
        if not self.choices.data:
            self.choices.errors = [_("Choose an option, or the blank ballot.")]
            return False
        return super().validate(extra_validators)


class SomeChoices(BallotForm):
    """A box to tick for each option."""

    choices = MultiCheckboxField(
        _l("Your choices"),
        validate_choice=False,  # what is no option is left to the rule of the method
    )

    @property
    def choices_made(self) -> Choices:
        return tuple(self.choices.data or ())

    @property
    def target(self) -> Any:
        return self.choices


class Ranking(BallotForm):
    """A number for each option that one wants to put in order; empty ones stay out."""

    @property
    def places(self) -> list[IntegerField]:
        """The fields, in the order of the ballot."""
        return [field for name, field in self._fields.items() if name.startswith(PLACE)]

    @property
    def choices_made(self) -> Choices:
        given = [field for field in self.places if field.data is not None]
        in_order = sorted(given, key=lambda field: field.data)
        return tuple(field.name.removeprefix(PLACE) for field in in_order)

    @property
    def target(self) -> Any:
        return next(iter(self.places), self.receipt)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also each place is given once."""
        valid = super().validate(extra_validators)
        seen: dict[int, str] = {}
        for field in self.places:
            if field.data is None:
                continue
            if field.data in seen:
                said = _(
                    "Place %(place)s is given to “%(other)s” as well. Give each its own.",
                    place=str(field.data),
                    other=seen[field.data],
                )
                field.errors = [*field.errors, said]
                valid = False
            seen.setdefault(field.data, field.label.text)
        return valid


def ballot_form(terms: Terms, options: Sequence[OptionRow]) -> BallotForm:
    """The form of one vote's ballot, filled with what was sent."""
    titles = [(option.id, option.title) for option in options]
    if terms.method in RANKED_METHODS:
        places = {PLACE + option_id: WholeField(title, [Optional()]) for option_id, title in titles}
        form = type("RankingOfThese", (Ranking,), {**places, "terms": terms})()
    elif terms.method is Method.SINGLE:
        form = OneChoice()
        form.choices.choices = [*titles, (BLANK, _("None of them: a blank ballot"))]
    else:
        form = SomeChoices()
        form.choices.choices = titles
    form.terms = terms
    ballot: BallotForm = form
    return ballot
