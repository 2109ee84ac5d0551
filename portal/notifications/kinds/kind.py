"""What a kind of notification is: its words, what they need, whether it is worth an e-mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Topic(StrEnum):
    """How the kinds are grouped where a person chooses among them."""

    ACTIVITIES = "activities"
    SERVICE = "service"
    POINTS = "points"
    VOUCHERS = "vouchers"
    ORGANIZATIONS = "organizations"
    SHOPS = "shops"
    CONSULTATIONS = "consultations"
    SUGGESTIONS = "suggestions"
    NOTICES = "notices"
    TASKS = "tasks"
    ACCOUNT = "account"


class Whom(StrEnum):
    """Whom a kind can concern: what nobody but shopkeepers is ever told is no choice of others."""

    EVERYBODY = "everybody"
    REVIEWERS = "reviewers"
    HOSTS = "hosts"
    JUDGES = "judges"
    """Who confirms service, and decides where somebody objects."""
    DECIDERS = "deciders"
    """Who runs votes, and answers for their region."""
    ORGANIZERS = "organizers"
    """Who manages an organization."""
    FOUNDERS = "founders"
    """Who belongs to an organization, or has applied for one."""
    SHOPKEEPERS = "shopkeepers"
    DISPATCHERS = "dispatchers"
    HANDLERS = "handlers"
    """Who works in a department that answers suggestions."""
    SUPERVISORS = "supervisors"
    CASEWORKERS = "caseworkers"
    """Who dispatches suggestions or answers them."""
    STAFF = "staff"
    """Who has a task of any kind."""


@dataclass(frozen=True)
class Kind:
    """One kind. ``label``: what it is called where a person chooses among them; ``said``: the param
    that holds a person's own words, quoted after the text; ``important``: it comes by e-mail too,
    unless the person has chosen otherwise; ``by_consent``: so it does for who has agreed to this
    purpose; ``urgent``: it is sent at any hour; ``whom``: the others do not choose about it."""

    name: str
    topic: Topic
    label: Any
    title: Any
    text: Any
    icon: str
    important: bool = False
    by_consent: str | None = None
    urgent: bool = False
    said: str | None = None
    whom: Whom = Whom.EVERYBODY

    @property
    def needs(self) -> frozenset[str]:
        """The params without which the words cannot be written."""
        named = set(_PLACEHOLDER.findall(f"{self.title} {self.text}"))
        return frozenset(named | ({self.said} if self.said else set()))
