"""What every story of suggestions begins with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.suggestions import district
from tests.suggestions.district import Office


@pytest.fixture
def office(world: Any) -> Office:
    return district.set_up()
