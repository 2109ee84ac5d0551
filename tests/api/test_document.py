"""The OpenAPI document is valid, complete and readable."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from portal.api import reference, refusals
from portal.app import Portal
from portal.core.endpoint import endpoints
from portal.core.errors import DomainError
from scripts.catalogues import extract
from tests.api.samples import resolved


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    content: dict[str, Any] = response.get_json()
    return content


def test_is_a_valid_openapi_3_1_document(document: dict[str, Any]) -> None:
    faults = [str(each) for each in OPENAPI_31_VALIDATOR.iter_errors(document)]
    assert faults == []


def test_describes_every_json_address_of_the_portal(app: Portal, document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method) for path, operations in document["paths"].items() for method in operations
    }
    assert served == described
    assert len(served) > 40


def test_every_operation_has_a_name_of_its_own_and_a_sentence(document: dict[str, Any]) -> None:
    operations = _operations(document)
    names = Counter(each["operationId"] for each in operations)
    assert [name for name, count in names.items() if count > 1] == []
    assert [each["operationId"] for each in operations if len(each["summary"]) < 8] == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for address in set(_references(document)):
        node: Any = document
        for part in address.removeprefix("#/").split("/"):
            node = node[part]


def test_bodies_are_strict_and_needed(document: dict[str, Any]) -> None:
    for operation in _operations(document):
        body = operation.get("requestBody")
        if body is None:
            continue
        ((_kind, content),) = body["content"].items()
        shape = resolved(content["schema"], document)
        assert shape["additionalProperties"] is False
        assert body["required"] is bool(shape.get("required")), (
            "left out only where nothing is needed"
        )


def test_what_is_not_public_asks_for_a_token_or_the_cookie(document: dict[str, Any]) -> None:
    by_name = {each["operationId"]: each["security"] for each in _operations(document)}
    assert by_name["get_me"] == [{"bearer": []}, {"session": []}]
    assert by_name["get_regions"][0] == {}


def test_a_code_means_one_status() -> None:
    statuses: dict[str, set[int]] = {}
    for error in _errors(DomainError):
        statuses.setdefault(error.code, set()).add(error.status)
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


def test_every_declared_refusal_exists() -> None:
    known = set(refusals.catalogue())
    declared = {code for endpoint in endpoints for code in endpoint.refusals}
    assert declared - known == set()


def test_the_reference_page_has_an_anchor_for_every_operation_and_code(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    page = client.get("/api/v1/docs", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    wanted = {each["operationId"] for each in _operations(document)} | set(refusals.catalogue())
    assert wanted - anchors == set()
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links - anchors == set()


def test_the_reference_page_speaks_the_language_chosen_on_pages(client: FlaskClient) -> None:
    client.set_cookie("locale", "en")
    page = client.get("/api/v1/docs", headers={"Accept-Language": "zh"})
    assert '<html lang="en"' in page.text


def test_the_reference_page_translates_what_endpoints_say_of_themselves(
    client: FlaskClient, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "_", lambda text: f"«{text}»")
    page = unescape(client.get("/api/v1/docs").text)
    for operation in _operations(document):
        assert f"«{operation['summary']}»" in page
        assert f"«{operation['tags'][0]}»" in page
    spoken = client.get("/api/v1/openapi.json", headers={"Accept-Language": "zh"})
    assert "«" not in spoken.text


def test_all_that_endpoints_say_of_themselves_is_in_the_catalogues() -> None:
    texts = {message.id for message in extract()}
    said = {each.summary for each in endpoints} | {each.tag for each in endpoints}
    assert "" not in said
    assert said - texts == set()


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for operations in document["paths"].values() for each in operations.values()]


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for each in node.values() for found in _references(each)]
    if isinstance(node, list):
        return [found for each in node for found in _references(each)]
    return []


def _errors(parent: type[DomainError]) -> list[type[DomainError]]:
    return [parent, *(found for each in parent.__subclasses__() for found in _errors(each))]
