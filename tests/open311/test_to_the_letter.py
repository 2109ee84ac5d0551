"""A client that knows the specification alone can file and follow a case."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import update

from portal.core.clock import clock, now, rfc3339
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services, uploads
from portal.suggestions.models import Suggestion, SuggestionCategory
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.services.catalogue import Category
from tests import pictures
from tests.open311 import schemas
from tests.open311.client import Open311Client
from tests.open311.conftest import HOLES
from tests.suggestions.district import (
    LAMPS,
    Office,
    assert_true_to_events,
    do,
    report,
    row_of,
    shanghai,
)
from tests.world import CITY, COMMUNITY, DISTRICT

HOLE = {"service_code": HOLES, "address_id": COMMUNITY, "description": "路口有个坑\n下雨就看不见。"}


def numbered(number: str) -> str:
    db.session.rollback()
    return str(db.session.query(Suggestion.id).filter_by(number=number).scalar())


def test_a_case_is_filed_and_followed(outside: Open311Client, office: Office) -> None:
    outside.discover()
    services_told = {each["service_code"]: each for each in outside.get("services").content}
    assert services_told[HOLES]["metadata"] in (True, "true")
    definition = outside.get(f"services/{HOLES}").content
    (needed,) = (a for a in definition["attributes"] if a["required"] in (True, "true"))
    filed = outside.file(
        (f"attribute[{needed['code']}]", "12"), **HOLE, lat="42.27", long="118.95",
        email="someone@example.org", first_name="三", last_name="张", phone="13800000000",
        device_id="d1", account_id="a1", media_url="https://example.org/hole.jpg",
    )  # fmt: skip
    assert filed.status == 200
    (given,) = filed.content
    number = given["service_request_id"]
    assert given["account_id"] == "a1"
    (request,) = outside.get(f"requests/{number}").content
    assert (request["status"], request["service_code"]) == ("open", HOLES)
    assert float(request["lat"]) == 42.27
    assert request["description"] == HOLE["description"]
    assert request["media_url"] == "https://example.org/hole.jpg"
    case = numbered(number)
    do(services.dispatch, office.dispatcher, case, office.roads)
    do(services.accept, office.of_roads, case)
    assert outside.get(f"requests/{number}").content[0]["agency_responsible"] == "市政处"
    do(services.answer, office.of_roads, case, Outcome.DONE, "已经填平。")
    answered = outside.get(f"requests/{number}").content[0]
    assert (answered["status"], answered["status_notes"]) == ("open", "已经填平。")
    do(services.close, office.supervisor, case, "看过了，已平整。")
    closed = outside.get("requests", service_request_id=number).content[0]
    assert (closed["status"], closed["status_notes"]) == ("closed", "看过了，已平整。")
    (token,) = outside.get(f"tokens/{number}").content
    assert token == {"service_request_id": number, "token": number}
    row = row_of(case)
    assert (row.channel, row.reported_by, row.attributes) == ("open311", None, {"depth": 12})
    assert_true_to_events()


def test_every_answer_is_what_the_tables_say(in_json: Open311Client, office: Office) -> None:
    report(office.resident, latitude=42.2, longitude=118.9)
    in_json.file(("attribute[depth]", "3"), **HOLE)
    number = in_json.get("requests").content[0]["service_request_id"]
    schemas.fits(schemas.DISCOVERY, in_json.discover())
    schemas.fits(schemas.DISCOVERY, in_json.get("discovery").content)
    schemas.fits(schemas.SERVICES, in_json.get("services").content)
    schemas.fits(schemas.DEFINITION, in_json.get(f"services/{HOLES}").content)
    schemas.fits(schemas.DEFINITION, in_json.get(f"services/{LAMPS}").content)
    schemas.fits(schemas.REQUESTS, in_json.get("requests").content)
    schemas.fits(schemas.REQUESTS, in_json.get(f"requests/{number}").content)
    schemas.fits(schemas.EXTENDED, in_json.get("requests", extensions="true").content)
    schemas.fits(schemas.TOKEN, in_json.get(f"tokens/{number}").content)
    filed = in_json.file(("attribute[depth]", "3"), **HOLE)
    schemas.fits(schemas.FILED, filed.content)
    schemas.fits(schemas.ERRORS, in_json.file(service_code="nothing").content)


EXAMPLES = {
    "services": """<services><service><service_code/><service_name/><description/><metadata/>
        <type/><keywords/><group/></service></services>""",
    "service_definition": """<service_definition><service_code/><attributes><attribute><variable/>
        <code/><datatype/><required/><datatype_description/><order/><description/><values><value>
        <key/><name/></value></values></attribute></attributes></service_definition>""",
    "requests": """<service_requests><request><service_request_id/><status/><status_notes/>
        <service_name/><service_code/><description/><agency_responsible/><service_notice/>
        <requested_datetime/><updated_datetime/><expected_datetime/><address/><address_id/>
        <zipcode/><lat/><long/><media_url/></request></service_requests>""",
    "filed": """<service_requests><request><service_request_id/><service_notice/><account_id/>
        </request></service_requests>""",
    "token": """<service_requests><request><service_request_id/><token/></request>
        </service_requests>""",
    "errors": "<errors><error><code/><description/></error></errors>",
    "discovery": """<discovery><changeset/><contact/><key_service/><endpoints><endpoint>
        <specification/><url/><changeset/><type/><formats><format/></formats></endpoint>
        </endpoints></discovery>""",
}
"""The elements of the specification's XML examples, without their words."""


def _paths(element: ET.Element, above: str = "") -> set[str]:
    path = f"{above}/{element.tag}"
    return {path}.union(*(_paths(each, path) for each in element))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_xml_has_the_elements_of_the_examples(
    in_xml: Open311Client, office: Office, name: str
) -> None:
    filed = in_xml.file(("attribute[depth]", "3"), **HOLE)
    number = filed.content[0]["service_request_id"]
    answers = {
        "services": lambda: in_xml.get("services"),
        "service_definition": lambda: in_xml.get(f"services/{HOLES}"),
        "requests": lambda: in_xml.get("requests"),
        "filed": lambda: filed,
        "token": lambda: in_xml.get(f"tokens/{number}"),
        "errors": lambda: in_xml.get("requests/nothing"),
        "discovery": lambda: in_xml.get("discovery"),
    }
    told = ET.fromstring(answers[name]().text.encode())
    assert _paths(told) == _paths(ET.fromstring(EXAMPLES[name]))


def test_both_formats_say_the_same(in_json: Open311Client, in_xml: Open311Client) -> None:
    in_json.file(("attribute[depth]", "3"), **HOLE, lat="42.5", long="118.5")
    for resource in ("services", f"services/{HOLES}", "requests", "discovery"):
        told, other = (each.get(resource).content for each in (in_json, in_xml))
        assert _as_texts(told) == other


def _as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_texts(each) for each in value] or []
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None or value == "" else str(value)


def test_what_xml_cannot_write_does_not_break_it(in_xml: Open311Client, office: Office) -> None:
    report(office.resident, description="<b>&\x01\x0b\ufffe 中文 😀 ]]>\x1b")
    (told,) = in_xml.get("requests").content
    assert told["description"] == "<b>&\ufffd\ufffd\ufffd 中文 😀 ]]>\ufffd"


def test_a_long_description_is_cut(in_json: Open311Client, office: Office) -> None:
    report(office.resident, description="长" * 8_000)
    (told,) = in_json.get("requests").content
    assert len(told["description"]) == 4_000


def test_a_photo_is_served_by_its_media_url(
    in_json: Open311Client, office: Office, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "photo_folder", lambda: tmp_path)
    case = report(office.resident)

    def add(names: list[str]) -> None:
        services.add_photos(office.resident, case, names)

    uploads.with_photos([io.BytesIO(pictures.photo())], add)
    (told,) = in_json.get("requests", extensions="true").content
    assert told["media_url"].startswith("http://localhost/")
    assert told["extended_attributes"]["photos"] == [told["media_url"]]
    assert in_json.client.get(told["media_url"]).mimetype == "image/webp"


def test_closed_are_closed_rejected_and_merged(in_json: Open311Client, office: Office) -> None:
    kept, rejected, merged, closed, lead = (report(office.resident) for _ in range(5))
    do(services.reject, office.dispatcher, rejected, "不属于本区")
    do(services.merge, office.dispatcher, merged, lead)
    do(services.close, office.supervisor, closed, "重复电话")
    numbers = {case: row_of(case).number for case in (kept, rejected, merged, closed, lead)}

    def having(**arguments: str) -> set[str]:
        return {each["service_request_id"] for each in in_json.get("requests", **arguments).content}

    over = {numbers[case] for case in (rejected, merged, closed)}
    assert having(status="closed") == over
    assert having(status="open") == {numbers[kept], numbers[lead]}
    assert having(status="open,closed") == having(status="") == set(numbers.values())
    (told,) = in_json.get(f"requests/{numbers[merged]}").content
    assert numbers[lead] in told["status_notes"]


def test_requests_are_searched_as_the_specification_says(
    in_json: Open311Client, office: Office
) -> None:
    long_ago, lately = shanghai("2026-01-10T09:00:00"), shanghai("2026-05-10T09:00:00")
    with clock.held_at(long_ago):
        old = row_of(report(office.resident)).number
    with clock.held_at(lately):
        new = row_of(report(office.resident, category="quarrel")).number

        def found(*arguments: tuple[str, str], **named: str) -> list[str]:
            told = in_json.get("requests", *arguments, **named)
            assert told.status == 200, told.text
            return [each["service_request_id"] for each in told.content]

        assert found() == [new]
        assert found(service_request_id=f"{old},{new}, nothing") == [new, old]
        both = (("service_request_id", old), ("service_request_id", new))
        assert found(*both, status="closed", service_code="x") == [new, old]
        assert found(start_date="2026-01-01T00:00:00Z") == [old]
        assert found(end_date="2026-01-10T09:00:00+08:00") == [old]
        assert found(("end_date", "2026-01-10T09:00:00 08:00")) == [old]
        assert found(end_date="2026-01-10T08:59:59+08:00") == []
        assert found(start_date="2026-05-01", service_code=f"{LAMPS},quarrel") == [new]
        assert found(service_code=LAMPS) == []
        assert found(jurisdiction_id=DISTRICT) == [new]
        assert found(page="2", page_size="1") == []
        longest = {"start_date": "2026-01-10T00:00:00Z", "end_date": "2026-04-10T00:00:00Z"}
        assert found(**longest) == [old]
        longer = in_json.get("requests", **{**longest, "end_date": "2026-04-10T00:00:01Z"})
        assert (longer.status, longer.content[0]["code"]) == (400, 400)


def test_a_page_has_at_most_a_thousand(in_json: Open311Client, office: Office) -> None:
    for _ in range(3):
        report(office.resident)
    first, second = (in_json.get("requests", page=n, page_size="2").content for n in "12")
    assert (len(first), len(second)) == (2, 1)
    assert not {each["service_request_id"] for each in first} & {
        each["service_request_id"] for each in second
    }
    assert in_json.get("requests", page_size="1001").status == 400


def test_updated_is_when_something_happened_last(in_json: Open311Client, office: Office) -> None:
    with clock.held_at(now() - timedelta(days=2)):
        case = report(office.resident)
    closed_at = (now() - timedelta(hours=1)).replace(microsecond=0)
    with clock.held_at(closed_at):
        do(services.close, office.supervisor, case, "办完了")
    (told,) = in_json.get("requests").content
    assert told["updated_datetime"] == rfc3339(closed_at)


def test_what_happened_is_told_as_updates(outside: Open311Client, office: Office) -> None:
    case = report(office.resident)
    do(services.dispatch, office.dispatcher, case, office.lights, "请尽快")
    number = row_of(case).number
    told = outside.get(f"requests/{number}/updates").content
    assert [(each["event"], each["by_role"]) for each in told] == [
        ("received", "resident"),
        ("dispatched", "dispatcher"),
    ]
    assert (told[1]["description"], told[1]["agency_responsible"]) == ("请尽快", "路灯所")


def test_the_changeset_follows_what_is_changed(in_json: Open311Client, office: Office) -> None:
    before = in_json.discover()["changeset"]
    with clock.held_at(now() + timedelta(days=1)), unit_of_work():
        services.define_category(office.admin, Category("new", "新类别", 3))
    assert in_json.discover()["changeset"] > before


def test_a_jurisdiction_is_a_region(in_json: Open311Client, office: Office) -> None:
    report(office.resident)
    for code in (CITY, DISTRICT, COMMUNITY, ""):
        assert len(in_json.get("requests", jurisdiction_id=code).content) == 1
    for resource in ("services", "requests", f"services/{LAMPS}"):
        refused = in_json.get(resource, jurisdiction_id="city.gov")
        assert (refused.status, refused.content[0]["code"]) == (404, 404)


def test_a_retired_service_is_not_offered(in_json: Open311Client, office: Office) -> None:
    with unit_of_work():
        db.session.execute(
            update(SuggestionCategory)
            .where(SuggestionCategory.code == HOLES)
            .values(retired_at=now())
        )
    assert HOLES not in {each["service_code"] for each in in_json.get("services").content}
    assert in_json.get(f"services/{HOLES}").status == 404
    assert in_json.file(("attribute[depth]", "3"), **HOLE).status == 404
