"""A real browser on a real server with the demo district."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running import DEMO_PASSWORD, RunningPortal, running_portal
from tests.templates import given_server

PHONE, DESKTOP = 390, 1280
HEIGHTS = {320: 640, PHONE: 844, DESKTOP: 900}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PATIENCE = 30_000
"""Milliseconds."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The demo district, as each module finds it; on PostgreSQL behind two server processes."""
    with running_portal(tmp_path_factory.mktemp("browser")) as running:
        for _ in range(1 if given_server() is None else 2):
            running.start()
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without its windows if there is one so (the same engine, a fifth quicker).
    Missing is a failure: these tests prove nothing without it."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, "no Chromium: install the package chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield running
        running.close()


def looks(width: int = PHONE, language: str = "zh") -> dict[str, Any]:
    """How a window is, whoever looks out of it."""
    return {
        "viewport": {"width": width, "height": HEIGHTS[width]},
        "locale": LANGUAGES[language],
        "reduced_motion": "reduce",
        "has_touch": width == PHONE,
    }


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, portal: RunningPortal) -> Iterator[OpenContext]:
    """Open a private window: ``open_context(width=390, language="zh", javascript=True)``. Where
    there are several server processes, one window comes to the one, the next to the next."""
    opened: list[BrowserContext] = []
    servers = cycle(portal.servers)

    def open_(
        *, width: int = PHONE, language: str = "zh", javascript: bool = True
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{next(servers)}",
            java_script_enabled=javascript,
            **looks(width, language),
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_
    for each in opened:
        each.close()


def sign_in(context: BrowserContext, name: str) -> Page:
    """Sign in on the page, as a person does; returns the page that follows."""
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=login]", f"{name}@demo.example")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def keep_screenshot(page: Page, name: str) -> None:
    """Keep a picture where ``SCREENSHOTS`` names a folder, to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
