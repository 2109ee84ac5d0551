"""Pictures of a case: who shows them, who sees them, how many there are, and when they go."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from portal.app import Portal
from portal.core import outbox
from portal.core.audit import AuditEvent
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Forbidden, NotFound, WrongState
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import jobs, services, uploads
from portal.suggestions.errors import PhotoNeeded
from portal.suggestions.models import SuggestionPhoto
from portal.suggestions.queries import photos
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.services.catalogue import Category
from tests import pictures
from tests.accounts.leaving import again, close_and_tell
from tests.at_once import all_at_once
from tests.conftest import ApiClient
from tests.suggestions.district import (
    LAMPS,
    Office,
    accepted,
    assert_true_to_events,
    do,
    report,
    shanghai,
)


def send(api: ApiClient, case: str, *files: bytes, key: str | None = None, **more: Any) -> Any:
    """Photos as a phone sends them."""
    parts = [(io.BytesIO(each), f"IMG_{n}.JPG") for n, each in enumerate(files)]
    data = {"photo": parts, **more}
    return api.request("POST", f"/suggestions/{case}/photos", data=data, key=key)


def files() -> set[str]:
    return {path.name for path in uploads.photo_folder().rglob("*.webp")}


def held(case: str) -> int:
    db.session.rollback()
    return len(photos.photos_of([case]).get(case, ()))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this test alone."""
    monkeypatch.setattr(uploads, "photo_folder", lambda: tmp_path)


@pytest.fixture
def works(office: Office) -> Office:
    """The lamps' category asks to see what was done."""
    with unit_of_work():
        lamps = Category(LAMPS, "路灯", 5, office.lights, is_works=True)
        services.define_category(office.admin, lamps)
    return office


def test_who_reports_shows_how_it_looks(api: ApiClient, office: Office) -> None:
    case = report(office.resident)
    resident = api.sign_in("resident@example.org")
    answer = send(resident, case, pictures.with_place(), pictures.photo("blue"))
    assert answer.status_code == 201
    first, second = answer.json["photos"]
    assert (first["by_role"], second["by_role"]) == ("resident", "resident")
    picture = api.client.get(first["url"])
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert b"SECRET" not in picture.data
    small = api.client.get(second["thumbnail_url"])
    assert max(Image.open(io.BytesIO(small.data)).size) == 320
    listed = api.get("/suggestions").json["items"]
    assert [each["photos"] for each in listed] == [[first, second]]


def test_what_was_confided_is_shown_to_those_in_it_alone(api: ApiClient, office: Office) -> None:
    case = accepted(office, visibility=Visibility.CONFIDENTIAL)
    sent = send(api.sign_in("resident@example.org"), case, pictures.photo())
    address = sent.json["photos"][0]["url"].removeprefix("/api/v1")
    seen = {
        login: api.sign_in(f"{login}@example.org").get(address).status_code
        for login in ("resident", "neighbour", "h0", "h1")
    }
    assert seen == {"resident": 200, "neighbour": 404, "h0": 404, "h1": 200}
    assert api.get(address).status_code == 404
    own = api.sign_in("resident@example.org").get(address)
    assert own.headers["Cache-Control"] == "private, no-store"


def test_a_picture_is_found_by_its_own_case_alone(api: ApiClient, office: Office) -> None:
    case, other = report(office.resident), report(office.resident)
    sent = send(api.sign_in("resident@example.org"), case, pictures.photo())
    photo = sent.json["photos"][0]["id"]
    assert api.get(f"/suggestions/{other}/photos/{photo}").status_code == 404
    for name in files():
        for guess in (f"/uploads/suggestions/{name}", f"/static/uploads/suggestions/{name}"):
            assert api.client.get(guess).status_code == 404


def test_others_add_nothing(api: ApiClient, office: Office) -> None:
    case, secret = report(office.resident), report(office.resident, visibility="confidential")
    neighbour = api.sign_in("neighbour@example.org")
    assert send(neighbour, case, b"not even read").status_code == 403
    assert send(neighbour, secret, b"not even read").status_code == 404
    assert send(api, case, b"not even read").status_code == 401
    assert files() == set()


@pytest.mark.parametrize(
    "data",
    [b"", pictures.SECRET, pictures.bomb(), pictures.cut_off(), pictures.huge_remarks()],
    ids=["nothing", "html named jpg", "bomb", "cut off", "remarks"],
)
def test_one_that_is_no_picture_keeps_the_others_out(
    api: ApiClient, office: Office, data: bytes
) -> None:
    case = report(office.resident)
    sent = send(api.sign_in("resident@example.org"), case, pictures.photo(), data)
    assert (sent.status_code, sent.json["errors"][0]["field"]) == (422, "photo")
    assert (held(case), files()) == (0, set())


@pytest.mark.parametrize("name", ["photo", "photos", "file"])
def test_other_programs_name_the_field_as_they_do(
    api: ApiClient, office: Office, name: str
) -> None:
    case = report(office.resident)
    part = (io.BytesIO(pictures.photo()), "a.jpg")
    resident = api.sign_in("resident@example.org")
    sent = resident.request("POST", f"/suggestions/{case}/photos", data={name: part})
    assert (sent.status_code, held(case)) == (201, 1)


def test_there_are_six_and_no_seventh(api: ApiClient, office: Office) -> None:
    case = report(office.resident)
    resident = api.sign_in("resident@example.org")
    assert send(resident, case, *[pictures.photo()] * 7).status_code == 422
    assert send(resident, case, *[pictures.photo()] * 4).status_code == 201
    refused = send(resident, case, *[pictures.photo()] * 3)
    assert (refused.status_code, refused.json["code"]) == (409, "enough_photos")
    assert send(resident, case, *[pictures.photo()] * 2).status_code == 201
    assert send(resident, case, b"not even read").json["code"] == "enough_photos"
    assert (held(case), len(files())) == (6, 6)


@pytest.mark.parallel
def test_of_twenty_at_once_six_are_kept(app: Portal, office: Office) -> None:
    case = report(office.resident)

    def add(number: int) -> Callable[[], Any]:
        name = f"{number:032}.webp"
        return lambda: services.add_photos(office.resident, case, [name])

    outcomes = all_at_once(app, [add(number) for number in range(20)])
    assert (held(case), outcomes.count("enough_photos")) == (6, 14)
    slots = db.session.execute(select(SuggestionPhoto.slot)).scalars()
    assert sorted(slots) == [1, 2, 3, 4, 5, 6]


def test_the_same_request_again_adds_nothing(api: ApiClient, office: Office) -> None:
    case = report(office.resident)
    resident = api.sign_in("resident@example.org")
    first = send(resident, case, pictures.photo(), key="k1")
    again = send(resident, case, pictures.photo(), key="k1")
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = send(resident, case, pictures.photo("blue"), key="k1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_mismatch")
    assert (held(case), len(files())) == (1, 1)


def test_a_picture_is_taken_back_until_somebody_works_with_it(
    api: ApiClient, office: Office
) -> None:
    case = report(office.resident)
    resident = api.sign_in("resident@example.org")
    first, second = send(resident, case, pictures.photo(), pictures.photo()).json["photos"]
    path = f"/suggestions/{case}/photos"
    assert api.sign_in("neighbour@example.org").delete(f"{path}/{first['id']}").status_code == 403
    assert resident.delete(f"{path}/{first['id']}").status_code == 204
    assert resident.delete(f"{path}/{first['id']}").status_code == 404
    outbox.deliver()
    assert (held(case), len(files())) == (1, 1)
    do(services.dispatch, office.dispatcher, case, office.lights)
    assert resident.delete(f"{path}/{second['id']}").json["code"] == "wrong_state"


def test_a_closed_case_takes_no_more(office: Office) -> None:
    case = report(office.resident)
    do(services.reject, office.dispatcher, case, "不归我们管")
    with pytest.raises(WrongState), unit_of_work():
        services.add_photos(office.resident, case, ["x" * 32 + ".webp"])


def test_works_are_shown_before_they_are_done(api: ApiClient, works: Office) -> None:
    case = accepted(works)
    handler = api.sign_in("h1@example.org")
    done = {"outcome": "done", "text": "换了灯泡"}
    refused = handler.post(f"/suggestions/{case}/answer", done)
    assert (refused.status_code, refused.json["code"]) == (409, "photo_needed")
    send(api.sign_in("resident@example.org"), case, pictures.photo())
    assert handler.post(f"/suggestions/{case}/answer", done).json["code"] == "photo_needed"
    shown = send(handler, case, pictures.photo())
    assert [each["by_role"] for each in shown.json["photos"]] == ["resident", "department_handler"]
    assert handler.post(f"/suggestions/{case}/answer", done).json["status"] == "answered"
    do(services.reopen, works.resident, case, "又灭了")
    assert handler.post(f"/suggestions/{case}/answer", done).json["code"] == "photo_needed"
    assert send(handler, case, *[pictures.photo()] * 6).status_code == 201
    assert handler.post(f"/suggestions/{case}/answer", done).json["status"] == "answered"
    assert_true_to_events()


def test_other_answers_and_other_categories_need_none(works: Office) -> None:
    planned, quarrel = accepted(works), accepted(works, category="quarrel")
    do(services.answer, works.of_lights, planned, Outcome.PLANNED, "明年改造")
    do(services.answer, works.of_lights, quarrel, Outcome.DONE, "谈过了")
    with pytest.raises(PhotoNeeded):
        do(services.answer, works.of_lights, accepted(works), Outcome.DONE, "好了")


def test_departments_say_which_categories_ask_for_a_photo(api: ApiClient, works: Office) -> None:
    found = {each["code"]: each for each in api.get("/suggestion-categories").json["items"]}
    assert {code: each["photo_needed"] for code, each in found.items()} == {
        LAMPS: True,
        "quarrel": False,
    }


def test_a_called_department_shows_its_part(office: Office) -> None:
    case = accepted(office)
    do(services.whistle, office.dispatcher, case, [office.roads], shanghai("2099-01-01T12:00:00"))
    do(services.report_in, office.of_roads, case)
    names = ["a" * 32 + ".webp"]
    do(services.add_photos, office.of_roads, case, names)
    (photo,) = photos.photos_of([case])[case]
    assert photo.department_id == office.roads
    with pytest.raises(Forbidden):
        do(services.remove_photo, office.of_lights, case, photo.id)
    with pytest.raises(NotFound):
        do(services.remove_photo, office.of_roads, case, "0" * 26)
    do(services.remove_photo, office.of_roads, case, photo.id)
    assert held(case) == 0


def test_what_staff_show_is_in_the_log(office: Office) -> None:
    case = accepted(office)
    do(services.add_photos, office.resident, case, ["a" * 32 + ".webp"])
    do(services.add_photos, office.of_lights, case, ["b" * 32 + ".webp"])
    noted = select(AuditEvent.actor_id).where(AuditEvent.action == "suggestion.photos_added")
    assert list(db.session.execute(noted).scalars()) == [office.of_lights.id]


def test_no_resident_stands_beside_a_picture(office: Office) -> None:
    case = report(office.resident, anonymous=True)
    do(services.add_photos, office.resident, case, ["a" * 32 + ".webp"])
    row = db.session.execute(select(SuggestionPhoto)).scalar_one()
    assert row.added_by is None
    assert row.added_at <= now()


def with_a_file(case: str, actor: Any, names: Sequence[bytes]) -> None:
    streams = [io.BytesIO(each) for each in names]

    def deed(kept: list[str]) -> None:
        services.add_photos(actor, case, kept)

    uploads.with_photos(streams, deed)


def test_pages_keep_nothing_that_is_refused(app: Portal, office: Office) -> None:
    case = report(office.resident)
    with pytest.raises(Forbidden):
        with_a_file(case, office.neighbour, [pictures.photo()])
    assert files() == set()
    with_a_file(case, office.resident, [pictures.photo()])
    assert (held(case), len(files())) == (1, 1)


def test_what_was_confided_goes_with_the_account(office: Office) -> None:
    public, secret = report(office.resident), report(office.resident, visibility="confidential")
    for case in (public, secret):
        with_a_file(case, office.resident, [pictures.photo()])
    close_and_tell(office.resident.id)
    again(office.resident.id)
    outbox.deliver()
    assert (held(public), held(secret), len(files())) == (1, 0, 1)


def test_what_a_killed_process_left_behind_goes(office: Office) -> None:
    case = report(office.resident)
    with_a_file(case, office.resident, [pictures.photo()])
    left, fresh = (uploads.keep_photo(io.BytesIO(pictures.photo())) for _ in "12")
    (kept,) = (row.name for row in photos.photos_of([case])[case])
    for name in (kept, left):
        os.utime(uploads.photo_path(name), (0, 0))
    assert (jobs.forget_unused_photos(), jobs.forget_unused_photos()) == (1, 0)
    assert files() == {kept, fresh}
