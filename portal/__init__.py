"""A portal for community governance: service, points, exchange, decisions, answers.

Copyright (C) 2026 the portal's authors. AGPL-3.0-or-later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.app import Portal


def create_app(**overrides: Any) -> Portal:
    """Build the application; what ``flask --app portal`` calls.

    The import waits until the call, so that reading a pure module (``portal.points.rules``)
    does not load the whole house.
    """
    from portal.app import create_app as build

    return build(**overrides)
