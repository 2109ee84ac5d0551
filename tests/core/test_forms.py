"""Forms say what to do, in the reader's language, and not what a value is not."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale
from wtforms import DateField, FloatField, SelectChoice, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

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


@pytest.mark.parametrize("blank", [" ", "\u3000\u3000", "\t\n", "\u200b", " \u00a0\ufeff "])
def test_a_text_of_blanks_alone_is_missing(app: Portal, blank: str) -> None:
    typed = {"name": blank, "amount": "1", "latitude": "1", "day": "2026-01-01", "begin": "08:00"}
    assert problems(app, {**typed, "kind": "a"}) == {"name": "Please fill this in."}


def test_a_text_of_blanks_is_asked_for_in_the_forms_own_words(app: Portal) -> None:
    class Named(Form):
        name = StringField(validators=[InputRequired("Write your name.")])
        note = StringField(validators=[Optional()])

    typed = {"name": "\u3000", "note": " "}
    with app.test_request_context(method="POST", data=typed), force_locale("en"):
        form = Named()
        assert not form.validate()
        assert form.errors == {"name": ["Write your name."]}


def test_a_fields_own_filters_work_beside_the_houses(app: Portal) -> None:
    class Coded(Form):
        code = StringField(filters=[lambda text: text and text.replace("-", "")])

    with app.test_request_context(method="POST", data={"code": " 12-34\x00 "}):
        assert Coded().code.data == "1234"


def test_every_form_of_the_house_refuses_a_needed_text_of_blanks(app: Portal) -> None:
    """All forms there are, also those of rooms to come: each says so beside the field."""
    judged = 0
    for form_class in _forms_of_the_house():
        with app.test_request_context(method="POST"), force_locale("en"):
            form = form_class()
            texts = [f.name for f in form if isinstance(f, StringField) and f.flags.required]
        data = dict.fromkeys(texts, " \u3000")
        with app.test_request_context(method="POST", data=data), force_locale("en"):
            form = form_class()
            for field in form:
                if getattr(field, "choices", None) is None and hasattr(field, "choices"):
                    field.choices = []
            form.validate()
            for name in texts:
                where = f"{form_class.__module__}.{form_class.__name__}.{name}"
                assert form.errors.get(name), where
                judged += 1
    assert judged > 20


def _forms_of_the_house() -> list[type[Form]]:
    found, waiting = [], [Form]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.startswith("portal."):
                found.append(each)
    return found


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
