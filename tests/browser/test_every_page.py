"""Every page a role can reach by following links: accessible, whole at 320 px, without errors.

Pages that differ only by the thing they show are one kind. Each kind is audited once for each
audience (strangers, residents, those who work here): the same template holds other buttons for
them. The first audience sees it in all looks, the others in the two that are furthest apart. Every
role walks all the same: its pages must answer, and without a script error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page

from portal.app import create_app
from portal.config import from_environment
from tests.browser.auditing import ENDS, LOOKS, audit
from tests.browser.conftest import OpenContext, sign_in
from tests.browser.states import SEEN_IN_ITS_STATES
from tests.running import RunningPortal

pytestmark = pytest.mark.browser

STRANGER = "stranger"
AUDIENCES = {
    "": STRANGER,
    "resident1": "resident",
    "organization": "host",
    "socialworker": "desk",
    "committee": "desk",
    "owner": "shop",
    "merchant": "shop",
    "finance": "desk",
    "auditor": "desk",
    "admin": "desk",
    "dispatcher": "desk",
    "department": "desk",
    "supervisor": "desk",
}
"""A stranger first; the others by their demo sign-in."""

# These are the same for whoever is signed in, whatever else they are.
OWN = ("/me", "/exchange", "/regions", "/about", "/accessibility", "/styleguide", "/api")
STARTS = ("/", "/me", "/desk", "/hosting", "/till", "/about", "/login", "/register", "/styleguide")
"""The workplaces among them, as one comes to these by a button and not by a link."""
FILTERS = {
    "cursor",
    "region",
    "category",
    "next",
    "at",
    "day",
    "q",
    "to",
    "parent",
    "community",
    "box",
    "status",
    "overdue",
    "level",
    "state",
    "by",
    "from",
    "code",
    "department",
}
NOT_PAGES = (".csv", ".py", ".ics", ".json", ".svg", ".webp", "/me/data", "/static/", "/api/v1/")
NO_PAGES = ("/healthz", "/readyz", "/photos/", "/open311/")
MOST_KINDS = 180
_ID = re.compile(r"/[0-9a-hjkmnp-tv-z]{26}(?=/|$)|/[0-9]{2,15}(?=/|$)")

_VALUE = re.compile(r"<\w+:\w+>")

Audited = set[tuple[str, str]]


@pytest.fixture(scope="module")
def audited() -> Audited:
    """The kinds of pages that were audited, each with its audience."""
    return set()


@pytest.fixture(scope="module")
def walked() -> dict[str, set[str]]:
    """The kinds of pages that each role came to."""
    return {}


@dataclass
class Walk:
    """One role's way through the portal."""

    page: Page
    audience: str
    audited: Audited
    kinds: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.note(f"script error {error}"))
        self.page.on("console", self._overhear)

    def _overhear(self, message: ConsoleMessage) -> None:
        # A refused style or script is reported here as well.
        if message.type == "error" and "status of 404" not in message.text:
            self.note(f"console: {message.text}")

    def note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")

    def visit(self, address: str) -> list[str]:
        """Look at one page; returns where it leads."""
        answer = self.page.goto(address)
        assert answer is not None
        if address in STARTS and answer.status == 404:
            return []
        if answer.status != 200:
            self.note(f"answered {answer.status}")
            return []
        kind = kind_of(address)
        self.answered.add(kind)
        shared = kind.startswith(OWN) and self.audience != STRANGER
        key = (kind, "resident" if shared else self.audience)
        if key not in self.audited:
            looks = ENDS if kind in {known for known, _ in self.audited} else LOOKS
            self.audited.add(key)
            name = f"{self.audience}-{kind.strip('/').replace('/', '_') or 'home'}"
            for fault in audit(self.page, name, looks):
                self.note(fault)
        return links_of(self.page)


@pytest.mark.parametrize("role", AUDIENCES)
def test_every_page_is_for_everybody(
    open_context: OpenContext, audited: Audited, walked: dict[str, set[str]], role: str
) -> None:
    context = open_context()
    page = sign_in(context, role) if role else context.new_page()
    walk = Walk(page, AUDIENCES[role], audited)
    waiting = list(STARTS)
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in walk.kinds or any(part in address for part in NOT_PAGES):
            continue
        walk.kinds.add(kind_of(address))
        assert len(walk.kinds) < MOST_KINDS, f"this walk does not end: {sorted(walk.kinds)}"
        waiting += walk.visit(address)
    assert len(walk.kinds) > len(STARTS), "the walk must get somewhere"
    walked[role] = {kind.partition("?")[0] for kind in walk.answered}
    assert not walk.faults, "\n".join(walk.faults)


def test_every_page_was_walked_to(portal: RunningPortal, walked: dict[str, set[str]]) -> None:
    """After the walks: no page of the portal is out of their reach, but for those that
    are looked at in their states."""
    assert set(walked) == set(AUDIENCES), "this test needs all walks before it"
    reached = set().union(*walked.values())
    assert pages(portal.env()) - reached <= SEEN_IN_ITS_STATES


def pages(environment: dict[str, str]) -> set[str]:
    """Every address of the portal that answers with a page, written like a kind."""
    rules = create_app(from_environment(environment)).url_map.iter_rules()
    found = {_VALUE.sub(":id", each.rule) for each in rules if "GET" in (each.methods or ())}
    return {each for each in found if not any(part in each for part in (*NOT_PAGES, *NO_PAGES))}


def kind_of(url: str) -> str:
    """Pages that differ only by the thing they show, or by a filter, are one kind."""
    parts = urlsplit(url)
    names = {pair.partition("=")[0] for pair in parts.query.split("&") if pair} - FILTERS
    return _ID.sub("/:id", parts.path) + ("?" + "&".join(sorted(names)) if names else "")


def links_of(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(a => a.getAttribute('href'))"
    )
    return [href for href in found if href.startswith("/") and not href.startswith("//")]
