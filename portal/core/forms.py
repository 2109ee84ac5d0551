"""Forms of pages: CSRF, messages in the reader's language, and fields people can fill."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.blank import is_blank
from portal.core.clock import is_sane
from portal.core.errors import DomainError
from portal.core.i18n import current_locale
from portal.core.i18n import lazy_gettext as _l

_UNSENDABLE = "\x00"


def _plain(text: str | None) -> str | None:
    """What a person meant to write: without the spaces around it, NUL or half characters."""
    if text is None:
        return None
    return "".join(c for c in text.strip() if c != _UNSENDABLE and not "\ud800" <= c <= "\udfff")


def _says_something(_form: Any, field: Field) -> None:
    """A needed text of blanks alone is missing: the library looks only at whether any came."""
    if is_blank(field.data or ""):
        words = [each.message for each in field.validators if isinstance(each, InputRequired)]
        raise ValidationError(next(filter(None, words), _MESSAGES["This field is required."]))


def half_width(text: str) -> str:
    """Full-width digits and letters (１２３) as typed with a Chinese keyboard, made plain."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


# The library's messages say what a value is not; these say what to do. By the library's words,
# with its placeholders.
_MESSAGES: dict[str, Any] = {
    "This field is required.": _l("Please fill this in."),
    "Not a valid integer value.": _l("Please write a whole number."),
    "Not a valid decimal value.": _l("Please write a number."),
    "Not a valid float value.": _l("Please write a number."),
    "Not a valid date value.": _l("Please give a day."),
    "Not a valid time value.": _l("Please give a time like 14:30."),
    "Not a valid choice.": _l("Please choose something from the list."),
    "Number must be between %(min)s and %(max)s.": _l(
        "Please give a number from %(min)s to %(max)s."
    ),
    "Field cannot be longer than %(max)d characters.": _l(
        "Please write at most %(max)d characters."
    ),
}


class _Messages:
    """The library's translations, with the portal's own words first."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def gettext(self, message: str) -> str:
        if message in _MESSAGES:
            return str(_MESSAGES[message])
        return str(self._library.gettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        if plural in _MESSAGES:
            return str(_MESSAGES[plural])
        return str(self._library.ngettext(singular, plural, n))


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form. CSRF is checked once for all posts, by :mod:`portal.core.access`.
    ``is_refused``: it was sent, and what it asks for was not done (:mod:`portal.core.pages`);
    ``refusal``: why, where a service said so."""

    is_refused = False
    refusal: DomainError | None = None

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False
        locales: tuple[str, ...] = ("zh", "en")

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            if issubclass(unbound_field.field_class, StringField | TextAreaField):
                own = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": [*own, _plain]}
            return unbound_field.bind(form=form, **options)

        def get_translations(self, form: Any) -> Any:
            self.locales = ("zh",) if current_locale() == "zh_Hans" else ("en",)
            return _Messages(super(FlaskForm.Meta, self).get_translations(form))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask every field, and of each needed text that there is something to read in it."""
        extra = {name: list(each) for name, each in (extra_validators or {}).items()}
        for name, field in self._fields.items():
            if isinstance(field, StringField) and field.flags.required:
                extra.setdefault(name, []).append(_says_something)
        valid: bool = super().validate(extra)
        return valid

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal beside the fields it names, else on top of the form."""
        self.refusal = error
        for each in error.errors:
            target = self._fields.get(each.field.split(".")[0])
            if target is not None:
                target.errors = [*target.errors, each.detail]
            else:
                self.form_errors.append(each.detail)
        if not error.errors:
            self.form_errors.append(error.detail)


class DayField(DateField):  # type: ignore[misc]
    """A day in the years 1900 to 2199."""

    data: Any  # a day, or None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not is_sane(self.data):
            self.data = None
            raise ValueError(_l("This is too far away in time."))


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number; full-width digits and grouping are understood."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and isinstance(valuelist[0], str):
            valuelist = [half_width(valuelist[0]).replace(",", "").replace(" ", "")]
        super().process_formdata(valuelist)


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def whole_range(least: int, most: int) -> Any:
    def check(_form: Any, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(
                _l("Please give a number from %(least)s to %(most)s.", least=least, most=most)
            )

    return check
