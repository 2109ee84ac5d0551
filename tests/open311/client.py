"""A client that has read the specification and knows nothing else of this portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
LISTS = {
    "services", "attributes", "values", "service_requests", "errors", "endpoints", "formats",
    "service_request_updates", "photos",
}  # fmt: skip
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """An answer: its status, its content, and how that was sent."""

    status: int
    content: Any
    headers: Mapping[str, str]
    text: str


class Open311Client:
    """Speaks one of the two formats; the same content comes of both."""

    def __init__(self, client: FlaskClient, ending: str, key: str = "") -> None:
        self.client, self.ending, self.key = client, ending, key
        self.endpoint = "/open311/v2"

    def discover(self) -> Any:
        """Find the endpoint by the discovery file alone."""
        told = self._send("GET", f"/open311/discovery.{self.ending}", None)
        (endpoint,) = (
            each for each in told.content["endpoints"] if each["specification"] == SPECIFICATION
        )
        self.endpoint = urlsplit(endpoint["url"]).path
        return told.content

    def get(self, resource: str, *arguments: tuple[str, str], **named: str) -> Told:
        query = urlencode([*arguments, *named.items()])
        return self._send("GET", f"{self.endpoint}/{resource}.{self.ending}?{query}", None)

    def file(self, *more: tuple[str, str], headers: Any = None, **fields: str) -> Told:
        """POST Service Request."""
        pairs = [("api_key", self.key), *fields.items(), *more]
        return self._send("POST", f"{self.endpoint}/requests.{self.ending}", pairs, headers)

    def _send(self, method: str, path: str, pairs: Pairs | None, headers: Any = None) -> Told:
        data = None if pairs is None else urlencode(pairs, safe="[]", quote_via=quote)
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = self.client.open(
            path, method=method, data=data,
            headers={"Accept-Language": "en", **(kind if data is not None else {}),
                     **(headers or {})},
        )  # fmt: skip
        mime = {"xml": "text/xml", "json": "application/json"}[self.ending]
        assert answer.headers["Content-Type"] == f"{mime}; charset=utf-8"
        content = _read_xml(answer.data) if self.ending == "xml" else answer.json
        return Told(answer.status_code, content, dict(answer.headers), answer.data.decode())


def _read_xml(data: bytes) -> Any:
    assert data.lower().startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return _value(ET.fromstring(data))


def _value(element: ET.Element) -> Any:
    """By the specification's convention for both formats: lists lose the names of their members,
    empty elements are nulls."""
    if element.tag in LISTS:
        return [_value(each) for each in element]
    if len(element):
        return {each.tag: _value(each) for each in element}
    return element.text
