"""Which department a case is for, and why: rules that somebody set, by category, words and place.

A rule speaks of a region and all below it, and may name a category, words, or both; whatever it
names must hold, of several words one. Of those that apply, the most particular is taken: what looks
at words goes before what does not, then what was set for the smaller place, then what names a
category. Where none applies, the department that answers for the category there is proposed. A
department that gave the case back and named another knows more than any rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """Why a department is proposed."""

    GIVEN_BACK = "given_back"
    RULE = "rule"
    CATEGORY = "category"


@dataclass(frozen=True)
class DispatchRule:
    """``category`` None: of any. ``words`` empty: whatever is said."""

    id: str
    region_code: str
    department_id: str
    category: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reported:
    """What is known of a case. ``path``: the codes of its region and of all above, city first."""

    category: str
    text: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """``rule``: by which rule, where it was one; ``word``: which of its words was found."""

    department_id: str
    ground: Ground
    rule: DispatchRule | None = None
    word: str = ""


def propose(
    reported: Reported,
    rules: Iterable[DispatchRule],
    *,
    given_back_for: str | None = None,
    responsible: str | None = None,
) -> Proposal | None:
    """The department to which a case should go; None where nobody can say.

    Args:
        reported: the case.
        rules: those that may apply; in what order does not matter.
        given_back_for: whom the department named that gave it back last.
        responsible: who answers for the category there.
    """
    if given_back_for is not None:
        return Proposal(given_back_for, Ground.GIVEN_BACK)
    fitting = [(rule, word) for rule in rules if (word := _applies(rule, reported)) is not None]
    if fitting:
        rule, word = max(fitting, key=lambda each: _particular(each[0], reported))
        return Proposal(rule.department_id, Ground.RULE, rule, word)
    return None if responsible is None else Proposal(responsible, Ground.CATEGORY)


def _applies(rule: DispatchRule, reported: Reported) -> str | None:
    """The word by which it applies, "" where it looks at none; None where it does not apply."""
    if rule.region_code not in reported.path:
        return None
    if rule.category is not None and rule.category != reported.category:
        return None
    if not rule.words:
        return ""
    text = _plain(reported.text)
    return next((word for word in rule.words if _plain(word) in text), None)


def _particular(rule: DispatchRule, reported: Reported) -> tuple[bool, int, bool, str]:
    depth = reported.path.index(rule.region_code)
    return bool(rule.words), depth, rule.category is not None, rule.id


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
