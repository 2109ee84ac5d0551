"""Consultations by JSON. Each module declares its endpoints; all of them hang on one blueprint."""

from portal.consultations.api import (
    ballots,
    commitments,
    consultations,
    covenants,
    discussion,
    extending,
    outcome,
    proposals,
    rolls,
    talks,
    voted_rules,
    wording,
)
from portal.consultations.api.blueprint import api

__all__ = [
    "api",
    "ballots",
    "commitments",
    "consultations",
    "covenants",
    "discussion",
    "extending",
    "outcome",
    "proposals",
    "rolls",
    "talks",
    "voted_rules",
    "wording",
]
from portal.consultations.api import open_data, studies

__all__ = ["api", "ballots", "consultations", "open_data", "outcome", "rolls", "studies"]
