"""How a deed that a page asks for ends: done, refused on the form, or a page of its own."""

from __future__ import annotations

import pytest
from wtforms import StringField

from portal.app import Portal
from portal.core.errors import (
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    WrongState,
)
from portal.core.forms import Form
from portal.core.pages import carried_out, filled_in, shown, shown_by_refusal
from portal.core.unit_of_work import in_unit_of_work, unit_of_work


class NameForm(Form):
    name = StringField()


def refuse(error: DomainError) -> int:
    with unit_of_work():
        pass  # a deed with a unit of work of its own
    raise error


def sent(app: Portal, error: DomainError | None) -> NameForm:
    """A form whose deed is refused, or not."""
    with app.test_request_context("/", method="POST", data={"name": "Li"}):
        form = NameForm()
        done = carried_out(form, lambda: 0 if error is None else refuse(error))
        assert done == (0 if error is None else None)
        return form


@pytest.mark.parametrize(
    ("error", "status", "headers"),
    [
        (None, 200, {}),
        (Invalid.field("name", "No."), 422, {}),
        (WrongState(), 409, {}),
        (TooManyRequests(retry_after=90), 429, {"Retry-After": "90"}),
    ],
)
def test_the_door_says_why_and_other_pages_that(
    app: Portal, error: DomainError | None, status: int, headers: dict[str, str]
) -> None:
    form = sent(app, error)
    assert shown_by_refusal(form, "page") == ("page", status, headers)
    assert shown(form, "page") == ("page", 200 if error is None else 422)


@pytest.mark.parametrize("error", [NotFound(), Forbidden()])
def test_what_no_correction_helps_is_a_page_of_its_own(app: Portal, error: DomainError) -> None:
    with pytest.raises(type(error)):
        sent(app, error)


def test_a_form_that_is_only_looked_at_does_nothing(app: Portal) -> None:
    with app.test_request_context("/"):
        form = NameForm()
        assert carried_out(form, lambda: refuse(WrongState())) is None
        assert not filled_in(form, lambda: refuse(WrongState()))
        assert shown_by_refusal(form, "page") == ("page", 200, {})


def test_a_plain_deed_is_given_its_unit_of_work(app: Portal) -> None:
    within: list[bool] = []
    with app.test_request_context("/", method="POST", data={"name": "Li"}):
        assert filled_in(NameForm(), lambda: within.append(in_unit_of_work()))
    assert within == [True]
