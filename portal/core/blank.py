"""Texts in which there is nothing to read."""

from __future__ import annotations

import re

# Unicode's controls, formats and spaces (Cc, Cf, Zs, Zl, Zp): spaces of all widths, and what takes
# no room at all. Written out, so that the API's document can say it as a pattern.
_BLANK = (
    r"\u0000-\u0020\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u1680\u180e"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f"
)
SAYS_SOMETHING = rf"^[^\u0000]*[^{_BLANK}][^\u0000]*$"
"""The pattern of a text that holds something to read, and no NUL."""

_SEEN = re.compile(f"[^{_BLANK}]")


def is_blank(text: str) -> bool:
    """Whether there is nothing to read in a text."""
    return _SEEN.search(text) is None
