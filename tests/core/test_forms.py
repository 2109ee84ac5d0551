"""Forms say what to do, in the reader's language, and not what a value is not."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale
from wtforms import DateField, FloatField, SelectChoice, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange

from portal.app import Portal
from portal.core.forms import Form, WholeField
from portal.core.i18n import listed


class Sample(Form):
    name = StringField(validators=[InputRequired(), Length(max=5)])
    amount = WholeField(validators=[InputRequired()])
    latitude = FloatField(validators=[NumberRange(min=-90, max=90)])
    day = DateField(validators=[InputRequired()])
    begin = TimeField(validators=[InputRequired()])
    kind = SelectField(choices=[SelectChoice("a", "A")])


def problems(app: Portal, typed: dict[str, str]) -> dict[str, Any]:
    with app.test_request_context(method="POST", data=typed), force_locale("en"):
        form = Sample()
        assert not form.validate()
        return {name: str(errors[0]) for name, errors in form.errors.items()}


def test_what_is_missing_is_asked_for(app: Portal) -> None:
    assert problems(app, {"kind": "a", "latitude": "1"}) == {
        "name": "Please fill this in.",
        "amount": "Please fill this in.",
        "day": "Please fill this in.",
        "begin": "Please fill this in.",
    }


def test_what_cannot_be_read_is_explained(app: Portal) -> None:
    typed = {"name": "too long", "amount": "x", "latitude": "x", "day": "x", "begin": "x"}
    assert problems(app, {**typed, "kind": "z"}) == {
        "name": "Please write at most 5 characters.",
        "amount": "Please write a whole number.",
        "latitude": "Please write a number.",
        "day": "Please give a day.",
        "begin": "Please give a time like 14:30.",
        "kind": "Please choose something from the list.",
    }


def test_what_is_too_much_is_bounded(app: Portal) -> None:
    fine = {"name": "ok", "amount": "1", "day": "2026-11-21", "begin": "14:30", "kind": "a"}
    assert problems(app, {**fine, "latitude": "91"}) == {
        "latitude": "Please give a number from -90 to 90."
    }


@pytest.mark.parametrize(
    ("locale", "words"),
    [("zh_Hans", "周一、周二和周五"), ("en", "周一, 周二, and 周五")],
)
def test_words_are_listed_as_the_language_does(app: Portal, locale: str, words: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert listed(["周一", "周二", "周五"]) == words
