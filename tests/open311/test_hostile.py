"""Whatever is asked or sent: an answer of the specification, and no fault of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.open311 import schemas
from tests.open311.conftest import HOLES
from tests.suggestions.district import LAMPS, Office
from tests.world import COMMUNITY

EXAMPLES = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "\x00", "null", "-1", "1e999", "NaN", "９", "2026-01-01", "9999-12-31T23:59:59Z",
         "0001-01-01T00:00:00+23:59", "2026-11-21T08:30:00Z", "open,closed", ",", "x" * 5_000,
         HOLES, LAMPS, COMMUNITY, "42.27", "118.95", "true", "a@b", "https://x"]
    ),
)  # fmt: skip
ARGUMENTS = st.sampled_from(
    ["service_request_id", "service_code", "start_date", "end_date", "status", "jurisdiction_id",
     "page", "page_size", "extensions", "api_key", "x", ""]
)  # fmt: skip
FIELDS = st.sampled_from(
    ["service_code", "lat", "long", "address_string", "address_id", "description", "media_url",
     "email", "first_name", "phone", "account_id", "attribute[depth]", "attribute[harm][]",
     "attribute[lane]", "attribute[]", "attribute[x][y]", "attribute", "jurisdiction_id", "x"]
)  # fmt: skip
RESOURCES = st.one_of(
    st.sampled_from(["requests", "services", "discovery", f"services/{HOLES}", "tokens/1"]),
    st.builds("{}/{}".format, st.sampled_from(["requests", "services", "tokens"]), TEXTS),
)
STATUSES = {200, 308, 400, 403, 404, 405}


def holds(answer: Any, ending: str) -> None:
    assert answer.status_code in STATUSES, answer.text
    if answer.status_code == 308:
        return  # an address with two slashes
    if answer.mimetype == "text/xml":
        root = ET.fromstring(answer.data)
        assert (root.tag == "errors") is (answer.status_code != 200)
    else:
        assert (ending, answer.mimetype) == ("json", "application/json")
        if answer.status_code != 200:
            schemas.fits(schemas.ERRORS, answer.json)


@EXAMPLES
@given(
    resource=RESOURCES,
    arguments=st.lists(st.tuples(ARGUMENTS, TEXTS), max_size=5),
    ending=st.sampled_from(["json", "xml"]),
)
def test_whatever_is_asked(
    client: FlaskClient, office: Office, resource: str, arguments: Any, ending: str
) -> None:
    path = f"/open311/v2/{quote(resource)}.{ending}?{urlencode(arguments)}"
    holds(client.get(path), ending)


@EXAMPLES
@given(
    fields=st.dictionaries(FIELDS, TEXTS, max_size=8),
    more=st.lists(st.tuples(FIELDS, TEXTS), max_size=3),
    least=st.booleans(),
    ending=st.sampled_from(["json", "xml"]),
)
def test_whatever_is_sent(
    client: FlaskClient, key: str, fields: dict[str, str], more: Any, ending: str, *, least: bool
) -> None:
    needed = {"service_code": HOLES, "address_id": COMMUNITY, "attribute[depth]": "1"}
    pairs = [("api_key", key), *({**(needed if least else {}), **fields}).items(), *more]
    answer = client.post(
        f"/open311/v2/requests.{ending}",
        data=urlencode(pairs),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    holds(answer, ending)
    holds(client.get(f"/open311/v2/requests.{ending}?extensions=true"), ending)


@EXAMPLES
@given(body=st.binary(max_size=200), ending=st.sampled_from(["json", "xml"]))
def test_whatever_bytes_are_sent(client: FlaskClient, key: str, body: bytes, ending: str) -> None:
    answer = client.post(
        f"/open311/v2/requests.{ending}?api_key={key}",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    holds(answer, ending)
