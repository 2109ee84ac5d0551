"""Pictures people send: never stored or served as they came.

A picture is decoded, turned upright, made smaller and written anew as WebP; what is not a picture,
or too large to be one, is refused. Places and camera data (EXIF) do not survive.
"""

from __future__ import annotations

import io
import logging
import warnings
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

from PIL import ExifTags, Image

from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import random_code

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""Of a JPEG that is made smaller while it is read."""
MOST_PIXELS_AT_ONCE = 20_000_000
"""Of the others, which are read whole: about 80 MB."""
LONGEST_SIDE = 1_600
SMALL_SIDE = 320
"""Of the small one that lists show beside the words."""
_SMALL = "small"
FORMATS = ("JPEG", "PNG", "WEBP")
NAME_LENGTH = 32
_DECODING = BoundedSemaphore(2)
"""So many pictures a process reads at a time: each takes memory that nobody else should lack."""
_TURN = Image.Transpose
_TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation."""

log = logging.getLogger(__name__)


def keep_picture(folder: Path, stream: IO[bytes], field: str = "photo") -> str:
    """Re-encode a picture into ``folder``; returns the random name it got.

    Raises:
        Invalid: it is too large, or not a picture of a kind that we take.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Invalid.field(field, _l("This picture is larger than 12 MB."))
    encoded = _reencoded(data, field)
    name = f"{random_code(NAME_LENGTH)}.webp"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(encoded)
    return name


def keep_picture_and_small(folder: Path, stream: IO[bytes], field: str = "photo") -> str:
    """Like :func:`keep_picture`, with a small one beside it."""
    name = keep_picture(folder, stream, field)
    try:
        with Image.open(folder / name) as kept:
            kept.thumbnail((SMALL_SIDE, SMALL_SIDE))
            small = _as_webp(kept)
        (folder / _SMALL).mkdir(exist_ok=True)
        (folder / _SMALL / name).write_bytes(small)
    except BaseException:
        forget_picture(folder, name)
        raise
    return name


def picture_path(folder: Path, name: str, *, small: bool = False) -> Path:
    """Where a kept picture lies.

    Raises:
        NotFound: the name is not one that we gave, or the file is gone.
    """
    path = (folder / _SMALL if small else folder) / name
    if not name.removesuffix(".webp").isalnum() or not path.is_file():
        raise NotFound
    return path


def forget_picture(folder: Path, name: str) -> None:
    """Delete a kept picture for good; one that is gone already stays gone."""
    (folder / name).unlink(missing_ok=True)
    (folder / _SMALL / name).unlink(missing_ok=True)


def _reencoded(data: bytes, field: str) -> bytes:
    with _DECODING:
        return _as_webp(_on_white(_decoded(data, field)))


def _as_webp(picture: Image.Image) -> bytes:
    """The pixels alone: no place, no camera, no profile, no words."""
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def _decoded(data: bytes, field: str) -> Image.Image:
    """The picture, upright and no larger than we keep it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            _refuse_too_large(picture, _most_pixels(picture))
            turn = _TURNS.get(_orientation(picture))
            picture.draft("RGB", _twice_as_kept(picture))
            _refuse_too_large(picture, MOST_PIXELS_AT_ONCE)
            if picture.mode not in ("L", "LA", "RGB", "RGBA"):
                picture = picture.convert("RGBA")
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            picture.load()  # one that was small enough has not been read yet
            return picture.transpose(turn) if turn is not None else picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid.field(field, _l("This picture has too many pixels.")) from error
    except Exception as error:  # the decoders fail with errors of every kind
        raise Invalid.field(field, _l("We take JPEG, PNG and WebP pictures.")) from error


def _most_pixels(picture: Image.Image) -> int:
    """Made smaller while it is read is a JPEG that comes line by line; of one that comes layer by
    layer the decoder holds all."""
    in_lines = picture.format == "JPEG" and not picture.info.get("progressive")
    return MOST_PIXELS if in_lines else MOST_PIXELS_AT_ONCE


def _refuse_too_large(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise Image.DecompressionBombError


def _twice_as_kept(picture: Image.Image) -> tuple[int, int]:
    """Twice the size that it will have, so that reading it smaller costs no sharpness."""
    share = min(1.0, LONGEST_SIDE / max(picture.size))
    return max(1, int(picture.width * share * 2)), max(1, int(picture.height * share * 2))


def _orientation(picture: Image.Image) -> int:
    """How the camera was held; upright where what it wrote about itself cannot be read."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception as error:  # noqa: BLE001 - a picture may be good, its remarks broken in every way
        log.info("unreadable remarks in a picture", extra={"error": type(error).__name__})
        return 1


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper.convert("RGB")
