"""Bodies with files: what the document says is taken, and nothing else; nothing breaks."""

from __future__ import annotations

import gc
import io
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.suggestions import uploads
from tests import pictures
from tests.conftest import ApiClient
from tests.suggestions import district

BOUNDARY = "----x"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(uploads, "photo_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def path(world: Any, folder: Path) -> str:
    """Where somebody may put photos."""
    office = district.set_up()
    return f"/suggestions/{district.report(office.resident)}/photos"


@pytest.fixture
def resident(path: str, api: ApiClient) -> ApiClient:
    return api.sign_in("resident@example.org")


def part(name: str, content: bytes, more: str = '; filename="a.jpg"') -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def raw(client: ApiClient, path: str, body: bytes, kind: str = FORM, **more: str) -> TestResponse:
    headers = {"Content-Type": kind, **more}
    return client.request("POST", path, data=body, headers=headers)


END = f"--{BOUNDARY}--\r\n".encode()
PHOTO = part("photo", pictures.photo())


def test_the_document_says_what_is_sent(api: ApiClient, world: Any) -> None:
    document = api.get("/openapi.json").json
    operation = document["paths"]["/api/v1/suggestions/{suggestion_id}/photos"]["post"]
    assert operation["requestBody"]["required"] is True
    ((kind, content),) = operation["requestBody"]["content"].items()
    photo = content["schema"]["properties"]["photo"]
    assert (kind, photo["maxItems"], photo["items"]["format"]) == (
        "multipart/form-data",
        6,
        "binary",
    )
    assert content["encoding"]["photo"]["contentType"].startswith("image/jpeg")


def test_what_it_says_is_taken(resident: ApiClient, path: str, folder: Path) -> None:
    assert raw(resident, path, PHOTO + PHOTO + END).status_code == 201
    assert len(list(folder.glob("*.webp"))) == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"photo=x"),
        ("image/jpeg", pictures.photo()),
        ("multipart/mixed; boundary=----x", PHOTO + END),
        ("", b""),
    ],
)
def test_other_kinds_of_bodies_are_not_read(
    resident: ApiClient, path: str, folder: Path, kind: str, body: bytes
) -> None:
    answer = raw(resident, path, body, kind)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (END, "photo"),
        (b"", "photo"),
        (b"no part at all", "photo"),
        (part("photo", b"text", "") + END, "photo"),
        (part("photo", b"text", "") + PHOTO + END, "photo"),
        (PHOTO + part("note", b"x", "") + END, "note"),
        (PHOTO + part("other", pictures.photo()) + END, "other"),
        (PHOTO + part("PHOTO", pictures.photo()) + END, "PHOTO"),
        (PHOTO + part("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), b"") + END, ""),
        (PHOTO + part("\x00", b"x", "") + END, "\x00"),
        (part("photo", b"\x00" * 9, '; filename="\x00../../etc/passwd"') + END, "photo"),
        (PHOTO * 7 + END, "photo"),
    ],
)
def test_what_it_does_not_say_is_refused(
    resident: ApiClient, path: str, folder: Path, body: bytes, field: str
) -> None:
    answer = raw(resident, path, body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid"), answer.text
    assert answer.json["errors"][0]["field"].startswith(field)
    assert list(folder.glob("*.webp")) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_body_that_breaks_off_is_refused(resident: ApiClient, path: str, folder: Path) -> None:
    """(The parser leaves its own file to the garbage collector, which warns of it.)"""
    assert raw(resident, path, PHOTO[:200]).status_code == 422
    gc.collect()
    assert list(folder.glob("*.webp")) == []


def test_a_boundary_that_is_none_is_refused(resident: ApiClient, path: str) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=" + "x" * 5_000):
        assert raw(resident, path, PHOTO + END, kind).status_code in (400, 413, 415, 422)


def test_more_than_a_form_may_hold_is_too_large(resident: ApiClient, path: str) -> None:
    long = part("note", b"x" * 2_000_000, "") + PHOTO + END
    assert raw(resident, path, long).status_code == 413
    many = b"".join(part(f"n{number}", b"", "") for number in range(2_000)) + END
    assert raw(resident, path, many).status_code == 413
    squeezed = raw(resident, path, PHOTO + END, **{"Content-Encoding": "gzip"})
    assert squeezed.status_code == 415


def test_a_photo_of_more_than_12_mb_is_refused(resident: ApiClient, path: str) -> None:
    answer = raw(resident, path, part("photo", b"\xff" * (12 * 1024 * 1024 + 1)) + END)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "photo")


def test_whose_name_a_file_has_says_nothing(resident: ApiClient, path: str, folder: Path) -> None:
    body = part("photo", pictures.photo(), '; filename="../../../x.html"') + END
    address = raw(resident, path, body).json["photos"][0]["url"]
    assert "x.html" not in address
    picture = resident.client.get(address)
    assert picture.mimetype == "image/webp"
    assert io.BytesIO(picture.data).read(4) == b"RIFF"
