"""Organizations in the JSON API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.organizations import services
from tests import world
from tests.organizations.neighbours import (
    CREDIT_CODE,
    jobs_done,
    organization,
    praise,
    principal,
    register,
)

pytestmark = pytest.mark.usefixtures("world")


def test_one_organization_as_promised(api: Any) -> None:
    organization_id, _ = organization(kind="registered", credit_code=CREDIT_CODE)
    for each in world.make_users(3):
        praise(organization_id, each)
    jobs_done()
    answer = api.get(f"/organizations/{organization_id}")
    assert answer.status_code == 200
    shown = answer.json
    explanation = shown["reputation"].pop("explanation")
    assert shown == {
        "id": organization_id,
        "name": "红山志愿服务队",
        "kind": "registered",
        "region": {"code": world.COMMUNITY, "name": "红山郡社区委员会"},
        "verified": True,
        "reputation": {"score": 56, "level": 2, "praises": 3},
    }
    assert explanation.startswith("Ratings: 3, from 3 people")


def test_lists_by_region_and_words_page_by_page(api: Any) -> None:
    ids = [
        organization(f"o{n}@example.org", name=f"红山志愿{n}队", region_code=code)[0]
        for n, code in enumerate([world.COMMUNITY, world.COMMUNITY, world.FAR_COMMUNITY])
    ]
    register("waiting@example.org", name="红山志愿9队")

    def listed(query: str) -> list[str]:
        answer = api.get(f"/organizations{query}")
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json["items"]]

    assert listed("") == ids
    assert listed(f"?region={world.COMMUNITY}") == ids[:2]
    assert listed(f"?region={world.CITY}&q=志愿") == ids
    assert listed("?q=合唱") == []
    assert listed("?region=99") == []
    first = api.get("/organizations?limit=2&q=红山").json
    assert [each["id"] for each in first["items"]] == ids[:2]
    rest = api.get(f"/organizations?limit=2&q=红山&cursor={first['next_cursor']}").json
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == (ids[2:], None)
    stolen = api.get(f"/organizations?limit=2&q=志愿&cursor={first['next_cursor']}")
    assert stolen.status_code == 422


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "region=1", "region=abc", "q=%00", "cursor=x", "z=1"],
)
def test_other_queries_are_refused(api: Any, query: str) -> None:
    assert api.get(f"/organizations?{query}").status_code == 422


def test_one_that_waits_is_seen_by_its_applicant_alone(api: Any) -> None:
    organization_id, _ = register("founder@example.org")
    assert api.get(f"/organizations/{organization_id}").status_code == 404
    own = api.sign_in("founder@example.org").get(f"/organizations/{organization_id}")
    assert (own.status_code, own.json["verified"]) == (200, False)


def test_a_list_asks_the_database_the_same_number_of_times_whatever_its_length(api: Any) -> None:
    def asked() -> int:
        statements: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert api.get(f"/organizations?region={world.CITY}&q=红山").status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    organization("first@example.org")
    one = asked()
    for n in range(6):
        organization(f"o{n}@example.org", name=f"红山{n}队")
    assert asked() == one


def test_a_page_changed_is_found_by_its_new_words(api: Any) -> None:
    organization_id, founder = organization()
    manager = principal(founder)
    with unit_of_work():
        services.update_page(manager, organization_id, "Calligraphy every week", "here")
    found = api.get("/organizations?q=CALLIG").json["items"]
    assert [each["id"] for each in found] == [organization_id]
