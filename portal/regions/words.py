"""Kinds of grids and directions as people call them."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.regions.rules import GridKind

GRID_KINDS: dict[str, Any] = {
    GridKind.GENERAL: _l("General grid"),
    GridKind.DEDICATED: _l("Dedicated grid"),
}

WINDS: dict[str, Any] = {
    "north": _l("to the north"),
    "north-east": _l("to the north-east"),
    "east": _l("to the east"),
    "south-east": _l("to the south-east"),
    "south": _l("to the south"),
    "south-west": _l("to the south-west"),
    "west": _l("to the west"),
    "north-west": _l("to the north-west"),
}
