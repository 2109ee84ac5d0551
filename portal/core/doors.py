"""Which door a request comes through: the pages or the JSON API."""

from __future__ import annotations

from flask import request

API_PREFIX = "/api/"
API_PAGES = frozenset({"/api/v1/docs"})
"""What stands under the API's prefix, but is a page for people."""


def is_api_request() -> bool:
    """Whether this request is answered in JSON."""
    path = request.path
    return path.startswith(API_PREFIX) and path not in API_PAGES
