"""Holds answers of the JSON API against the document that promises them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import jsonschema_rs
from flask import current_app
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from portal.api.views import the_document
from portal.core.doors import API_PREFIX

NOT_DESCRIBED = ("/api/v1/openapi.json", "/api/v1/docs")
PROBLEM = "application/problem+json"


def hold(response: TestResponse) -> None:
    """Fail when an answer has a status, a type, a header or a field that was not declared.

    Needs an application context.
    """
    request = response.request
    if not request.path.startswith(API_PREFIX) or request.path in NOT_DESCRIBED:
        return
    if request.method in ("HEAD", "OPTIONS"):
        return
    where = f"{request.method} {request.path} → {response.status_code}"
    assert response.status_code < 500, f"{where}: {response.text[:500]}"
    rule = _rule(request.path, request.method)
    if rule is None:
        assert response.status_code in (404, 405), where
        _fits(where, {"$ref": "#/components/schemas/Problem"}, response.get_json(force=True))
        return
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", rule)
    operation = the_document()["paths"][path][request.method.lower()]
    declared = operation["responses"].get(str(response.status_code))
    assert declared is not None, f"{where} is not declared: {response.text[:500]}"
    _content_fits(where, declared, response)
    _headers_fit(where, declared, response)


def _rule(path: str, method: str) -> str | None:
    adapter = current_app.url_map.bind("")
    try:
        rule, _values = adapter.match(path, method, return_rule=True)
    except (NotFound, MethodNotAllowed):
        return None
    return rule.rule


def _content_fits(where: str, declared: dict[str, Any], response: TestResponse) -> None:
    if "content" not in declared:
        assert not response.data, f"{where} should be empty: {response.text[:200]}"
        return
    ((content_type, content),) = declared["content"].items()
    assert response.mimetype == content_type, f"{where} is {response.mimetype}"
    if content["schema"].get("format") == "binary":
        return  # bytes are no JSON value: a schema says nothing of them
    structured = content_type.endswith("json")
    _fits(where, content["schema"], response.get_json(force=True) if structured else response.text)


def _headers_fit(where: str, declared: dict[str, Any], response: TestResponse) -> None:
    for name, reference in declared.get("headers", {}).items():
        header = _resolve(reference)
        if name in response.headers:
            _fits(f"{where}, {name}", header["schema"], response.headers[name])
        else:
            assert not header.get("required"), f"{where} has no {name}"


def _resolve(reference: dict[str, str]) -> dict[str, Any]:
    node: Any = the_document()
    for part in reference["$ref"].removeprefix("#/").split("/"):
        node = node[part]
    return dict(node)


def _fits(where: str, schema: dict[str, Any], content: Any) -> None:
    faults = [
        f"{'.'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(_Key(schema)).iter_errors(content)
    ]
    assert not faults, f"{where}: {faults}"


class _Key:
    """A schema of the document as a key: the document is made once, so its parts keep their id."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema, self.text = schema, repr(schema)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


@lru_cache(maxsize=1000)
def _validator(key: _Key) -> jsonschema_rs.Draft202012Validator:
    whole = {**key.schema, "components": the_document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
