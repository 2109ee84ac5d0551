"""What cannot be released, credited or deleted keeps nothing else waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import insert, select

from portal.activities import jobs
from portal.activities.models import Activity, EvidencePhoto, ServiceRecord
from portal.activities.rules import EVIDENCE_KEPT
from portal.activities.services import crediting, publicity, reserves, upkeep
from portal.activities.uploads import evidence_folder
from portal.core.clock import rfc3339
from portal.core.database import db
from portal.core.ids import new_id, random_code
from portal.core.jobs import Unfinished
from portal.core.unit_of_work import unit_of_work
from portal.points.errors import BudgetExceeded
from tests.activities import stage
from tests.activities.stage import END, NOON

At = Callable[[datetime], None]


@pytest.fixture
def activity(api: Any, world: ModuleType, at: At) -> stage.Stage:
    at(NOON)
    return stage.publish(api)


def found(column: Any, *which: Any) -> set[Any]:
    db.session.rollback()
    rows = set(db.session.execute(select(column).where(*which)).scalars())
    db.session.rollback()
    return rows


def unfinished(job: Callable[[], int]) -> tuple[int, int]:
    """How much the job did, and how much of it failed."""
    with pytest.raises(Unfinished) as error:
        job()
    return error.value.done, error.value.failed


def confirmed_reports(activity: stage.Stage, names: Sequence[str]) -> list[str]:
    """Records of hours that were reported afterwards and confirmed by the host."""
    records = []
    for name in names:
        body = {
            "organization_id": activity.organization_id,
            "title": "送饭",
            "started_at": rfc3339(NOON - timedelta(hours=3)),
            "minutes": 60,
            "description": "三户",
        }
        made = activity.resident(name).post("/service-records", body)
        assert made.status_code == 201, made.text
        records.append(str(made.json["id"]))
        done = activity.host.post(f"/service-records/{records[-1]}/confirm", {})
        assert done.status_code == 200, done.text
    return records


def test_one_reserve_that_cannot_be_released(
    activity: stage.Stage, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = activity.host.post("/activities", stage.plan(activity.organization_id)).json["id"]
    assert activity.host.post(f"/activities/{other}/publish").status_code == 200
    release = reserves.release_reserve

    def poisoned(activity_id: str, *rest: Any) -> bool:
        if activity_id == activity.id:
            raise ArithmeticError
        return release(activity_id, *rest)

    monkeypatch.setattr(upkeep, "release_reserve", poisoned)
    at(END + timedelta(days=15))
    for done in (1, 0):
        assert unfinished(jobs.release) == (done, 1)
        assert found(Activity.id, Activity.released_at.is_not(None)) == {other}
    monkeypatch.setattr(upkeep, "release_reserve", release)
    assert jobs.release() == 1


@pytest.fixture
def announced(activity: stage.Stage, world: ModuleType) -> list[str]:
    """Three records that are shown for three days before they count."""
    stage.announce_records()
    return confirmed_reports(activity, ("an", "bo", "ce"))


@pytest.mark.parametrize("error", [ArithmeticError, BudgetExceeded])
def test_one_announced_record_that_cannot_be_credited(
    announced: list[str], at: At, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    bad, *others = announced
    credit = crediting.credit

    def poisoned(rows: Sequence[Any], actor_id: str | None) -> int:
        if bad in {row.id for row in rows}:
            raise error
        return credit(rows, actor_id)

    monkeypatch.setattr(publicity, "credit", poisoned)
    over = NOON + timedelta(days=4)
    for later, done in ((timedelta(0), 2), (timedelta(days=1), 0)):
        at(over + later)
        if error is BudgetExceeded:  # nothing is wrong, there are only too few points
            assert jobs.publicity() == done
        else:
            assert unfinished(jobs.publicity) == (done, 1)
        assert found(ServiceRecord.id, ServiceRecord.status == "confirmed") == set(others)
        assert jobs.publicity() == 0  # until tomorrow
    monkeypatch.setattr(publicity, "credit", credit)
    at(over + timedelta(days=2))
    assert jobs.publicity() == 1


def test_one_photo_that_cannot_be_deleted(activity: stage.Stage, at: At) -> None:
    records = confirmed_reports(activity, ("an", "bo", "ce"))
    names = [f"{random_code(32)}.webp" for _ in records]
    rows = [
        {"id": new_id(), "record_id": record, "name": name, "added_at": NOON}
        for record, name in zip(records, names, strict=True)
    ]
    with unit_of_work():
        db.session.execute(insert(EvidencePhoto), rows)
    folder = evidence_folder()
    bad, *others = (folder / name for name in names)
    bad.mkdir(parents=True)  # no file: there is no way to unlink it
    for each in others:
        each.write_bytes(b"")
    at(NOON + EVIDENCE_KEPT + timedelta(hours=1))
    for done in (2, 0):
        assert unfinished(jobs.evidence) == (done, 1)
        assert found(EvidencePhoto.name) == {bad.name}
        assert not any(each.exists() for each in others)
    bad.rmdir()
    assert jobs.evidence() == 1
    assert found(EvidencePhoto.name) == set()
