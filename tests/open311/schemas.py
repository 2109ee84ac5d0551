"""What the tables of the GeoReport v2 specification say of each answer, as JSON Schema: written
from the specification's text, field by field."""

from __future__ import annotations

from typing import Any

import jsonschema_rs


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT = {"type": "string", "minLength": 1}
FLAG = {"type": "boolean"}
INSTANT = {"type": "string", "format": "date-time"}
WORDS = _or_null({"type": "string"})


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


SERVICES = _list(
    _object(
        {
            "service_code": TEXT,
            "service_name": TEXT,
            "description": WORDS,
            "metadata": FLAG,
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": WORDS,
            "group": WORDS,
        }
    )
)

DEFINITION = _object(
    {
        "service_code": TEXT,
        "attributes": _list(
            _object(
                {
                    "variable": FLAG,
                    "code": TEXT,
                    "datatype": {
                        "enum": [
                            "string", "number", "datetime", "text",
                            "singlevaluelist", "multivaluelist",
                        ]
                    },
                    "required": FLAG,
                    "datatype_description": WORDS,
                    "order": {"type": "integer", "minimum": 1},
                    "description": WORDS,
                },
                {"values": _list(_object({"key": TEXT, "name": TEXT}))},
            )
        ),
    }
)  # fmt: skip

_REQUEST = {
    "service_request_id": TEXT,
    "status": {"enum": ["open", "closed"]},
    "status_notes": WORDS,
    "service_name": WORDS,
    "service_code": TEXT,
    "description": _or_null({"type": "string", "maxLength": 4_000}),
    "agency_responsible": WORDS,
    "service_notice": WORDS,
    "requested_datetime": INSTANT,
    "updated_datetime": INSTANT,
    "expected_datetime": INSTANT,
    "address": WORDS,
    "address_id": WORDS,
    "zipcode": WORDS,
    "lat": _or_null({"type": "number"}),
    "long": _or_null({"type": "number"}),
    "media_url": _or_null({"type": "string", "format": "uri"}),
}
REQUESTS = _list(_object(_REQUEST))
EXTENDED = _list(_object(_REQUEST, {"extended_attributes": {"type": "object"}}))

FILED = _list(_object({"service_request_id": TEXT}, {"service_notice": WORDS, "account_id": WORDS}))
TOKEN = _list(_object({"service_request_id": TEXT, "token": TEXT}))
ERRORS = {
    **_list(_object({"code": {"type": "integer"}, "description": TEXT})),
    "minItems": 1,
}
DISCOVERY = _object(
    {
        "changeset": TEXT,
        "contact": TEXT,
        "key_service": TEXT,
        "endpoints": _list(
            _object(
                {
                    "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                    "url": {"type": "string", "format": "uri"},
                    "changeset": TEXT,
                    "type": {"enum": ["production", "test"]},
                    "formats": _list({"enum": ["text/xml", "application/json"]}),
                }
            )
        ),
    }
)


def fits(schema: dict[str, Any], content: Any) -> None:
    """Fail with what does not fit."""
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    faults = [f"{each.instance_path}: {each.message}" for each in validator.iter_errors(content)]
    assert faults == []
