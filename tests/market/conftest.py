"""The market of the stories: one trusted shop, a neighbour with a hundred points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from portal.app import Portal
from portal.core.database import db
from tests import world as world_module
from tests.conftest import ApiClient
from tests.market import town


@dataclass
class Market:
    """A shop, its people and a neighbour, all signed in."""

    shop: str
    owner: ApiClient
    till: ApiClient
    anna: ApiClient
    anna_id: str


@pytest.fixture
def statements(app: Portal) -> Iterator[list[str]]:
    """What the database is asked, as it is asked."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def market(world: Any, api: ApiClient, at: Callable[[datetime], None]) -> Market:
    at(town.NOON)
    shop = town.make_shop()
    anna = world_module.make_user("anna@example.org", "安娜")
    town.give_points(anna, 100)
    return Market(
        shop=shop,
        owner=api.sign_in("owner@example.org"),
        till=api.sign_in("till@example.org"),
        anna=api.sign_in("anna@example.org"),
        anna_id=anna,
    )
