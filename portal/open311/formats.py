"""Answers in both formats of the specification, refusals among them.

The JSON is the specification's own mapping of the XML: a list in place of an element that holds
others of one name, null in place of an empty one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, request

from portal.core.errors import DomainError, TooManyRequests

XML, JSON = "xml", "json"
MIME_TYPES = {XML: "text/xml", JSON: "application/json"}
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""

_MEMBERS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "photos": "photo",
}
"""What stands in a list of this name."""

_KEPT = frozenset({403, 404, 405, 429})


def answer(ending: str, root: str, content: Any, status: int = 200) -> Response:
    """Content in the format that the address ends with, as UTF-8. In XML it stands in ``root``."""
    text = as_xml(root, content) if ending == XML else as_json(content)
    kind = f"{MIME_TYPES[ending]}; charset=utf-8"
    response = Response(text, status=status, content_type=kind)
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and never by a cookie
    response.headers["Vary"] = "Accept-Language"
    return response


def refusal(error: DomainError) -> Response:
    """A refusal as the specification writes it: a list of code and description. It knows 403 and
    404, and 400 for all else that is asked wrongly."""
    status = error.status if error.status in _KEPT or error.status >= 500 else 400
    told = [f"{each.field}: {each.detail}" for each in error.errors] or [str(error.detail)]
    faults = [{"code": status, "description": words} for words in told]
    response = answer(_ending_asked_for(), "errors", faults, status)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def as_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def as_xml(root: str, content: Any) -> str:
    return _DECLARATION + ET.tostring(_element(root, content), encoding="unicode")


def _element(name: str, content: Any) -> ET.Element:
    element = ET.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, list):
        element.extend(_element(_MEMBERS[name], each) for each in content)
    elif content is not None:
        element.text = _text(content)
    return element


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNWRITABLE.sub("\ufffd", str(value))


def _ending_asked_for() -> str:
    """By the end of the address; XML, which every client knows, where that says nothing."""
    return JSON if request.path.endswith(f".{JSON}") else XML
