"""Fixtures of the stories about votes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import ApiClient
from tests.consultations import stage


@pytest.fixture
def town(world: Any, api: ApiClient) -> stage.Town:
    """A community of six residents, with its committee and a social worker."""
    return stage.build(api)
