"""Pictures people send: never stored or served as they came.

A picture is decoded, turned upright, made smaller and written anew as WebP; what is not a picture,
or too large to be one, is refused. Places and camera data (EXIF) do not survive.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import random_code

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1_600
FORMATS = ("JPEG", "PNG", "WEBP")
NAME_LENGTH = 32


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


def picture_path(folder: Path, name: str) -> Path:
    """Where a kept picture lies.

    Raises:
        NotFound: the name is not one that we gave, or the file is gone.
    """
    path = folder / name
    if not name.removesuffix(".webp").isalnum() or not path.is_file():
        raise NotFound
    return path


def _reencoded(data: bytes, field: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid.field(field, _l("This picture has too many pixels."))
            picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid.field(field, _l("We take JPEG, PNG and WebP pictures.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid.field(field, _l("This picture has too many pixels.")) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()
