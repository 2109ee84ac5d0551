"""What can be asked about: found in the rooms where it lives, and called by its name there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.consultations.queries import consultations
from portal.consultations.queries.voted_rules import public_titles
from portal.consultations.rules.life import Status
from portal.core.errors import Invalid, NotFound
from portal.points.queries.lines import line, memos_of
from portal.points.rules import kind_of, label_of
from portal.regions.queries import names_of, path_of
from portal.supervision.rules import Subject

_ID = re.compile(r"[0-9a-z]{26}", re.ASCII)
_CODE = re.compile(r"[0-9]{2,15}", re.ASCII)
_KEY = re.compile(r"[a-z0-9_.]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Thing:
    """What a question is about, and the region whose committee answers: its code and those above
    it, city first."""

    subject: Subject
    id: str
    path: tuple[str, ...]

    @property
    def region_code(self) -> str:
        return self.path[-1]


Names = Mapping[tuple[str, str], str]
"""What things are called where they live, by subject and id: a region's name, what points were
given for, a rule's label, a vote's title."""


def found(subject: str, subject_id: str) -> Thing:
    """The thing that somebody asks about.

    Raises:
        NotFound: there is no such thing, or it is not public.
    """
    if subject not in list(Subject):
        raise NotFound
    return Thing(Subject(subject), subject_id, path_of(_REGION_OF[Subject(subject)](subject_id)))


def names_of_subjects(things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What some things are called, one statement a kind; unknown ones are left out."""
    ids: dict[str, set[str]] = {}
    for subject, subject_id in things:
        ids.setdefault(subject, set()).add(subject_id)
    ask = {
        Subject.BUDGET: names_of,
        Subject.BOOKING: memos_of,
        Subject.RULE: _labels_of,
        Subject.DECISION: public_titles,
    }
    return {
        (subject, subject_id): name
        for subject, wanted in ids.items()
        for subject_id, name in ask[Subject(subject)](wanted).items()
    }


def _of_budget(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise NotFound
    return code


def _of_booking(transaction_id: str) -> str:
    if not _ID.fullmatch(transaction_id):
        raise NotFound
    return str(line(transaction_id).region_code)


def _of_rule(subject_id: str) -> str:
    code, _colon, key = subject_id.partition(":")
    if not (_CODE.fullmatch(code) and _KEY.fullmatch(key)):
        raise NotFound
    try:
        kind_of(key)
    except Invalid as error:
        raise NotFound from error
    return code


def _of_decision(consultation_id: str) -> str:
    if not _ID.fullmatch(consultation_id):
        raise NotFound
    row = consultations.visible(None, consultation_id)
    if row.status != Status.DECIDED:
        raise NotFound
    return str(row.region_code)


_REGION_OF = {
    Subject.BUDGET: _of_budget,
    Subject.BOOKING: _of_booking,
    Subject.RULE: _of_rule,
    Subject.DECISION: _of_decision,
}


def _labels_of(subject_ids: Iterable[str]) -> dict[str, str]:
    return {each: label_of(each.partition(":")[2]) for each in subject_ids}
