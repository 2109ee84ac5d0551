"""Kinds of grids as people call them."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.regions.rules import GridKind

GRID_KINDS: dict[str, Any] = {
    GridKind.GENERAL: _l("General grid"),
    GridKind.DEDICATED: _l("Dedicated grid"),
}
