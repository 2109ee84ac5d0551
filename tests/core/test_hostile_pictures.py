"""Pictures made to do harm: written anew or refused, never kept as they came, in bounded memory."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from portal.core.errors import Invalid
from portal.core.uploads import LONGEST_SIDE, SMALL_SIDE, keep_picture_and_small, picture_path
from tests import pictures

MOST_MEMORY = 350_000
"""KiB of a whole process that reads one picture, the interpreter and its libraries among them."""

TAKEN = {
    "place": pictures.with_place,
    "polyglot": pictures.polyglot,
    "comment": pictures.script_in_a_comment,
    "cmyk": pictures.cmyk,
    "animated webp": pictures.animated_webp,
    "animated png": pictures.animated_png,
    "16 bit": pictures.sixteen_bit,
    "wide": pictures.wide_jpeg,
}
REFUSED = {
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": lambda: b"<!doctype html><title>photo.jpg</title>" + pictures.SECRET,
    "half a jpeg": pictures.cut_off,
    "50,000 by 50,000": pictures.bomb,
    "a strip": lambda: pictures.png(2_000_000_000, 1),
    "no pixels": lambda: pictures.png(0, 0),
    "remarks": pictures.huge_remarks,
    "gif": lambda: pictures.encoded(Image.new("P", (8, 8)), "GIF"),
    "tiff": lambda: pictures.encoded(Image.new("RGB", (8, 8)), "TIFF"),
    "bmp": lambda: pictures.encoded(Image.new("RGB", (8, 8)), "BMP"),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "layers": lambda: pictures.encoded(Image.new("L", (6_000, 4_000)), progressive=True),
}


@pytest.mark.parametrize("made", TAKEN.values(), ids=TAKEN)
def test_only_the_pixels_survive(tmp_path: Path, made: Callable[[], bytes]) -> None:
    data = made()
    name = keep_picture_and_small(tmp_path, io.BytesIO(data))
    for small, most in ((False, LONGEST_SIDE), (True, SMALL_SIDE)):
        kept = picture_path(tmp_path, name, small=small).read_bytes()
        with Image.open(io.BytesIO(kept)) as picture:
            assert (picture.format, getattr(picture, "n_frames", 1)) == ("WEBP", 1)
            assert max(picture.size) <= most
            assert not {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)
        for trace in (b"SECRET", b"script", b"EXIF", b"XMP ", b"ICCP", b"PK\x05\x06"):
            assert trace not in kept


def test_a_cmyk_picture_keeps_its_colour(tmp_path: Path) -> None:
    name = keep_picture_and_small(tmp_path, io.BytesIO(pictures.cmyk()))
    with Image.open(picture_path(tmp_path, name)) as kept:
        red, green, blue = kept.convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    assert green < 120
    assert min(red, blue) > 200


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_trusted_is_refused(tmp_path: Path, made: Callable[[], bytes]) -> None:
    with pytest.raises(Invalid):
        keep_picture_and_small(tmp_path, io.BytesIO(made()))
    assert list(tmp_path.rglob("*.webp")) == []


def test_a_photo_of_48_megapixels_is_taken(tmp_path: Path) -> None:
    data = pictures.photo(size=(8_000, 6_000))
    name = keep_picture_and_small(tmp_path, io.BytesIO(data))
    with Image.open(picture_path(tmp_path, name)) as kept:
        assert kept.size == (1_600, 1_200)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bomb", "huge_remarks", "wide_jpeg", "largest", "layers"])
def test_no_picture_takes_more_memory_than_there_is(tmp_path: Path, name: str) -> None:
    """In a process of its own, whose peak the system counts."""
    data = tmp_path / "data"
    made = {
        "largest": lambda: pictures.encoded(Image.new("CMYK", (8_000, 6_000), (9, 9, 9, 9))),
        "layers": lambda: pictures.encoded(Image.new("RGB", (5_000, 3_900)), progressive=True),
    }
    data.write_bytes(made.get(name, getattr(pictures, name, bytes))())
    program = (
        "import io, sys\n"
        "from pathlib import Path\n"
        "from portal.core.errors import Invalid\n"
        "from portal.core.uploads import keep_picture_and_small\n"
        "try:\n"
        "    data = io.BytesIO(Path(sys.argv[2]).read_bytes())\n"
        "    keep_picture_and_small(Path(sys.argv[1]), data)\n"
        "except Invalid:\n"
        "    pass\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(line.split()[1] for line in lines if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "kept"), str(data)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert int(done.stdout) < MOST_MEMORY
