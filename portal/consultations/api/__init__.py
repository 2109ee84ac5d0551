"""Consultations by JSON. Each module declares its endpoints; all of them hang on one blueprint."""

from portal.consultations.api import ballots, consultations, open_data, outcome, rolls, studies
from portal.consultations.api.blueprint import api

__all__ = ["api", "ballots", "consultations", "open_data", "outcome", "rolls", "studies"]
