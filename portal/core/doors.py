"""Which door a request comes through: the pages, the JSON API, or one that has words of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from portal.core.errors import DomainError

API_PREFIX = "/api/"
API_PAGES = frozenset({"/api/v1/docs"})
"""What stands under the API's prefix, but is a page for people."""


def is_api_request() -> bool:
    """Whether this request is answered in JSON."""
    path = request.path
    return path.startswith(API_PREFIX) and path not in API_PAGES


Speaker = Callable[["DomainError"], Response]
_speakers: dict[str, Speaker] = {}


def speak_at(prefix: str, speaker: Speaker) -> None:
    """Let what is refused below an address be said as a specification of others asks for."""
    _speakers[prefix] = speaker


def speaker() -> Speaker | None:
    """Who says what is refused to this request; None where that is said as everywhere."""
    for prefix, found in _speakers.items():
        if request.path.startswith(prefix):
            return found
    return None
