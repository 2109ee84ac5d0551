"""A person with a browser and no JavaScript: opens pages, fills in forms that are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.world import PASSWORD


@dataclass
class PageForm:
    """A form of a page: where it goes, and what stands in it."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def add(self, name: str, value: str) -> None:
        """One more value; a list where a name comes several times."""
        if name not in self.values:
            self.values[name] = value
        elif isinstance(self.values[name], list):
            self.values[name].append(value)
        else:
            self.values[name] = [self.values[name], value]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.words: list[str] = []
        self._open: PageForm | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = PageForm(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        elif tag in ("input", "select", "textarea", "button") and self._open and "name" in given:
            self._open.names.add(given["name"])
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if tag == "input" and ticked:
                self._open.add(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Browser:
    """Follows redirects, sends forms with all that stands in them (the CSRF token too)."""

    def __init__(self, client: FlaskClient, language: str = "en") -> None:
        self.client, self.language = client, language
        client.set_cookie("locale", {"zh": "zh_Hans"}.get(language, language))
        self.page: TestResponse
        self.address = "/"

    def open(self, address: str, status: int = 200) -> TestResponse:
        return self._take(self.client.get(address, **self._request()), address, status)

    def send(self, action: str, status: int = 200, **values: Any) -> TestResponse:
        """Fill in the form of the present page that goes to ``action``, and send it.

        ``status`` is that of the page that comes in the end, after redirects.
        """
        form = self.form(action)
        assert set(values) <= form.names, f"no such fields: {set(values) - form.names}"
        data = {**form.values, **values}
        response = self.client.post(form.action, data=data, **self._request())
        return self._take(response, form.action, status)

    def form(self, action: str) -> PageForm:
        """The form to this address; where a filter goes there too, the one that is sent."""
        found = [each for each in self.forms if each.action.partition("?")[0] == action]
        found.sort(key=lambda each: each.method != "post")
        assert found, f"no form to {action} among {[each.action for each in self.forms]}"
        return found[0]

    @property
    def forms(self) -> list[PageForm]:
        return self._read().forms

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._read().words).split())

    def sign_in(self, login: str, password: str = PASSWORD) -> Browser:
        self.open("/login?next=/me/account")
        self.send("/login", login=login, password=password)
        assert self.address == "/me/account", self.text
        return self

    def _request(self) -> dict[str, Any]:
        return {"headers": {"Accept-Language": self.language}}

    def _take(self, response: TestResponse, address: str, status: int) -> TestResponse:
        hops = 0
        while response.status_code in (301, 302, 303):
            address = urljoin(address, response.headers["Location"])
            response = self.client.get(address, **self._request())
            hops += 1
            assert hops < 6, "redirects go round in circles"
        assert response.status_code == status, response.text
        self.page, self.address = response, address
        return response

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.page.text)
        return reader
