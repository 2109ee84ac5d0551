"""Languages: which one a request speaks, and the words for times, amounts and lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from flask import Flask, g, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    format_date,
    format_datetime,
    format_time,
    get_domain,
    get_locale,
)
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context

from portal.config import ROOT
from portal.core.clock import clock
from portal.core.doors import is_api_request
from portal.core.ids import in_fours

__all__ = [
    "force_locale",
    "gettext",
    "lazy_gettext",
    "ngettext",
]

LOCALES = ("zh_Hans", "en")
DEFAULT_LOCALE = "zh_Hans"
LOCALE_COOKIE = "locale"
OLD = timedelta(days=28)
"""After so many days nobody knows a day by its weekday."""

babel = Babel()


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LOCALE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    babel.init_app(app, locale_selector=select_locale, timezone_selector=lambda: clock.zone.key)
    known: dict[str, Any] = app.jinja_env.globals
    known.update({name: _grouping(known[name]) for name in ("gettext", "ngettext")})
    app.add_template_filter(friendly_instant, "when")
    app.add_template_filter(exact_instant, "exact_instant")
    app.add_template_filter(friendly_day, "day")
    app.add_template_filter(number, "points")
    app.add_template_filter(duration, "duration")
    app.add_template_filter(money, "money")
    app.add_template_filter(in_fours, "in_fours")


# --- texts ----------------------------------------------------------------------------------
# Whole numbers in a text are written as people read them, with their thousands grouped, here once
# for all texts. Who wants a number bare (a year, a version) gives it as a text.


def gettext(message: str, **variables: Any) -> str:
    """A text in the language in use, with its variables."""
    return str(get_domain().gettext(message, **_grouped(variables)))


def ngettext(singular: str, plural: str, count: int, **variables: Any) -> str:
    """A text for so many things; the count itself is the variable ``num``."""
    written = _grouped({"num": count, **variables})
    chosen = get_domain().get_translations().ungettext(singular, plural, count)
    return str(chosen % written)


def lazy_gettext(message: str, **variables: Any) -> LazyString:
    """A text that is said when it is read, in the reader's language."""
    return LazyString(gettext, message, **variables)


def _grouped(variables: dict[str, Any]) -> dict[str, Any]:
    return {
        name: number(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in variables.items()
    }


def _grouping(function: Callable[..., Any]) -> Callable[..., Any]:
    """What templates call, with the same numbers."""

    @pass_context
    def grouping(context: Context, *texts_and_count: Any, **variables: Any) -> Any:
        counts = {"num": texts_and_count[2]} if len(texts_and_count) > 2 else {}
        return function(context, *texts_and_count, **_grouped({**counts, **variables}))

    return grouping


# --- which language -------------------------------------------------------------------------


def select_locale() -> str:
    """The language of this request: on pages the person's choice first, else Accept-Language."""
    if not has_request_context():
        return DEFAULT_LOCALE
    if "locale" not in g:
        g.locale = _select()
    return str(g.locale)


def _select() -> str:
    if not is_api_request():
        principal = g.get("principal")
        chosen = request.cookies.get(LOCALE_COOKIE) or (principal.locale if principal else None)
        if chosen in LOCALES:
            return chosen
    return negotiate(request.accept_languages.values())


def negotiate(wanted: Any) -> str:
    """The first language asked for that the portal speaks; any Chinese is ``zh_Hans``."""
    for tag in wanted:
        language = tag.replace("_", "-").split("-")[0].lower()
        if language == "zh":
            return "zh_Hans"
        if language == "en":
            return "en"
    return DEFAULT_LOCALE


def current_locale() -> str:
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh_Hans"


def html_lang() -> str:
    return "en" if current_locale() == "en" else "zh-Hans"


# --- times, amounts, lengths ----------------------------------------------------------------


def friendly_instant(instant: datetime) -> str:
    """An instant as people say it: 今天 14:00, tomorrow 09:30, 周六 11月28日 09:00."""
    local = instant.astimezone(clock.zone)
    return f"{friendly_day(local.date())} {format_time(instant, 'HH:mm')}"


def friendly_day(day: date) -> str:
    """A day as people say it: today, tomorrow, yesterday, a weekday with its date; the year where
    the weekday says nothing any more."""
    distance = day - clock.today()
    if distance == timedelta(0):
        return str(gettext("today"))
    if distance == timedelta(days=1):
        return str(gettext("tomorrow"))
    if distance == timedelta(days=-1):
        return str(gettext("yesterday"))
    english = current_locale() == "en"
    if distance > -OLD and day.year == clock.today().year:
        return str(format_date(day, "EEE d MMM" if english else "EEE M月d日"))
    return str(format_date(day, "d MMM yyyy" if english else "yyyy年M月d日"))


def exact_instant(instant: datetime) -> str:
    """An instant in full, in the portal's time zone."""
    english = current_locale() == "en"
    pattern = "EEEE d MMMM yyyy, HH:mm" if english else "yyyy年M月d日EEEE HH:mm"
    return str(format_datetime(instant, pattern))


def exact_day(day: date) -> str:
    """A day in full."""
    english = current_locale() == "en"
    return str(format_date(day, "EEEE d MMMM yyyy" if english else "yyyy年M月d日EEEE"))


def number(value: int) -> str:
    """A whole number with its thousands grouped."""
    return format_decimal(value, locale=current_locale())


def duration(minutes: int) -> str:
    """Minutes of service as hours and minutes, short enough for a phone: 45 h 30 min."""
    sign = "−" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    parts = []
    if hours:
        parts.append(gettext("%(hours)s h", hours=number(hours)))
    if rest or not hours:
        parts.append(gettext("%(minutes)s min", minutes=rest))
    return sign + " ".join(parts)


def listed(words: Iterable[Any]) -> str:
    """Several words as one enumeration: 周一、周二和周五; Monday, Tuesday, and Friday."""
    return str(format_list([str(word) for word in words], locale=current_locale()))


def money(minor_units: int, currency: str = "CNY") -> str:
    """An amount in minor units with its currency's sign."""
    return format_currency(minor_units / 100, currency, locale=current_locale())
