"""Static files: kept forever under their address, compressed for whom it helps, never outdated."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response
from whitenoise import compress

from portal.core.static_files import StaticFiles

WORDS = "body { color: inherit; }\n" * 200
ADDRESS = "/static/abc/page.css"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the set-up step leaves it."""
    (tmp_path / "page.css").write_text(WORDS)
    (tmp_path / "dot.svg").write_text("<svg/>")
    assert compress.main(["--quiet", str(tmp_path)]) == 0
    assert {each.suffix for each in tmp_path.iterdir()} == {".css", ".svg", ".br", ".gz"}
    return tmp_path


def ask(folder: Path, accepts: str = "", **headers: str) -> TestResponse:
    served = StaticFiles(Response("the portal"), folder, "/static/abc/", "abc")
    sent = {"Accept-Encoding": accepts, **headers}
    return Client(served).get(ADDRESS, headers=sent, buffered=True)


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("deflate", None)],
)
def test_the_smallest_that_the_browser_takes(
    folder: Path, accepts: str, encoding: str | None
) -> None:
    answer = ask(folder, accepts)
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert len(answer.data) == int(answer.headers["Content-Length"])
    assert (len(answer.data) < len(WORDS)) == (encoding is not None)
    if encoding == "gzip":
        assert gzip.decompress(answer.data).decode() == WORDS


def test_kept_forever_and_not_sent_again(folder: Path) -> None:
    first = ask(folder, "br")
    assert "immutable" in first.headers["Cache-Control"]
    assert "max-age=315360000" in first.headers["Cache-Control"]
    assert "public" in first.headers["Cache-Control"]
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = ask(folder, "gzip", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == "Accept-Encoding"
    other = ask(folder, "br", **{"If-None-Match": 'W/"another"'})
    assert other.status_code == 200


def test_a_twin_that_is_out_of_date_is_not_served(folder: Path) -> None:
    page = folder / "page.css"
    page.write_text("body { color: red; }\n")
    later = page.stat().st_mtime + 5
    os.utime(page, (later, later))
    answer = ask(folder, "br, gzip")
    assert answer.headers.get("Content-Encoding") is None
    assert answer.text == "body { color: red; }\n"


def test_what_gets_no_smaller_has_no_twin(folder: Path) -> None:
    served = StaticFiles(Response("the portal"), folder, "/static/abc/", "abc")
    answer = Client(served).get(
        "/static/abc/dot.svg", headers={"Accept-Encoding": "br"}, buffered=True
    )
    assert answer.text == "<svg/>"
    assert "Vary" not in answer.headers


def test_only_what_was_there_at_the_start_is_served(folder: Path) -> None:
    served = StaticFiles(Response("the portal"), folder, "/static/abc/", "abc")
    for address in ("/static/abc/page.css.br", "/static/abc/../secret", "/static/other/page.css"):
        assert Client(served).get(address).text == "the portal"


def test_an_address_of_before_gives_the_present_file_but_not_to_keep(folder: Path) -> None:
    served = Client(StaticFiles(Response("the portal"), folder, "/static/abc/", "abc"))
    answers = [
        served.get(
            "/static/0123456789ab/page.css", headers={"Accept-Encoding": accepts}, buffered=True
        )
        for accepts in ("br", "")
    ]
    assert [each.status_code for each in answers] == [200, 200]
    assert [each.data for each in answers] == [ask(folder, "br").data, ask(folder).data]
    for each in answers:
        assert each.headers["Cache-Control"] == "max-age=60, public"
        assert each.headers["X-Content-Type-Options"] == "nosniff"
    head = served.head("/static/0123456789ab/page.css")
    assert (head.status_code, head.data) == (200, b"")
    assert served.post("/static/0123456789ab/page.css").status_code == 405
    fresh = answers[0].headers["ETag"]
    again = served.get("/static/0123456789ab/page.css", headers={"If-None-Match": fresh})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "max-age=60, public")


@pytest.mark.parametrize(
    "address",
    [
        "/static/0123456789ab/gone.css",
        "/static/0123456789ab/page.css.br",
        "/static/0123456789ab/../page.css",
        "/static/0123456789ab/../../secret",
        "/static/0123456789ab/%2e%2e/page.css",
        "/static/0123456789ab//page.css",
        "/static/0123456789AB/page.css",
        "/static/0123456789/page.css",
        "/static/0123456789ab",
        "/static/page.css",
        "/other/0123456789ab/page.css",
        "/0123456789ab/page.css",
    ],
)
def test_nothing_else_is_found_under_an_address_of_before(folder: Path, address: str) -> None:
    (folder.parent / "secret").write_text("secret")
    served = StaticFiles(Response("the portal"), folder, "/static/abc/", "abc")
    assert Client(served).get(address).text == "the portal"
