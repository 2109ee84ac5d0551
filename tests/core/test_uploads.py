"""Pictures are decoded and written anew, or refused."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from portal.core.errors import Invalid
from portal.core.uploads import LONGEST_SIDE, keep_picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    out.seek(0)
    return out


def test_a_photo_comes_out_as_webp_without_its_place(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[2] = (42.0, 15.0, 0.0)
    photo = encoded(Image.new("RGB", (2400, 1200), "red"), exif=exif)

    with Image.open(tmp_path / keep_picture(tmp_path, photo)) as kept:
        assert kept.format == "WEBP"
        assert max(kept.size) <= LONGEST_SIDE
        assert not kept.getexif()


def test_a_picture_taken_sideways_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = encoded(Image.new("RGB", (200, 100)), exif=exif)

    with Image.open(tmp_path / keep_picture(tmp_path, photo)) as kept:
        assert kept.size == (100, 200)


@pytest.mark.parametrize("remarks", [b"Exif\x00\x00broken", b"MM\x00*\x00\x00\x00\x08\xff\xff"])
def test_broken_remarks_do_not_spoil_a_picture(tmp_path: Path, remarks: bytes) -> None:
    photo = encoded(Image.new("RGB", (20, 10), "red"), "WEBP", exif=remarks)

    with Image.open(tmp_path / keep_picture(tmp_path, photo)) as kept:
        assert kept.size == (20, 10)


def test_what_is_clear_becomes_white(tmp_path: Path) -> None:
    drawing = encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")

    with Image.open(tmp_path / keep_picture(tmp_path, drawing)) as kept:
        assert min(kept.convert("RGB").getpixel((4, 4))) > 250  # type: ignore[arg-type]


def test_a_picture_that_is_read_whole_is_not_too_large(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        keep_picture(tmp_path, encoded(Image.new("1", (5_000, 5_000)), "PNG"))


def bomb() -> bytes:
    """A PNG that says it has 50,000² pixels."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    return head + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>hello</html>",
        b"GIF89a" + b"\x00" * 40,
        b"\xff\xd8\xff\xe0 cut off",
        bomb(),
        b"x" * (12 * 1024 * 1024 + 1),
    ],
    ids=["nothing", "svg", "html", "gif", "cut off", "bomb", "too long"],
)
def test_what_is_no_picture_of_ours_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Invalid):
        keep_picture(tmp_path, io.BytesIO(data))
    assert list(tmp_path.iterdir()) == []
