"""Pictures as people and attackers send them."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageCms, PngImagePlugin

SECRET = b"<script>alert(document.domain)</script>"


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    return encoded(Image.new("RGB", size, colour))


def with_place() -> bytes:
    """A photo that says where it was taken, by what, and in a comment."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif[0x9286] = "SECRETCOMMENT"
    exif.get_ifd(0x8825)[2] = (42.0, 15.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(
        Image.new("RGB", (64, 48), "green"), exif=exif, icc_profile=profile,
        comment=b"SECRETCOMMENT", xmp=b"<x:xmpmeta>SECRETXMP</x:xmpmeta>",
    )  # fmt: skip


def polyglot() -> bytes:
    """A JPEG, and a page with a script, and the end of an archive."""
    return photo(size=(32, 32)) + b"<html>" + SECRET + b"</html>PK\x05\x06" + b"\x00" * 18


def script_in_a_comment() -> bytes:
    return encoded(Image.new("RGB", (32, 32)), comment=SECRET)


def cmyk() -> bytes:
    return encoded(Image.new("CMYK", (300, 200), (0, 200, 0, 0)))


def animated_webp() -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=50)


def animated_png() -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    return encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])


def sixteen_bit() -> bytes:
    return encoded(Image.new("I;16", (20, 20), 40_000), "PNG")


def huge_remarks() -> bytes:
    """Fifty million characters in 50 KB of a picture's texts."""
    texts = PngImagePlugin.PngInfo()
    for number in range(10):
        texts.add_text(f"t{number}", "x" * 5_000_000, zip=True)
    return encoded(Image.new("RGB", (8, 8)), "PNG", pnginfo=texts)


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG with a header that says what one likes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows)


def bomb() -> bytes:
    """A header that says 50,000² pixels, and 100 KB that become 100 MB."""
    return png(50_000, 50_000, zlib.compress(bytes(10**8), 9))


def wide_jpeg() -> bytes:
    """60,000 by 900: within the pixels, and far from any camera."""
    return encoded(Image.new("L", (60_000, 800), 90))


def cut_off() -> bytes:
    whole = encoded(Image.effect_noise((400, 400), 50).convert("RGB"))
    return whole[: len(whole) // 2]


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
