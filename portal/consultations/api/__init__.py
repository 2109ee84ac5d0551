"""Consultations by JSON. Each module declares its endpoints; all of them hang on one blueprint."""

from portal.consultations.api import ballots, consultations, discussion, outcome, rolls, talks
from portal.consultations.api.blueprint import api

__all__ = ["api", "ballots", "consultations", "discussion", "outcome", "rolls", "talks"]
from portal.consultations.api import (
    covenants,
    proposals,
    wording,
)

__all__ = [
    "api",
    "ballots",
    "consultations",
    "covenants",
    "outcome",
    "proposals",
    "rolls",
    "wording",
]
