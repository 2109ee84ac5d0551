"""Help and privacy: what anybody may ask, in plain words, and what is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.accounts.services import forgetting
from portal.activities.rules import EVIDENCE_KEPT
from portal.app import Portal
from tests.admin.test_shell import ENGLISH, sign_in


@pytest.mark.parametrize("address", ["/help", "/privacy"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_may_read_them(client: FlaskClient, address: str, language: str) -> None:
    page = client.get(address, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in page.text
    assert "style=" not in page.text


def test_help_names_ones_own_community_and_whom_to_call(
    app: Portal, client: FlaskClient, world: Any
) -> None:
    stranger = client.get("/help", headers=ENGLISH).text
    assert 'href="tel:12345"' in stranger
    assert "Your community is" not in stranger
    world.make_user("resident@example.org", home=world.COMMUNITY)
    settings = app.settings
    app.settings = replace(settings, help_line="0476-555 0100")
    try:
        page = sign_in(client, world, "resident@example.org").get("/help", headers=ENGLISH).text
    finally:
        app.settings = settings
    assert "Your community is" in page
    assert "0476-555 0100" in page


def test_help_and_privacy_are_linked_from_the_foot_and_from_errors(client: FlaskClient) -> None:
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    for page in (client.get("/about").text, missing.text):
        assert 'href="/help"' in page
        assert 'href="/privacy"' in page
    assert 'href="/help#ask"' in missing.text


def test_what_privacy_promises_is_what_is_done() -> None:
    """The page says a day, a month, half a year: change it with these."""
    assert timedelta(days=1) == forgetting.CODES_KEPT
    assert timedelta(days=30) == forgetting.SESSIONS_KEPT
    assert timedelta(days=180) == EVIDENCE_KEPT
