"""Valid inputs made from the document's own schemas, to be spoilt one field at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from portal.core.ids import new_id

Path = tuple[str | int, ...]

_FORMATS = {"date-time": "2027-03-01T09:00:00Z", "date": "2027-03-01"}


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A schema without reference and without the choice of null."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return dict(document["components"]["schemas"][name])
    for alternative in schema.get("anyOf", ()):
        if alternative.get("type") != "null":
            return resolved(alternative, document)
    return schema


def kind_of(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "object")
    return str(kind[0] if isinstance(kind, list) else kind)


def sample(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """One value that fits."""
    schema = resolved(schema, document)
    if "enum" in schema:
        return schema["enum"][0]
    kind = kind_of(schema)
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: sample(field, document) for name, field in fields.items()}
    if kind == "array":
        count = max(schema.get("minItems", 0), 1)
        return [sample(schema["items"], document) for _ in range(count)]
    return _plain(kind, schema)


def _plain(kind: str, schema: dict[str, Any]) -> Any:
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 0), 1)
    if "format" in schema:
        return _FORMATS[schema["format"]]
    candidates = ("7" * max(schema.get("minLength", 1), 1), new_id(), "150402010003", "08:00")
    fitting = (each for each in candidates if re.search(schema.get("pattern", ""), each))
    return next(fitting)


def leaves(
    schema: dict[str, Any], document: dict[str, Any], at: Path = ()
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every plain field with its path, through objects and lists."""
    inner = resolved(schema, document)
    kind = kind_of(inner)
    if kind == "object" and "enum" not in inner:
        for name, field in inner.get("properties", {}).items():
            yield from leaves(field, document, (*at, name))
    elif kind == "array":
        yield from leaves(inner["items"], document, (*at, 0))
    else:
        yield at, inner


def spoilt(body: Any, path: Path, value: Any) -> Any:
    """The same body with another value at one place."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    copy = list(body) if isinstance(body, list) else dict(body)
    copy[step] = spoilt(copy[step], rest, value)
    return copy
