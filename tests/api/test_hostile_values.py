"""What no honest client sends is refused clearly, wherever it is put, and breaks nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from portal.core.ids import new_id
from portal.core.permissions import Role, ScopeKind, scope_kind_of
from tests.api.samples import kind_of, leaves, sample, spoilt
from tests.conftest import ApiClient

NUMBERS: list[Any] = [
    -1,
    0,
    2**31,
    2**53,
    2**63,
    -(2**63),
    1e308,
    0.5,
    True,
    "1",
    "１２",
    None,
    [],
    {},
]
TEXTS: list[Any] = [
    "",
    "\x00",
    "a\x00b",
    "\ud800",
    "a\udfff",
    "x" * 10_001,
    0,
    1.5,
    True,
    None,
    [],
    {},
]
"""Put into every number and every text of every body."""

NOT_JSON = ["NaN", "Infinity", "-Infinity", "1e999", "01", "'1'", "undefined"]
REFUSALS = (400, 413, 422)

QUERIES = [
    "limit=0", "limit=-1", "limit=101", "limit=1e308", "limit=NaN", "limit=true", "limit=１２",
    "limit=9223372036854775808", "limit=2147483648", "limit=", "limit=1&limit=2", "limit=0x10",
    "cursor=", "cursor=0", "cursor=%00", "cursor=%ED%A0%80", "cursor=null", "cursor=WyJ4Il0.x",
    "cursor=" + "x" * 5_000, "unknown=1", "%00=1", "%ED%A0%80=1",
]  # fmt: skip


@pytest.fixture
def document(api: ApiClient) -> dict[str, Any]:
    content: dict[str, Any] = api.get("/openapi.json").get_json()
    return content


@pytest.fixture
def everybody(api: ApiClient, world: Any) -> ApiClient:
    """Somebody who holds every role, so that nothing is refused for lack of one."""
    scopes = {
        ScopeKind.REGION: world.CITY,
        ScopeKind.ORGANIZATION: new_id(),
        ScopeKind.MERCHANT: new_id(),
        ScopeKind.DEPARTMENT: new_id(),
    }
    roles = [
        (role.value, scope_kind_of(role).value, scopes[scope_kind_of(role)])
        for role in Role
        if role is not Role.RESIDENT
    ]
    world.make_user("everybody@example.org", roles=roles)
    return api.sign_in("everybody@example.org")


def test_no_field_of_any_body_takes_a_hostile_value(
    everybody: ApiClient, document: dict[str, Any]
) -> None:
    tried = 0
    for method, path, operation in _operations(document):
        if not _takes_json(operation):
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        validator = jsonschema_rs.Draft202012Validator(
            {**schema, "components": document["components"]}, validate_formats=True
        )
        body = sample(schema, document)
        assert validator.is_valid(body), f"{path}: {body}"
        for place, field in leaves(schema, document):
            numeric = kind_of(field) in ("integer", "number")
            for value in NUMBERS if numeric else TEXTS:
                hostile = spoilt(body, place, value)
                tried += 1
                _is_refused(everybody, method, path, hostile, validator, place)
    assert tried > 500


def _is_refused(
    client: ApiClient,
    method: str,
    path: str,
    body: Any,
    validator: jsonschema_rs.Draft202012Validator,
    place: Any,
) -> None:
    text = json.dumps(body)  # a lone surrogate as its escape
    answer = client.request(
        method, path, headers={"Content-Type": "application/json"}, data=text.encode()
    )
    where = f"{method} {path} {place}: {text[:300]} → {answer.status_code} {answer.text[:300]}"
    assert answer.status_code < 500, where
    if _has_surrogate(text) or not validator.is_valid(body):
        assert answer.status_code in REFUSALS, where
        if answer.status_code == 422:
            names = [each["field"] for each in answer.json["errors"]]
            assert any(name.startswith(str(place[0])) for name in names), where


def _has_surrogate(text: str) -> bool:
    return re.search(r"\\ud[89a-f]", text) is not None


def test_numbers_that_are_not_json_are_malformed(
    everybody: ApiClient, document: dict[str, Any]
) -> None:
    for method, path, operation in _operations(document):
        if not _takes_json(operation):
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = sample(schema, document)
        for token in NOT_JSON:
            for place, _field in leaves(schema, document):
                text = json.dumps(spoilt(body, place, "@@")).replace('"@@"', token)
                answer = everybody.request(
                    method, path, headers={"Content-Type": "application/json"}, data=text.encode()
                )
                assert answer.status_code in (400, 422), f"{path} {token} {answer.text[:200]}"
                break  # the parser does not know fields: one place is enough


def test_a_body_of_more_than_a_megabyte_is_too_large(
    everybody: ApiClient, document: dict[str, Any]
) -> None:
    for method, path, operation in _operations(document):
        if not _takes_json(operation):
            continue
        answer = everybody.request(
            method,
            path,
            headers={"Content-Type": "application/json"},
            data=json.dumps({"x": "y" * 1_000_001}).encode(),
        )
        assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("sent", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b'{"a": 1, "a": 2}', "application/json", 422),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"<x/>", "application/xml", 415),
        (b"{}", "text/plain", 415),
    ],
)
def test_what_is_no_json_object_is_refused_everywhere(
    everybody: ApiClient,
    document: dict[str, Any],
    sent: bytes,
    content_type: str,
    status: int,
) -> None:
    for method, path, operation in _operations(document):
        if not _takes_json(operation):
            continue
        answer = everybody.request(method, path, headers={"Content-Type": content_type}, data=sent)
        assert answer.status_code == status, f"{path}: {answer.text[:200]}"


def test_no_list_takes_a_hostile_query(everybody: ApiClient, document: dict[str, Any]) -> None:
    lists = 0
    for method, path, operation in _operations(document):
        names = {each.get("name") for each in operation["parameters"]}
        if method != "GET" or "cursor" not in names:
            continue
        lists += 1
        for query in QUERIES:
            answer = everybody.get(f"{path}?{query}")
            assert answer.status_code in (404, 422), f"{path}?{query}: {answer.text[:200]}"
    assert lists > 8


def test_texts_of_queries_may_be_anything_but_unreadable(
    everybody: ApiClient, document: dict[str, Any]
) -> None:
    for method, path, operation in _operations(document):
        if method != "GET":
            continue
        for parameter in operation["parameters"]:
            if parameter.get("in") != "query":
                continue
            for value in ("%00", "%ED%A0%80", "%FF", "x" * 20_000):
                answer = everybody.get(f"{path}?{parameter['name']}={value}")
                assert answer.status_code in (404, 422), f"{path} {parameter['name']}={value}"
            for value in ("'", "%25", "_", "%E5%85%A8%EF%BC%91", "%F0%9F%98%80", "%27%3B--"):
                answer = everybody.get(f"{path}?{parameter['name']}={value}")
                assert answer.status_code < 500, f"{path} {parameter['name']}={value}"


def test_hostile_paths_lead_nowhere(everybody: ApiClient, document: dict[str, Any]) -> None:
    for method, path, _operation in _operations(document, fill=False):
        if "{" not in path:
            continue
        for value in ("0", "-1", "%00", "%ED%A0%80", "１２", "null", "x" * 300, "../me", "a b"):
            answer = everybody.request(method, re.sub(r"\{\w+\}", value, path))
            assert answer.status_code in (404, 405, 308), f"{method} {path} with {value}"


@pytest.mark.parametrize("key", ["", "x" * 256, "\x7f", "schlüssel"])
def test_a_key_that_is_none_is_refused(
    everybody: ApiClient, document: dict[str, Any], key: str
) -> None:
    for method, path, operation in _operations(document):
        parameters = operation["parameters"]
        if not any("IdempotencyKey" in each.get("$ref", "") for each in parameters):
            continue
        body = None
        if _takes_json(operation):
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            body = sample(schema, document)
        answer = everybody.request(
            method, path, body, headers={"Idempotency-Key": key.encode().decode("latin-1")}
        )
        assert answer.status_code == 422, f"{path}: {answer.text[:200]}"


def _takes_json(operation: dict[str, Any]) -> bool:
    """Files are spoilt in ``test_files``."""
    return "application/json" in operation.get("requestBody", {}).get("content", {})


def _operations(document: dict[str, Any], *, fill: bool = True) -> list[tuple[str, str, Any]]:
    """Method, path below the prefix (with ids that lead nowhere), operation."""
    found = []
    for path, operations in document["paths"].items():
        below = path.removeprefix("/api/v1")
        if fill:
            below = re.sub(r"\{(region_)?code\}", "150402010003", below)
            below = re.sub(r"\{\w+\}", new_id(), below)
        found += [(method.upper(), below, each) for method, each in operations.items()]
    return found
