"""Filing a request: what is needed, where it goes, and what is refused how."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import services as accounts
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import jobs, services
from portal.suggestions.models import Suggestion, SuggestionContact, SuggestionSource
from tests.accounts.leaving import everything_written
from tests.conftest import ApiClient
from tests.open311 import schemas
from tests.open311.client import Open311Client
from tests.open311.conftest import HOLES
from tests.suggestions.district import (
    LAMPS,
    QUARRELS,
    Office,
    do,
    report,
    row_of,
)
from tests.world import CITY, COMMUNITY, FAR_COMMUNITY, NEXT_COMMUNITY

LAMP = {"service_code": LAMPS, "address_id": COMMUNITY}
HOLE = {"service_code": HOLES, "address_id": COMMUNITY}


def filed(told: Any) -> Any:
    assert told.status == 200, told.text
    number = told.content[0]["service_request_id"]
    db.session.rollback()
    return db.session.execute(select(Suggestion).where(Suggestion.number == number)).scalar_one()


def cases() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Suggestion)).scalar_one()


def faults(told: Any, status: int) -> str:
    """What is refused, in all its words."""
    assert told.status == status, told.text
    if isinstance(told.content[0]["code"], int):
        schemas.fits(schemas.ERRORS, told.content)
    assert {str(each["code"]) for each in told.content} == {str(status)}
    return "\n".join(each["description"] for each in told.content)


def test_the_least_is_a_service_and_a_place(outside: Open311Client, office: Office) -> None:
    case = filed(outside.file(**LAMP))
    assert (case.title, case.description, case.anonymous) == ("路灯", "", True)
    assert case.region_code == COMMUNITY


def test_a_key_is_needed(outside: Open311Client, office: Office) -> None:
    for key in ("", "nonsense", "\x00"):
        keyless = Open311Client(outside.client, outside.ending, key)
        assert "api_key" in faults(keyless.file(**LAMP), 403)
    with unit_of_work():
        accounts.revoke_api_key("市民热线 12345")
    assert "api_key" in faults(outside.file(**LAMP), 403)
    assert cases() == 0


def test_the_key_may_stand_in_the_address(client: FlaskClient, key: str) -> None:
    answer = client.post(f"/open311/v2/requests.json?api_key={key}", data=LAMP)
    assert answer.status_code == 200


def test_what_is_missing_is_said(outside: Open311Client, office: Office) -> None:
    assert "service_code" in faults(outside.file(address_id=COMMUNITY), 400)
    assert "address_string" in faults(outside.file(service_code=LAMPS), 400)
    assert "long" in faults(outside.file(service_code=LAMPS, lat="42"), 400)
    assert "service_code" in faults(outside.file(service_code="nothing"), 404)
    assert "jurisdiction_id" in faults(outside.file(**LAMP, jurisdiction_id="city.gov"), 404)
    assert cases() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lat", "91"), ("lat", "NaN"), ("lat", "1e1"), ("lat", "４２"), ("lat", "42,5"),
        ("lat", "9" * 400), ("address_id", "999999"), ("address_id", "x"),
        ("address_string", "x" * 301), ("description", "x" * 4_001), ("description", "a\x00b"),
        ("email", "nobody"), ("email", "x" * 300 + "@example.org"), ("phone", "1" * 41),
        ("media_url", "javascript:alert(1)"), ("media_url", "file:///etc/passwd"),
        ("media_url", "https://"), ("media_url", "https://example.org/ x"),
        ("media_url", "https://example.org/" + "x" * 2_000), ("first_name", "x" * 81),
        ("device_id", "x" * 201), ("account_id", "x" * 201),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(
    in_json: Open311Client, office: Office, field: str, value: str
) -> None:
    fields = {**LAMP, "long": "118", "lat": "42", field: value}
    assert field in faults(in_json.file(**fields), 400)
    assert cases() == 0


def test_the_questions_of_a_service_are_answered(outside: Open311Client, office: Office) -> None:
    case = filed(
        outside.file(
            ("attribute[depth]", "12.5"),
            ("attribute[since]", "2026-11-01T08:00:00+08:00"),
            ("attribute[lane]", "n"),
            ("attribute[harm][]", "car"),
            ("attribute[harm][]", "foot"),
            ("attribute[name]", "红山大街"),
            ("attribute[more]", "第一行\n第二行"),
            **HOLE,
        )
    )
    assert case.attributes == {
        "depth": 12.5,
        "since": "2026-11-01T08:00:00+08:00",
        "lane": "n",
        "harm": ["car", "foot"],
        "name": "红山大街",
        "more": "第一行\n第二行",
    }


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("depth", []), ("depth", [""]), ("depth", ["deep"]), ("depth", ["1", "2"]),
        ("depth", ["1e400"]), ("depth", ["NaN"]), ("since", ["yesterday"]),
        ("since", ["2026-13-01"]), ("lane", ["x"]), ("lane", ["n", "s"]), ("harm", ["car", "x"]),
        ("name", ["x" * 201]), ("more", ["x" * 4_001]), ("more", ["a\x00b"]), ("other", ["1"]),
    ],
)  # fmt: skip
def test_answers_that_do_not_fit_are_named(
    in_json: Open311Client, office: Office, code: str, values: list[str]
) -> None:
    answers = [(f"attribute[{code}]", value) for value in values]
    depth = [] if code == "depth" else [("attribute[depth]", "1")]
    assert f"attribute[{code}]" in faults(in_json.file(*answers, *depth, **HOLE), 400)
    assert cases() == 0


def test_a_category_may_need_to_know_who_asks(in_json: Open311Client, office: Office) -> None:
    quarrel = {"service_code": QUARRELS, "address_id": COMMUNITY}
    assert "anonymous" in faults(in_json.file(**quarrel), 400)
    assert filed(in_json.file(**quarrel, phone="13800000000")).anonymous is False


def test_a_place_finds_its_region(in_json: Open311Client, office: Office) -> None:
    def region(**place: str) -> str:
        return str(filed(in_json.file(service_code=LAMPS, **place)).region_code)

    report(office.resident, latitude=42.27, longitude=118.95)
    report(office.resident, latitude=42.28, longitude=118.95, region_code=NEXT_COMMUNITY)
    assert region(lat="42.271", long="118.95") == COMMUNITY
    assert region(lat="42.279", long="118.95") == NEXT_COMMUNITY
    assert region(lat="30", long="100") == CITY
    assert region(address_string="某地一号") == CITY
    assert region(address_string="某地一号", jurisdiction_id=COMMUNITY) == COMMUNITY
    assert region(address_string="红山区红山郡社区3号楼") == COMMUNITY
    assert region(address_string="红山社区门口", lat="42.271", long="118.95") == FAR_COMMUNITY
    assert region(address_string="红山郡社区和宝山路社区之间") == CITY
    assert region(address_id=NEXT_COMMUNITY, lat="42.271", long="118.95") == (NEXT_COMMUNITY)
    elsewhere = in_json.file(
        service_code=LAMPS, address_id=NEXT_COMMUNITY, jurisdiction_id=COMMUNITY
    )
    assert "address_id" in faults(elsewhere, 400)


def test_a_confidential_case_gives_no_place_away(in_json: Open311Client, office: Office) -> None:
    report(office.resident, latitude=42.27, longitude=118.95, visibility="confidential")
    told = in_json.file(service_code=LAMPS, lat="42.27", long="118.95")
    assert filed(told).region_code == CITY


def test_who_reported_is_kept_apart_and_told_to_nobody(
    in_json: Open311Client, office: Office
) -> None:
    case = filed(in_json.file(**LAMP, email="zhang@example.org", last_name="张某某", phone="138"))
    row = db.session.execute(select(SuggestionContact)).scalar_one()
    assert (row.suggestion_id, row.email, row.last_name) == (case.id, "zhang@example.org", "张某某")
    for resource in ("requests", f"requests/{case.number}", f"requests/{case.number}/updates"):
        told = in_json.get(resource, extensions="true").text
        assert "zhang" not in told
        assert "张某某" not in told
    written = [(table, value) for table, value in everything_written() if "zhang@" in value]
    assert {table for table, _value in written} == {"suggestion_contact"}


def test_contacts_are_erased_when_a_case_is_long_over(
    in_json: Open311Client, office: Office
) -> None:
    closed = filed(in_json.file(**LAMP, email="one@example.org")).id
    filed(in_json.file(**LAMP, email="two@example.org"))
    do(services.close, office.supervisor, closed, "办完")

    def after(days: int) -> int:
        with clock.held_at(now() + timedelta(days=days)):
            return jobs.erase_contacts()

    assert [after(89), after(91), after(91), after(729), after(731)] == [0, 1, 0, 0, 1]
    assert row_of(closed).title == "路灯"


def test_where_it_came_from_is_on_record(in_json: Open311Client, office: Office) -> None:
    case = filed(in_json.file(**LAMP, address_string="三号楼前"))
    row = db.session.execute(select(SuggestionSource)).scalar_one()
    assert (row.suggestion_id, row.system, row.address) == (case.id, "市民热线 12345", "三号楼前")
    (told,) = in_json.get("requests").content
    assert told["address"].startswith("三号楼前, ")


def test_sent_again_under_its_key_it_is_one_request(outside: Open311Client, office: Office) -> None:
    again = {"Idempotency-Key": "k1"}
    first = outside.file(**LAMP, headers=again)
    second = outside.file(**LAMP, headers=again)
    assert (second.content, cases()) == (first.content, 1)
    assert second.headers["Idempotency-Replayed"] == "true"
    faults(outside.file(**LAMP, description="x", headers=again), 400)
    faults(outside.file(**LAMP, headers={"Idempotency-Key": "x" * 256}), 400)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b""),
        ("application/x-www-form-urlencoded", b"description=%FF%FE"),
        ("application/x-www-form-urlencoded", "description=中".encode()),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(600))),
        ("application/x-www-form-urlencoded", b"lat=1&lat=2"),
        ("application/x-www-form-urlencoded", b"description=" + b"x" * 1_100_000),
    ],
)
def test_what_is_no_form_is_refused(client: FlaskClient, key: str, kind: str, body: bytes) -> None:
    answer = client.post(
        f"/open311/v2/requests.json?api_key={key}", data=body, headers={"Content-Type": kind}
    )
    assert answer.status_code == 400, answer.text
    schemas.fits(schemas.ERRORS, answer.json)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/open311/v2/requests/nothing.json", 404),
        ("GET", "/open311/v2/services/nothing.json", 404),
        ("GET", "/open311/v2/tokens/nothing.json", 404),
        ("GET", "/open311/v2/nothing.json", 404),
        ("GET", "/open311/v2/requests/a%00b.json", 404),
        ("DELETE", "/open311/v2/requests.json", 405),
        ("POST", "/open311/v2/services.json", 405),
        ("GET", "/open311/v2/requests.json?status=x", 400),
        ("GET", "/open311/v2/requests.json?start_date=x", 400),
        ("GET", "/open311/v2/requests.json?start_date=9999-12-31T23:59:59Z", 400),
        ("GET", "/open311/v2/requests.json?start_date=2026-02-30", 400),
        ("GET", "/open311/v2/requests.json?page=0", 400),
        ("GET", "/open311/v2/requests.json?page=1&page=2", 400),
        ("GET", "/open311/v2/requests.json?service_code=%00", 400),
        ("GET", "/open311/v2/requests.json?service_code=%FF", 400),
    ],
)
def test_every_refusal_is_a_list_of_errors(
    client: FlaskClient, office: Office, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.content_type) == (status, "application/json; charset=utf-8")
    schemas.fits(schemas.ERRORS, answer.json)
    in_xml = client.open(path.replace(".json", ".xml"), method=method)
    assert (in_xml.status_code, in_xml.mimetype) == (status, "text/xml")
    assert "<errors><error><code>" in in_xml.text


def test_unknown_formats_are_refused_in_xml(client: FlaskClient, office: Office) -> None:
    for path in ("/open311/v2/requests", "/open311/v2/requests.yaml", "/open311/x"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/xml")


def test_other_sites_may_read_and_no_cookie_counts(client: FlaskClient, office: Office) -> None:
    answer = client.get("/open311/v2/requests.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_who_handles_a_case_can_reach_who_reported(
    in_json: Open311Client, api: ApiClient, office: Office
) -> None:
    case = filed(in_json.file(**LAMP, email="zhang@example.org", last_name="张")).id
    silent = filed(in_json.file(**LAMP)).id
    do(services.dispatch, office.dispatcher, case, office.lights)
    seen = {
        login: api.sign_in(f"{login}@example.org").get(f"/suggestions/{case}/contact")
        for login in ("h0", "h1", "resident")
    }
    statuses = {login: answer.status_code for login, answer in seen.items()}
    assert statuses == {"h0": 404, "h1": 200, "resident": 404}
    assert seen["h1"].json == {
        "system": "市民热线 12345",
        "email": "zhang@example.org",
        "first_name": None,
        "last_name": "张",
        "phone": None,
    }
    do(services.dispatch, office.dispatcher, silent, office.lights)
    none = api.sign_in("h1@example.org").get(f"/suggestions/{silent}/contact")
    assert none.status_code == 404
