"""What browsers keep forever: static files under an address that changes with their content.

The style sheets are written one by one in ``static/css`` and go out as one: a page that asks for
many files keeps many people waiting. The one sheet is put together when the application
starts, so nothing has to be built and nothing can be stale.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, current_app
from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response

from portal.config import ROOT
from portal.core.static_files import StaticFiles

STATIC = ROOT / "static"
COMPRESSED = (".br", ".gz")
PREFIX = "portal_static_prefix"

DARK = {"auto": "screen and (prefers-color-scheme: dark)", "light": None, "dark": "screen"}
"""When the dark palette holds, for each theme that a person may choose."""

SHEETS = (
    "base",
    "masthead",
    "shell",
    "layouts",
    "buttons",
    "forms",
    "cards",
    "figures",
    "messages",
    "parts",
    "plan",
    "cases",
    "data",
    "home",
    "tickets",
    "ballots",
    "wording",
    "vote_desk",
    "screens",
    "print",
)
"""In this order, after ``tokens`` (which fixes the order of the layers) and the dark palette."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset  # components are imported without the page's context
    sheets = {f"css/page-{theme}.css": sheet(theme) for theme in DARK}
    version = _fingerprint(STATIC, sheets)
    prefix = app.extensions[PREFIX] = f"/static/{version}/"
    server = StaticFiles(app.wsgi_app, STATIC, prefix, version)
    for path, text in sheets.items():
        server.files[prefix + path] = SheetInMemory(text, f"max-age={server.FOREVER}")
    app.wsgi_app = server  # type: ignore[method-assign]


def asset(path: str) -> str:
    """The address of a file under ``static/``, or of the one sheet of a theme
    (``css/page-auto.css``), with the hash of their content."""
    return f"{current_app.extensions[PREFIX]}{path}"


def sheet(theme: str, folder: Path = STATIC / "css") -> str:
    """All style sheets in one, for a person who chose this theme."""
    return "".join(_parts(DARK[theme], folder))


def _parts(dark_when: str | None, folder: Path) -> Iterator[str]:
    yield (folder / "tokens.css").read_text(encoding="utf-8")
    if dark_when:
        yield f"@media {dark_when} {{\n{(folder / 'dark.css').read_text(encoding='utf-8')}}}\n"
    for name in SHEETS:
        yield (folder / f"{name}.css").read_text(encoding="utf-8")


class SheetInMemory:
    """A style sheet as WhiteNoise serves files: in the first encoding that the browser takes."""

    def __init__(self, text: str, cache_control: str) -> None:
        self._text = text
        self._cache_control = cache_control

    def get_response(self, method: str, request_headers: Mapping[str, Any]) -> Response:
        """The answer to GET and HEAD; anything else is not allowed."""
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED_RESPONSE
        taken = request_headers.get("HTTP_ACCEPT_ENCODING", "")
        encoding, body = next(found for found in _encodings(self._text) if found[0] in taken)
        headers = {
            "Content-Type": 'text/css; charset="utf-8"',
            "Content-Length": str(len(body)),
            "Cache-Control": f"{self._cache_control}, public, immutable",
            "Vary": "Accept-Encoding",
            "Access-Control-Allow-Origin": "*",
        }
        if encoding:
            headers["Content-Encoding"] = encoding
        _static_headers(headers, "", "")
        content = BytesIO(body) if method == "GET" else None
        return Response(HTTPStatus.OK, list(headers.items()), content)


@lru_cache(maxsize=2 * len(DARK))
def _encodings(text: str) -> tuple[tuple[str, bytes], ...]:
    """The text compressed, best first, when it is asked for the first time."""
    plain = text.encode()
    return (
        ("br", brotli.compress(plain, quality=9)),
        ("gzip", gzip.compress(plain, mtime=0)),
        ("", plain),
    )


def _static_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _fingerprint(folder: Path, sheets: Mapping[str, str]) -> str:
    """One hash for the whole tree, so that modules may import one another by relative addresses."""
    digest = hashlib.sha256("".join(sheets.values()).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in COMPRESSED:
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
