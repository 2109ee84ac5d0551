"""The reference page's view of the document: plain rows instead of nested schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.api import refusals
from portal.api.document import operation_id, public_path, roles_for
from portal.api.json_schema import JsonSchema
from portal.core.endpoint import JSON, Endpoint
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission


@dataclass(frozen=True)
class FieldRow:
    """One field: ``shifts[].starts_at``, its type and limits in short words."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """One endpoint as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    public: bool
    roles: list[str]
    idempotent: bool
    status: int
    parameters: list[FieldRow]
    body: list[FieldRow]
    answer: list[FieldRow]
    refusals: dict[int, list[str]]


def operations_by_tag(
    endpoints: Iterable[Endpoint], document: dict[str, Any]
) -> dict[str, list[Operation]]:
    """All operations, in the order and under the tags of the document, in the reader's words.

    The document itself stays English. scripts/endpoint_texts.py brings summaries and tags into the
    catalogues.
    """
    grouped: dict[str, list[Operation]] = {}
    for endpoint in endpoints:
        described = document["paths"][public_path(endpoint)][endpoint.method.lower()]
        grouped.setdefault(_(endpoint.tag), []).append(_operation(endpoint, described, document))
    return grouped


def _operation(
    endpoint: Endpoint, described: dict[str, Any], document: dict[str, Any]
) -> Operation:
    success = described["responses"][str(endpoint.status)]
    return Operation(
        anchor=operation_id(endpoint),
        method=endpoint.method,
        path=public_path(endpoint),
        summary=_(endpoint.summary),
        public=endpoint.permission is Permission.PUBLIC,
        roles=roles_for(endpoint.permission),
        idempotent=endpoint.idempotent,
        status=endpoint.status,
        parameters=[_parameter(each) for each in described["parameters"] if "name" in each],
        body=_fields(described.get("requestBody"), document),
        answer=_fields(success, document),
        refusals=refusals.codes_by_status(endpoint),
    )


def _parameter(parameter: JsonSchema) -> FieldRow:
    kind = _kind(parameter["schema"])
    return FieldRow(f"{parameter['name']} ({parameter['in']})", kind, parameter["required"])


def _fields(message: dict[str, Any] | None, document: dict[str, Any]) -> list[FieldRow]:
    if message is None or JSON not in message.get("content", {}):
        return []
    schema = message["content"][JSON]["schema"]
    return list(_rows(schema, document, "", ()))


def _rows(
    schema: JsonSchema, document: dict[str, Any], prefix: str, above: tuple[str, ...]
) -> Iterator[FieldRow]:
    """The fields of an object and, indented by their names, of those inside it."""
    if (reference := schema.get("$ref", "")) in above and reference:
        return
    schema, above = _resolved(schema, document), (*above, reference)
    for name, field in schema.get("properties", {}).items():
        inner, suffix = _inner(field, document)
        required = name in schema.get("required", ())
        yield FieldRow(prefix + name, _kind(_resolved(field, document)), required)
        yield from _rows(inner, document, f"{prefix}{name}{suffix}.", above)


def _inner(field: JsonSchema, document: dict[str, Any]) -> tuple[JsonSchema, str]:
    """What a field holds, if that has fields of its own, and how its name goes on."""
    for alternative in field.get("anyOf", ()):
        if alternative.get("type") != "null":
            return _inner(alternative, document)
    if "items" in field:
        return field["items"], "[]"
    return field, ""


def _resolved(schema: JsonSchema, document: dict[str, Any]) -> JsonSchema:
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rsplit("/", 1)[1]
    found: JsonSchema = document["components"]["schemas"][name]
    return found


def _kind(schema: JsonSchema) -> str:
    if "anyOf" in schema:
        return " | ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join("null" if each is None else f"“{each}”" for each in schema["enum"])
    if "$ref" in schema:
        return "object"
    kinds = schema.get("type", "any")
    kind = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return " ".join(part for part in (kind, schema.get("format", ""), _limits(schema)) if part)


def _limits(schema: JsonSchema) -> str:
    for least, most in (("minimum", "maximum"), ("minLength", "maxLength")):
        if least in schema and most in schema:
            return f"{schema[least]}–{schema[most]}"
    return ""
