"""How a folder of static files is served: kept by browsers forever, compressed where it helps.

The set-up step leaves compressed twins (``.br``, ``.gz``) beside the files. A page that was open
while the portal was renewed goes on asking under the addresses of before: it is given the present
files, but not to keep.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.responders import Response
from whitenoise.string_utils import decode_path_info

TWINS = (".br", ".gz")
OUTDATED_KEPT = "max-age=60, public"
"""What is asked for under an address of before: the next renewal may bring other files."""

_VERSION = re.compile(r"[0-9a-f]{12}")
_SAME_INSTANT = 0.001  # seconds: a twin is given the time of its file, as exactly as floats are


class StaticFiles(WhiteNoise):  # type: ignore[misc]  # carries no type information
    """Serves a folder, compressed where the browser takes it and the twin is not out of date."""

    def __init__(self, application: Any, folder: Path, prefix: str, version: str) -> None:
        self._etag = f'W/"{version}"'
        self._prefix, self._folder = prefix, prefix.removesuffix(f"{version}/")
        super().__init__(
            application,
            root=str(folder),
            prefix=prefix,
            autorefresh=False,
            allow_all_origins=False,
            immutable_file_test=lambda path, url: True,
            add_headers_function=self._add_headers,
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer with a file, or let the application answer."""
        asked = decode_path_info(environ.get("PATH_INFO", ""))
        present = None if asked in self.files else self._outdated(asked)
        if present is None:
            answer: Iterable[bytes] = super().__call__(environ, start_response)
        else:
            answer = self.serve(present, environ, start_response)
        return answer

    def _outdated(self, address: str) -> OutdatedAddress | None:
        """The file that was meant by an address with another version; only what is served under
        the present one."""
        version, slash, name = address.removeprefix(self._folder).partition("/")
        ours = address.startswith(self._folder) and slash and _VERSION.fullmatch(version)
        file = self.files.get(self._prefix + name) if ours else None
        return OutdatedAddress(file) if file is not None else None

    def _add_headers(self, headers: Any, _path: str, _url: str) -> None:
        # The same on every server, whenever it was set up; weak, for all encodings share it.
        headers["ETag"] = self._etag
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"

    def get_static_file(
        self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None
    ) -> Any:
        """The file with those twins that were made of it as it is now."""
        known = stat_cache or {}
        usable = {path: known[path]}
        for twin in (path + suffix for suffix in TWINS):
            if twin in known and _same_time(known[twin], known[path]):
                usable[twin] = known[twin]
        return super().get_static_file(path, url, stat_cache=usable)


class OutdatedAddress:
    """A file of WhiteNoise's, asked for under an address that is no longer its own."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def get_response(self, method: str, request_headers: dict[str, Any]) -> Response:
        """The file's answer, which browsers do not keep."""
        answer = self._file.get_response(method, request_headers)
        headers = [(name, value) for name, value in answer.headers if name != "Cache-Control"]
        headers.append(("Cache-Control", OUTDATED_KEPT))
        return Response(answer.status, headers, answer.file)


def _same_time(one: os.stat_result, other: os.stat_result) -> bool:
    return abs(one.st_mtime - other.st_mtime) < _SAME_INSTANT
