"""People look at regions, from the cities down."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browsing import Browser
from tests.world import CITY, COMMUNITY, STREET


def test_from_the_cities_down_to_the_community(app: Any, world: Any) -> None:
    browser = Browser(app.test_client())
    browser.open("/regions")
    assert f'href="/regions/{CITY}"' in browser.page.text
    browser.open(f"/regions/{STREET}")
    assert f'href="/regions/{COMMUNITY}"' in browser.page.text
    browser.open(f"/regions/{COMMUNITY}")
    assert "赤峰市 › 红山区 › 西城街道" in browser.text


def test_an_unknown_region_has_no_page(app: Any, world: Any) -> None:
    Browser(app.test_client()).open("/regions/999999", status=404)


def test_without_regions_the_page_says_so(app: Any) -> None:
    browser = Browser(app.test_client())
    browser.open("/regions")
    assert "No regions yet" in browser.text


def test_the_picker_begins_in_the_only_city(app: Any, world: Any) -> None:
    browser = Browser(app.test_client())
    browser.open("/regions/choose")
    assert "红山区" in browser.text


@pytest.mark.parametrize("way", ["at=150402010", "q=红山郡"])
def test_the_picker_names_a_community_as_people_call_it(app: Any, world: Any, way: str) -> None:
    browser = Browser(app.test_client())
    browser.open(f"/regions/choose?{way}")
    assert "红山郡社区" in browser.text
    assert "委员会" not in browser.text
