"""Tables of suggestions."""

from portal.suggestions.models.cases import Suggestion, SuggestionPart, SuggestionSupporter
from portal.suggestions.models.catalogue import (
    CategoryDepartment,
    Department,
    SuggestionCategory,
    WorkingDay,
)
from portal.suggestions.models.dispatching import DispatchRule
from portal.suggestions.models.events import SuggestionEvent, SuggestionNote
from portal.suggestions.models.photos import SuggestionPhoto
from portal.suggestions.models.sources import SuggestionContact, SuggestionSource

__all__ = [
    "CategoryDepartment",
    "Department",
    "DispatchRule",
    "Suggestion",
    "SuggestionCategory",
    "SuggestionContact",
    "SuggestionEvent",
    "SuggestionNote",
    "SuggestionPart",
    "SuggestionPhoto",
    "SuggestionSource",
    "SuggestionSupporter",
    "WorkingDay",
]
