"""What `make bench` measures is a town that the portal itself could have come to."""

from __future__ import annotations

from bench import town
from portal.app import Portal
from portal.points.verification import verify


def test_the_books_of_the_measured_town_are_clean(app: Portal) -> None:
    town.build(town.Plan(residents=20, entries=200, requests=10, confirm_shifts=1))
    report = verify()
    assert report.ok, report.problems[:3]
