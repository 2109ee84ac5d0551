"""Everybody may read the regions."""

from __future__ import annotations

from string import ascii_letters, digits
from typing import Any

import pytest

from tests.world import CITY, COMMUNITY, DISTRICT, NEXT_COMMUNITY, STREET


def codes(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["code"] for each in response.json["items"]]


def test_without_parent_and_level_the_cities(api: Any, world: Any) -> None:
    response = api.get("/regions")
    assert response.json == {
        "items": [{"code": CITY, "name": "赤峰市", "level": "city", "parent_code": None}],
        "next_cursor": None,
    }


def test_with_parent_the_direct_children(api: Any, world: Any) -> None:
    assert codes(api.get(f"/regions?parent={DISTRICT}")) == ["150402004", STREET]
    assert codes(api.get(f"/regions?parent={STREET}")) == [COMMUNITY, NEXT_COMMUNITY]


def test_with_parent_and_level_all_below_of_that_level(api: Any, world: Any) -> None:
    assert len(codes(api.get(f"/regions?parent={CITY}&level=community"))) == 3
    assert codes(api.get(f"/regions?parent={CITY}&level=city")) == []


def test_with_level_alone_all_of_it(api: Any, world: Any) -> None:
    assert codes(api.get("/regions?level=street")) == ["150402004", STREET]


def test_pages_follow_one_another(api: Any, world: Any) -> None:
    first = api.get("/regions?level=community&limit=2")
    cursor = first.json["next_cursor"]
    second = api.get(f"/regions?level=community&limit=2&cursor={cursor}")
    assert len(set(codes(first) + codes(second))) == 3
    assert second.json["next_cursor"] is None


def test_a_cursor_written_differently_is_refused(api: Any, world: Any) -> None:
    """Base64 lets four last letters stand for the same bytes; we gave only one of them."""
    cursor = api.get("/regions?level=community&limit=2").json["next_cursor"]
    letters = set(ascii_letters + digits) - {cursor[-1]}
    others = [cursor[:-1] + letter for letter in letters]
    answers = {api.get(f"/regions?level=community&cursor={each}").status_code for each in others}
    assert answers == {422}


def test_a_cursor_of_another_list_is_refused(api: Any, world: Any) -> None:
    cursor = api.get("/regions?level=community&limit=2").json["next_cursor"]
    assert api.get(f"/regions?level=street&cursor={cursor}").status_code == 422


def test_below_an_unknown_region_there_is_nothing(api: Any, world: Any) -> None:
    assert codes(api.get("/regions?parent=99")) == []
    assert codes(api.get("/regions?parent=99&level=community")) == []


@pytest.mark.parametrize("query", ["level=town", "parent=x", "limit=0", "limit=101", "other=1"])
def test_what_is_not_understood_is_refused(api: Any, world: Any, query: str) -> None:
    assert api.get(f"/regions?{query}").status_code == 422


def test_one_region_with_what_it_belongs_to(api: Any, world: Any) -> None:
    assert api.get(f"/regions/{COMMUNITY}").json == {
        "code": COMMUNITY,
        "name": "红山郡社区委员会",
        "level": "community",
        "parent_code": STREET,
        "ancestors": [
            {"code": CITY, "name": "赤峰市", "level": "city"},
            {"code": DISTRICT, "name": "红山区", "level": "district"},
            {"code": STREET, "name": "西城街道", "level": "street"},
        ],
    }
    assert api.get(f"/regions/{CITY}").json["ancestors"] == []


def test_an_unknown_region_is_not_found(api: Any, world: Any) -> None:
    assert api.get("/regions/999999").status_code == 404
