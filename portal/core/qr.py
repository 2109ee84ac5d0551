"""Codes as squares to scan."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(content: str, *, error: str = "m", border: int = 2) -> Markup:
    """A text as an SVG of the page, never as a Micro QR code: phones do not read those.

    Args:
        content: an address or a code of ours.
        error: how much may be unreadable: ``l``, ``m``, ``q``, ``h``, least first.
        border: white around it, in modules.
    """
    svg = segno.make_qr(content, error=error).svg_inline(border=border, omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn here, from our own address or code
