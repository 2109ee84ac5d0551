"""Files that the API takes (multipart/form-data with one field, kept before anything is decided),
and pictures that it gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from flask import Response, request
from werkzeug.datastructures import FileStorage

from portal.core.errors import FieldError, Invalid, NotFound, UnsupportedMediaType
from portal.core.i18n import lazy_gettext as _l

MULTIPART = "multipart/form-data"
_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Files:
    """What an upload takes: one to ``most`` files, named ``name``, or as other programs name them
    (``also``).

    ``admit`` gets the path's values and refuses who may send none; ``keep`` stores one file and
    returns its name; ``forget`` takes a stored one back.
    """

    name: str
    most: int
    keep: Callable[[IO[bytes]], str]
    forget: Callable[[str], None]
    admit: Callable[..., None]
    accepts: str = "image/jpeg, image/png, image/webp"
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which files are taken."""
        return (self.name, *self.also)


@dataclass
class Sent:
    """Files of a request as they are kept. ``meaning`` is the same for the same files."""

    files: Files
    meaning: bytes
    names: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Take them all back."""
        while self.names:
            self.files.forget(self.names.pop())


@contextmanager
def kept_files(files: Files) -> Iterator[Sent]:
    """The request's files, kept; whatever fails in here, they are taken back.

    Raises:
        UnsupportedMediaType: the body is no multipart form.
        Invalid: there is none, too many, or something beside them; or one cannot be kept.
    """
    parts = _parts(files)
    sent = Sent(files, _meaning(parts))
    try:
        for part in parts:
            sent.names.append(files.keep(part.stream))
        yield sent
    except BaseException:
        sent.forget()
        raise


def _parts(files: Files) -> list[FileStorage]:
    if request.mimetype != MULTIPART or "Content-Encoding" in request.headers:
        raise UnsupportedMediaType(_l("Send the files as multipart/form-data."))
    parts = [part for name in files.names for part in request.files.getlist(name)]
    _refuse_others(files)
    if not parts:
        raise Invalid.field(files.name, _l("This is needed."))
    if len(parts) > files.most:
        raise Invalid.field(files.name, _l("Give at most %(most)s of these.", most=files.most))
    return parts


def _refuse_others(files: Files) -> None:
    """Everything else that was sent. A text under the files' own name is no file."""
    texts = {name: _l("This must be a file.") for name in request.form if name in files.names}
    others = {*request.form, *request.files} - {*files.names}
    unknown = {name: _l("This field is not known here.") for name in others}
    faults = [FieldError(_sendable(name), detail) for name, detail in (texts | unknown).items()]
    if faults:
        raise Invalid(errors=faults)


def _sendable(name: Any) -> str:
    return str(name).encode("utf-8", "replace").decode()


def _meaning(parts: list[FileStorage]) -> bytes:
    """Their contents, in order. What a sender calls a file says nothing."""
    digests = []
    for part in parts:
        digest = hashlib.sha256()
        while chunk := part.stream.read(_AT_ONCE):
            digest.update(chunk)
        part.stream.seek(0)
        digests.append(digest.digest())
    return b"".join(digests)


def picture(path: Path, seen_by_all: bool, media_type: str) -> Response:  # noqa: FBT001
    """A picture of ours. Whatever a browser makes of it, it runs nothing.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    try:
        response = Response(path.read_bytes(), content_type=media_type)
    except FileNotFoundError as error:
        raise NotFound from error
    kept = "private, max-age=600" if seen_by_all else "private, no-store"
    response.headers["Cache-Control"] = kept
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
