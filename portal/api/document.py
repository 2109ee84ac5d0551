"""The OpenAPI 3.1 document, made of the endpoints as they are declared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from marshmallow import Schema

from portal.api import refusals
from portal.api.json_schema import JsonSchema, Shapes
from portal.core.endpoint import JSON, KEY_HEADER, PREFIX, REPLAY_HEADER, Endpoint, needs_body
from portal.core.endpoint_files import MULTIPART, Files
from portal.core.permissions import ROLE_PERMISSIONS, Permission
from portal.core.schema import ID_PATTERN, REGION_PATTERN
from portal.core.web import PROBLEM

VERSION = "1.0.0"

_PATH_VALUE = re.compile(r"<(?P<converter>\w+):(?P<name>\w+)>")
_PATH_VALUES: dict[str, JsonSchema] = {
    "id": {"type": "string", "pattern": ID_PATTERN},
    "region": {"type": "string", "pattern": REGION_PATTERN},
    "code": {"type": "string", "pattern": "^[0-9A-Za-z-]{4,40}$"},
}

_PROBLEM_SCHEMA: JsonSchema = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 499},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z_]+$", "description": "Never changes."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["field", "detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
    "additionalProperties": False,
}

_HEADERS: dict[str, JsonSchema] = {
    "RequestId": {
        "description": "The number of this request, also in the log.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Replayed": {
        "description": "The answer is the stored one of the first request with this key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RetryAfter": {
        "description": "Seconds to wait.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Challenge": {
        "description": "How to sign in.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
}

_KEY_PARAMETER: JsonSchema = {
    "name": KEY_HEADER,
    "in": "header",
    "description": "Makes a repetition of this request harmless: it gets the same answer again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
}

_SECURITY_SCHEMES: JsonSchema = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of POST /tokens."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "portal",
        "description": "The cookie of the pages.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "Beside the cookie, for whatever changes something.",
    },
}


def build(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The document, as JSON-ready data.

    Raises:
        LookupError: an endpoint declares a refusal that does not exist.
        TypeError: a field has no JSON Schema.
    """
    declared = list(endpoints)
    shapes = Shapes()
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in declared:
        operations = paths.setdefault(public_path(endpoint), {})
        operations[endpoint.method.lower()] = _operation(endpoint, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Neighbourhood Portal",
            "version": VERSION,
            "description": "Regions, points and hours, organizations and activities, the market, "
            "consultations.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(each.tag for each in declared)],
        "paths": paths,
        "components": {
            "schemas": {**shapes.known, "Problem": _PROBLEM_SCHEMA},
            "headers": _HEADERS,
            "parameters": {"IdempotencyKey": _KEY_PARAMETER},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def public_path(endpoint: Endpoint) -> str:
    """The path as OpenAPI writes it: ``/api/v1/shifts/{shift_id}/signups``."""
    return PREFIX + _PATH_VALUE.sub(r"{\g<name>}", endpoint.path)


def operation_id(endpoint: Endpoint) -> str:
    words = re.sub(r"[^a-z]+", "_", _PATH_VALUE.sub("", endpoint.path)).strip("_")
    by = "_".join(f"by_{found['name']}" for found in _PATH_VALUE.finditer(endpoint.path))
    return "_".join(part for part in (endpoint.method.lower(), words, by) if part)


def roles_for(permission: Permission) -> list[str]:
    """The roles that give a permission somewhere."""
    return [role.value for role, given in ROLE_PERMISSIONS.items() if permission in given]


def _operation(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id(endpoint),
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "security": _security(endpoint),
        "parameters": _parameters(endpoint, shapes),
        "responses": _responses(endpoint, shapes),
    }
    if roles := roles_for(endpoint.permission):
        operation["description"] = "For: " + ", ".join(roles) + "."
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": needs_body(endpoint.body()),
            "content": {"application/json": {"schema": shapes.reference(endpoint.body)}},
        }
    if endpoint.files is not None:
        operation["requestBody"] = _files(endpoint.files)
    return operation


def _files(files: Files) -> JsonSchema:
    """A multipart body: each member of the list is a part of its own (OpenAPI 3.1, 4.8.14.4)."""
    schema = {
        "type": "object",
        "properties": {
            files.name: {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "minItems": 1,
                "maxItems": files.most,
            }
        },
        "required": [files.name],
        "additionalProperties": False,
    }
    encoding = {files.name: {"contentType": files.accepts}}
    return {"required": True, "content": {MULTIPART: {"schema": schema, "encoding": encoding}}}


def _security(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    cookie: dict[str, list[str]] = {"session": []}
    if endpoint.method != "GET":
        cookie["csrf"] = []
    anonymous: list[dict[str, list[str]]] = [{}] if endpoint.permission is Permission.PUBLIC else []
    return [*anonymous, {"bearer": []}, cookie]


def _parameters(endpoint: Endpoint, shapes: Shapes) -> list[JsonSchema]:
    parameters: list[JsonSchema] = [
        {
            "name": found["name"],
            "in": "path",
            "required": True,
            "schema": _PATH_VALUES[found["converter"]],
        }
        for found in _PATH_VALUE.finditer(endpoint.path)
    ]
    parameters += _query_parameters(endpoint.query(), shapes)
    if endpoint.idempotent:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return parameters


def _query_parameters(query: Schema, shapes: Shapes) -> list[JsonSchema]:
    return [
        {
            "name": field.data_key or name,
            "in": "query",
            "required": field.required,
            "schema": shapes.of_field(field),
        }
        for name, field in query.fields.items()
    ]


def _responses(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    responses = {str(endpoint.status): _success(endpoint, shapes)}
    for status, codes in refusals.codes_by_status(endpoint).items():
        responses[str(status)] = _refusal(status, codes)
    return responses


def _success(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    headers = {"X-Request-ID": {"$ref": "#/components/headers/RequestId"}}
    if endpoint.idempotent:
        headers[REPLAY_HEADER] = {"$ref": "#/components/headers/Replayed"}
    response: dict[str, Any] = {
        "description": HTTPStatus(endpoint.status).phrase,
        "headers": headers,
    }
    if endpoint.answer is not None:
        schema = shapes.reference(endpoint.answer)
        response["content"] = {JSON: {"schema": schema}}
    elif endpoint.media_type != JSON:
        text = {"type": "string"}
        binary = {"format": "binary"} if endpoint.media_type.startswith("image/") else {}
        response["content"] = {endpoint.media_type: {"schema": {**text, **binary}}}
    return response


def _refusal(status: int, codes: list[str]) -> dict[str, Any]:
    headers = {"X-Request-ID": {"$ref": "#/components/headers/RequestId"}}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    if status == HTTPStatus.UNAUTHORIZED and codes == ["unauthenticated"]:
        headers["WWW-Authenticate"] = {"$ref": "#/components/headers/Challenge"}
    fitting: JsonSchema = {"code": {"enum": codes}, "status": {"const": status}}
    narrowed: JsonSchema = {"properties": fitting}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        narrowed["required"] = ["errors"]
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]}
    return {
        "description": ", ".join(codes),
        "headers": headers,
        "content": {PROBLEM: {"schema": schema}},
    }
