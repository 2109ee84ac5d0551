"""A notification in words: its kind's, with what the params hold.

Names of params say how they are written: ``…_at`` an instant, ``…_on`` a day, ``minutes`` a length,
``points`` and ``amount`` a number, ``role`` a role's code, ``region`` and ``scope`` where,
``titles`` and ``summaries`` the words by locale; anything else is a text as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.accounts.words import ROLES
from portal.core.i18n import (
    current_locale,
    duration,
    exact_day,
    exact_instant,
    friendly_day,
    friendly_instant,
    number,
)
from portal.core.i18n import gettext as _
from portal.notifications.kinds import Kind
from portal.regions.rules import spoken_name


@dataclass(frozen=True)
class Words:
    """A notification as a person reads it, in the language in use."""

    title: str
    text: str


def words(kind: Kind, params: Mapping[str, Any], *, lasting: bool = False) -> Words:
    """Write a notification in the language in use.

    ``lasting`` is for letters, which may be read on another day: they name days in full, where a
    page says "tomorrow".
    """
    written = _Written({name: _as_read(name, params[name], lasting=lasting) for name in params})
    text = str(kind.text) % written
    said = str(params.get(kind.said) or "").strip() if kind.said else ""
    if said:
        text = _("%(text)s “%(said)s”", text=text, said=said)
    return Words(str(kind.title) % written, text)


class _Written(dict[str, str]):
    """An old notification may lack what newer words name; it is still shown."""

    def __missing__(self, name: str) -> str:
        return "…"


def _as_read(name: str, value: Any, *, lasting: bool) -> str:
    if name.endswith("_at"):
        return (exact_instant if lasting else friendly_instant)(datetime.fromisoformat(value))
    if name.endswith("_on"):
        return (exact_day if lasting else friendly_day)(date.fromisoformat(value))
    said = _SAID.get(name, str)
    return str(said(value))


def in_own_language(said: Mapping[str, str]) -> str:
    """What was said in several languages: in the reader's, else in the first one."""
    return said.get(current_locale()) or next(iter(said.values()), "…")


_SAID: dict[str, Callable[[Any], Any]] = {
    "minutes": duration,
    "points": number,
    "amount": number,
    "score": number,
    "level": number,
    "titles": in_own_language,
    "summaries": in_own_language,
    "role": lambda value: ROLES.get(value, value),
    "region": spoken_name,
    "scope": spoken_name,
}
