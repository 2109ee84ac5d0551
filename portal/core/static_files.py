"""How a folder of static files is served: kept by browsers forever, compressed where it helps.

The set-up step leaves compressed twins (``.br``, ``.gz``) beside the files.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

TWINS = (".br", ".gz")
_SAME_INSTANT = 0.001  # seconds: a twin is given the time of its file, as exactly as floats are


class StaticFiles(WhiteNoise):  # type: ignore[misc]  # carries no type information
    """Serves a folder, compressed where the browser takes it and the twin is not out of date."""

    def __init__(self, application: Any, folder: Path, prefix: str, version: str) -> None:
        self._etag = f'W/"{version}"'
        super().__init__(
            application,
            root=str(folder),
            prefix=prefix,
            autorefresh=False,
            allow_all_origins=False,
            immutable_file_test=lambda path, url: True,
            add_headers_function=self._add_headers,
        )

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


def _same_time(one: os.stat_result, other: os.stat_result) -> bool:
    return abs(one.st_mtime - other.st_mtime) < _SAME_INSTANT
