"""Money as other programs write it: yuan with a decimal point, exact."""

from __future__ import annotations

import re

from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l

_YUAN = re.compile(r"(\d{1,15})(?:[.,](\d{1,9}))?", re.ASCII)


def written(amount: int) -> str:
    """Minor units as yuan: 12345 is ``123.45``, 12300 is ``123``."""
    yuan, fen = divmod(amount, 100)
    return f"{yuan}.{fen:02}" if fen else str(yuan)


def minor_units(text: str) -> int:
    """Yuan as minor units, with a point or a comma. Raises Invalid for anything else."""
    found = _YUAN.fullmatch(text.strip())
    fen = (found[2] or "").rstrip("0") if found else ""
    if found is None or len(fen) > 2:
        raise Invalid(
            _l(
                "“%(text)s” is not an amount of money; write yuan, with at most two decimals.",
                text=text[:40],
            )
        )
    return int(found[1]) * 100 + int(fen.ljust(2, "0") or "0")
