"""The icon sprite holds what the pages ask for, once each, and says when it cannot."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts import build_vendor_assets as vendor

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
# `#icon-home` in an address, `icon("home")` and `icon="home"` in a call, `"icon": "home"` in data.
ICON = re.compile(r"""#icon-([a-z0-9-]+)|\bicon(?:\(|=|["']:)\s*["']([a-z0-9-]+)["']""")
SOURCES = (("templates", "*.html"), ("portal", "*.py"), ("static/js", "*.js"))


def test_the_sprite_has_one_drawable_symbol_for_each_name() -> None:
    names = ["home", "star-filled"]
    drawing = ET.fromstring(vendor.sprite(names))
    symbols = drawing.findall(f"{SVG}symbol")
    assert [symbol.get("id") for symbol in symbols] == ["icon-home", "icon-star-filled"]
    assert all(symbol.get("viewBox") == "0 0 24 24" for symbol in symbols)
    assert all(symbol.findall(f"{SVG}path") for symbol in symbols)
    assert symbols[0].get("stroke") == "currentColor"
    assert symbols[1].get("fill") == "currentColor"


def test_an_icon_that_does_not_exist_is_named() -> None:
    with pytest.raises(vendor.MissingPartError, match="no-such-icon"):
        vendor.sprite(["no-such-icon"])


def test_a_name_listed_twice_is_refused() -> None:
    with pytest.raises(vendor.MissingPartError, match="home"):
        vendor.icon_names("home\nmoon # at night\n\n# a comment\nhome\n")


def test_every_icon_that_is_used_is_in_the_list() -> None:
    listed = set(vendor.icon_names(vendor.ICON_LIST.read_text(encoding="utf-8")))
    used = {
        match[1] or match[2]: path.name
        for folder, pattern in SOURCES
        for path in (ROOT / folder).rglob(pattern)
        for match in ICON.finditer(path.read_text(encoding="utf-8"))
    }
    assert used, "the pattern no longer finds any icon"
    assert {name: where for name, where in used.items() if name not in listed} == {}
