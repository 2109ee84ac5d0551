"""A plan shows what is near, to scale, and says so where a place is far from all the others."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import Any

import pytest

from portal.regions.drawing import HEIGHT, MOST_MARKS, WIDTH, Plan, drawn
from portal.regions.landmarks import Landmark

HERE = (42.28, 118.9)
DEGREE = 111_195.0


def shop(name: str, latitude: float, longitude: float) -> Landmark:
    return Landmark("shop", name, name, latitude, longitude)


def north_of_here(metres: float, name: str = "面馆") -> Landmark:
    return shop(name, HERE[0] + metres / DEGREE, HERE[1])


def plan_of(landmarks: list[Landmark], here: Any = HERE) -> Plan:
    plan = drawn(landmarks, here)
    assert plan is not None
    return plan


def test_where_nothing_is_known_there_is_no_plan() -> None:
    assert drawn([], HERE) is None
    assert drawn([], None) is None


def test_the_nearest_come_first_with_their_way() -> None:
    far, near = north_of_here(-400, "药店"), shop("花店", HERE[0], HERE[1] + 0.001)
    marks = plan_of([far, near]).marks
    assert [mark.landmark.name for mark in marks] == ["花店", "药店"]
    assert [(mark.number, mark.metres, mark.wind) for mark in marks] == [
        (1, 80, "east"),
        (2, 400, "south"),
    ]


def test_distances_are_drawn_to_scale_both_ways() -> None:
    east = shop("东", HERE[0], HERE[1] + 300 / (DEGREE * cos(radians(HERE[0]))))
    plan = plan_of([north_of_here(300), east])
    assert plan.here is not None
    scale = plan.scale_width / plan.scale_metres
    for mark in plan.marks:
        drawn_as = hypot(mark.x - plan.here[0], mark.y - plan.here[1])
        assert drawn_as == pytest.approx(300 * scale, rel=0.01), mark
    assert {mark.x > plan.here[0] + 1 for mark in plan.marks} == {True, False}
    assert {mark.y < plan.here[1] - 1 for mark in plan.marks} == {True, False}  # north is up


@pytest.mark.parametrize("here", [HERE, None, (90.0, 0.0), (-90.0, 180.0), (0.0, 0.0)])
@pytest.mark.parametrize("metres", [0, 1, 50, 4_000, 200_000, 20_000_000])
def test_all_that_is_drawn_is_on_the_sheet(here: Any, metres: float) -> None:
    latitude = max(min((here or HERE)[0] + metres / DEGREE, 90.0), -90.0)
    landmarks = [shop(str(n), latitude, (here or HERE)[1] + n / 10_000) for n in range(20)]
    plan = plan_of(landmarks, here)
    assert 0 < len(plan.marks) <= MOST_MARKS
    spots = [(mark.x, mark.y) for mark in plan.marks] + ([plan.here] if plan.here else [])
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in spots), spots
    assert 0 < plan.scale_width < WIDTH


def test_a_place_far_from_all_others_is_not_drawn_among_them() -> None:
    plan = plan_of([north_of_here(30_000), north_of_here(30_200, "药店")])
    assert plan.here is None
    assert plan.far_metres == 30_000
    assert [mark.metres for mark in plan.marks] == [None, None]


def test_one_that_stands_far_off_does_not_stretch_the_plan() -> None:
    near = [north_of_here(100 * n, f"近{n}") for n in range(3)]
    names = {mark.landmark.name for mark in plan_of([*near, north_of_here(60_000, "远")]).marks}
    assert names == {"近0", "近1", "近2"}


def test_without_a_place_of_its_own_the_others_are_drawn() -> None:
    plan = plan_of([north_of_here(0), north_of_here(100, "药店")], None)
    assert (plan.here, plan.far_metres) == (None, None)
    assert len(plan.marks) == 2
