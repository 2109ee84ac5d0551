"""Every page a role can reach by following links: accessible, whole at 320 px, without errors.

Each page is read by axe-core at both widths, standard and elder, light and dark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, HEIGHTS, PHONE, OpenContext, keep_screenshot, sign_in

pytestmark = pytest.mark.browser

ROLES = (
    "",
    "resident1",
    "organization",
    "socialworker",
    "committee",
    "owner",
    "merchant",
    "finance",
    "auditor",
    "admin",
)
"""A stranger first; the others by their demo sign-in."""

LOOKS = (
    (PHONE, "standard", "light"),
    (PHONE, "elder", "dark"),
    (DESKTOP, "standard", "dark"),
    (DESKTOP, "elder", "light"),
)
STARTS = ("/", "/me", "/desk", "/about", "/login", "/register", "/styleguide")
_ID = re.compile(r"/[0-9a-hjkmnp-tv-z]{26}(?=/|$)|/[0-9]{2,15}(?=/|$)")
MOST_PAGES = 90
NOT_PAGES = (".csv", ".ics", ".json", ".svg", ".webp", "/logout", "/static/", "/api/v1/openapi")


@dataclass
class Walk:
    """What was seen on the way, and what was wrong with it."""

    kinds: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def kind_of(url: str) -> str:
    """Pages that differ only by the thing they show are one kind."""
    parts = urlsplit(url)
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return _ID.sub("/:id", parts.path) + ("?" + "&".join(names) if names else "")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_for_everybody(open_context: OpenContext, role: str) -> None:
    context = open_context()
    page = sign_in(context, role) if role else context.new_page()
    walk = Walk()
    page.on("pageerror", lambda error: walk.faults.append(f"{page.url}: script error {error}"))
    page.on(
        "console",
        lambda message: (
            walk.faults.append(f"{page.url}: console {message.text}")
            if message.type == "error" and "status of 404" not in message.text
            else None
        ),
    )
    waiting = list(STARTS)
    while waiting and len(walk.kinds) < MOST_PAGES:
        address = waiting.pop(0)
        if kind_of(address) in walk.kinds or any(part in address for part in NOT_PAGES):
            continue
        walk.kinds.add(kind_of(address))
        answer = page.goto(address)
        assert answer is not None
        if address in STARTS and answer.status == 404:
            continue
        if answer.status != 200:
            walk.faults.append(f"{address}: answered {answer.status}")
            continue
        look_at(page, address, walk)
        waiting += links_of(page)
    assert len(walk.kinds) > len(STARTS), "the walk must get somewhere"
    assert not walk.faults, "\n".join(walk.faults)


def links_of(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href]", "links => links.map(a => a.getAttribute('href'))"
    )
    return [href for href in found if href.startswith("/") and not href.startswith("//")]


def look_at(page: Page, address: str, walk: Walk) -> None:
    for width, mode, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.evaluate(
            "([mode, theme]) => Object.assign(document.documentElement.dataset, {mode, theme})",
            [mode, theme],
        )
        for violation in Axe().run(page).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            walk.faults.append(
                f"{address} {width}px {mode} {theme}: {violation['id']} "
                f"({violation['impact']}) {nodes}"
            )
        keep_screenshot(page, f"{kind_of(address).strip('/').replace('/', '_')}-{width}-{mode}")
    check_narrow(page, address, walk)


def check_narrow(page: Page, address: str, walk: Walk) -> None:
    """At 320 px in elder mode nothing may have to be pushed sideways (WCAG 2.2, 1.4.10)."""
    page.set_viewport_size({"width": 320, "height": HEIGHTS[320]})
    page.evaluate("document.documentElement.dataset.mode = 'elder'")
    too_wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if too_wide > 0:
        walk.faults.append(f"{address}: {too_wide} px too wide at 320 px")
