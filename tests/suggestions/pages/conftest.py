"""What every story of the pages begins with: a browser without a script for whoever comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.app import Portal
from tests.browsing import Browser

Opens = Callable[..., Browser]


@pytest.fixture
def opens(app: Portal, tmp_path: Path) -> Iterator[Opens]:
    """``opens("resident")``: the browser of somebody; of a stranger without a name."""
    kept, app.instance_path = app.instance_path, str(tmp_path)

    def open_one(who: str = "", language: str = "en") -> Browser:
        browser = Browser(app.test_client(), language)
        return browser.sign_in(f"{who}@example.org") if who else browser

    yield open_one
    app.instance_path = kept
