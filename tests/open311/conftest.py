"""The district's offices, a key, and clients of both formats."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.accounts import services as accounts
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.services.catalogue import Category
from tests.open311.client import Open311Client
from tests.suggestions import district
from tests.suggestions.district import Office

HOLES = "pothole"
QUESTIONS: list[dict[str, Any]] = [
    {"code": "depth", "datatype": "number", "description": "多深（厘米）？", "required": True,
     "values": []},
    {"code": "since", "datatype": "datetime", "description": "从什么时候起？", "required": False,
     "values": []},
    {"code": "lane", "datatype": "singlevaluelist", "description": "哪一边？", "required": False,
     "values": [{"key": "n", "name": "北侧"}, {"key": "s", "name": "南侧"}]},
    {"code": "harm", "datatype": "multivaluelist", "description": "碰到什么了？", "required": False,
     "values": [{"key": "car", "name": "车"}, {"key": "foot", "name": "行人"}]},
    {"code": "name", "datatype": "string", "description": "路名", "required": False, "values": []},
    {"code": "more", "datatype": "text", "description": "还有什么？", "required": False,
     "values": []},
]  # fmt: skip


@pytest.fixture
def office(world: Any) -> Office:
    found = district.set_up()
    with unit_of_work():
        holes = Category(HOLES, "路面坑洞", 3, found.roads, attributes=QUESTIONS)
        services.define_category(found.admin, holes)
    return found


@pytest.fixture
def key(office: Office) -> str:
    with unit_of_work():
        return accounts.create_api_key("市民热线 12345")


@pytest.fixture(params=["json", "xml"])
def outside(client: FlaskClient, key: str, request: pytest.FixtureRequest) -> Open311Client:
    """A client of each format in turn."""
    return Open311Client(client, request.param, key)


@pytest.fixture
def in_json(client: FlaskClient, key: str) -> Open311Client:
    return Open311Client(client, "json", key)


@pytest.fixture
def in_xml(client: FlaskClient, key: str) -> Open311Client:
    return Open311Client(client, "xml", key)
