"""A community's office on moving day: the same statement, many times on one connection.

PostgreSQL plans a statement for all values after it has seen it some ten times.
"""

from __future__ import annotations

from typing import Any

from portal.accounts import services
from portal.accounts.queries import claims_of
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work


def test_the_fiftieth_claim_is_taken_like_the_first(world: Any) -> None:
    people = world.make_users(50, home_region_code=None, home_verified_at=None)
    for user_id in people:
        person = Principal(user_id, "x", "en", "x", None, (), verified=False, grants=())
        with unit_of_work():
            services.claim_home(person, world.COMMUNITY, "3 号楼 2 单元 501")
    assert all(len(claims_of(user_id)) == 1 for user_id in people)
