"""The one style sheet of a page: whole, compressed, under an address that follows its content."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import assets

LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
CSS = assets.STATIC / "css"


def linked(client: FlaskClient, theme: str) -> str:
    client.set_cookie("theme", theme)
    found = LINK.findall(client.get("/about").text)
    assert len(found) == 1, found
    return str(found[0])


@pytest.mark.parametrize("theme", sorted(assets.DARK))
def test_a_page_asks_for_one_sheet_and_it_holds_them_all(client: FlaskClient, theme: str) -> None:
    answer = client.get(linked(client, theme))
    assert answer.status_code == 200
    assert answer.content_type == 'text/css; charset="utf-8"'
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    expected = {each.name for each in CSS.glob("*.css")} - (
        {"dark.css"} if theme == "light" else set()
    )
    missing = [
        name for name in expected if (CSS / name).read_text(encoding="utf-8") not in answer.text
    ]
    assert missing == []
    assert answer.text.startswith((CSS / "tokens.css").read_text(encoding="utf-8"))


def test_the_dark_palette_holds_when_the_person_wants_it() -> None:
    palette = (CSS / "dark.css").read_text(encoding="utf-8")
    assert f"@media screen {{\n{palette}}}" in assets.sheet("dark")
    assert f"@media screen and (prefers-color-scheme: dark) {{\n{palette}}}" in assets.sheet("auto")
    assert palette not in assets.sheet("light")
    for theme in assets.DARK:
        text = assets.sheet(theme)
        assert text.count("{") == text.count("}")


def test_the_sheet_travels_compressed(client: FlaskClient) -> None:
    address = linked(client, "auto")
    plain = client.get(address)
    assert "Content-Encoding" not in plain.headers
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = client.get(address, headers={"Accept-Encoding": encoding})
        assert packed.headers["Content-Encoding"] == encoding
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.content_length == len(packed.data) < len(plain.data) / 4
        assert unpack(packed.data) == plain.data
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert head.content_length == len(plain.data)
    assert client.post(address).status_code == 405


def test_another_content_has_another_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "static"
    shutil.copytree(assets.STATIC / "css", changed / "css")
    before = _prefix(changed, monkeypatch)
    assert _prefix(changed, monkeypatch) == before
    with (changed / "css" / "home.css").open("a", encoding="utf-8") as file:
        file.write(".hero { color: red; }\n")
    assert _prefix(changed, monkeypatch) != before


def _prefix(static: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(assets, "STATIC", static)
    app = Flask("empty", static_folder=None)
    assets.init_app(app)
    return str(app.extensions[assets.PREFIX])


def test_a_page_of_before_keeps_its_look(client: FlaskClient) -> None:
    present = linked(client, "auto")
    before = re.sub(r"/[0-9a-f]{12}/", "/0123456789ab/", present)
    assert before != present
    answer = client.get(before)
    assert (answer.status_code, answer.data) == (200, client.get(present).data)
    assert "immutable" not in answer.headers["Cache-Control"]
    module = client.get(before.replace("css/page-auto.css", "js/main.js"), buffered=True)
    assert module.status_code == 200
    assert "javascript" in module.content_type
