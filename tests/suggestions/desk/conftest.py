"""What every story of the desks begins with."""

from __future__ import annotations

from tests.suggestions.pages.conftest import opens

__all__ = ["opens"]
