"""Nothing confidential, and nobody's name, ever leaves by this door."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from portal.suggestions import services
from portal.suggestions.rules.taking_in import Visibility
from tests.conftest import ApiClient
from tests.open311.client import Open311Client
from tests.suggestions.district import Office, do, report, row_of

SECRET = "隔壁夜里打孩子"


def everything(client: Open311Client, number: str) -> str:
    """All that the door says, whatever is asked."""
    return "\n".join(
        client.get(resource, **arguments).text
        for resource in (
            "requests", "services", f"requests/{number}", f"requests/{number}/updates",
            f"tokens/{number}", "discovery",
        )
        for arguments in _ways(number)
    )  # fmt: skip


def _ways(number: str) -> list[dict[str, str]]:
    return [{}, {"service_request_id": number}, {"extensions": "true"}, {"status": "open"}]


def test_confidential_cases_are_not_there(outside: Open311Client, office: Office) -> None:
    case = report(
        office.resident, title=SECRET, description=SECRET, visibility=Visibility.CONFIDENTIAL
    )
    do(services.dispatch, office.dispatcher, case, office.roads, SECRET)
    number = row_of(case).number
    said = everything(outside, number)
    assert SECRET not in said
    for resource in (f"requests/{number}", f"requests/{number}/updates", f"tokens/{number}"):
        assert outside.get(resource).text == outside.get(resource.replace(number, "0")).text


def test_the_one_who_reported_is_not_told_either(
    client: FlaskClient, api: ApiClient, office: Office, key: str
) -> None:
    """A session or a token of the reporter's opens nothing here."""
    case = report(office.resident, visibility=Visibility.CONFIDENTIAL)
    token = api.sign_in("resident@example.org").token
    path = f"/open311/v2/requests/{row_of(case).number}.json"
    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404


def test_nobody_is_named(outside: Open311Client, office: Office, world: Any) -> None:
    for anonymous in (True, False):
        case = report(office.resident, anonymous=anonymous)
        said = everything(outside, row_of(case).number)
        assert office.resident.id not in said
        assert "resident@example.org" not in said


def test_a_public_case_does_not_lead_to_a_confidential_one(
    outside: Open311Client, office: Office
) -> None:
    """Only cases of one visibility are merged, so that a note never gives a number away."""
    lead, other = (report(office.resident, visibility=Visibility.CONFIDENTIAL) for _ in "12")
    do(services.merge, office.dispatcher, other, lead)
    said = everything(outside, row_of(other).number)
    assert row_of(lead).number not in said
