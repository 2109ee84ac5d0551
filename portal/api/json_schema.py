"""JSON Schemas of the fields with which the API reads and describes itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, missing

JsonSchema = dict[str, Any]

_PLAIN_TYPES: tuple[tuple[type[fields.Field[Any]], JsonSchema], ...] = (
    # Subclasses before the classes they come from.
    (fields.Integer, {"type": "integer"}),
    (fields.Float, {"type": "number"}),
    (fields.Boolean, {"type": "boolean"}),
    (fields.Date, {"type": "string", "format": "date"}),
    (fields.DateTime, {"type": "string", "format": "date-time"}),
    (fields.Url, {"type": "string", "format": "uri"}),
    (fields.String, {"type": "string"}),
)


class Shapes:
    """Collects object schemas by name, so that each stands once in the document.

    ``known`` is what goes under ``components.schemas``.
    """

    def __init__(self) -> None:
        self.known: dict[str, JsonSchema] = {}
        self._names: dict[type[Schema], str] = {}

    def reference(self, schema: type[Schema]) -> JsonSchema:
        """A reference to an object schema, which is described on first use."""
        if schema not in self._names:
            described = self.of_object(schema())
            name = self._name(schema, described)
            self._names[schema] = name
            self.known[name] = described
        return {"$ref": f"#/components/schemas/{self._names[schema]}"}

    def _name(self, schema: type[Schema], described: JsonSchema) -> str:
        """The class's name; with its room's where another shape has that name already."""
        name = schema.__name__
        if self.known.get(name, described) == described:
            return name
        return f"{schema.__module__.split('.')[1].capitalize()}{name}"

    def of_object(self, schema: Schema) -> JsonSchema:
        """An object with the schema's fields and no others."""
        properties = {_key(name, field): field for name, field in schema.fields.items()}
        described: JsonSchema = {
            "type": "object",
            "properties": {name: self.of_field(field) for name, field in properties.items()},
            "additionalProperties": False,
        }
        required = [name for name, field in properties.items() if field.required]
        return {**described, "required": required} if required else described

    def of_field(self, field: fields.Field[Any]) -> JsonSchema:
        """One field's schema.

        Raises:
            TypeError: the kind of field is not known here; an untrue schema would be worse.
        """
        described = {**self._kind(field), **_metadata(field)}
        if field.load_default is not missing and field.load_default is not None:
            described["default"] = field.load_default
        return _or_null(described) if field.allow_none else described

    def _kind(self, field: fields.Field[Any]) -> JsonSchema:
        if isinstance(field, fields.Nested):
            return self._nested(field)
        if isinstance(field, fields.List):
            return {"type": "array", "items": self.of_field(field.inner)}
        if isinstance(field, fields.Mapping):
            return self._mapping(field)
        if "type" in field.metadata:
            return {}
        for kind, described in _PLAIN_TYPES:
            if isinstance(field, kind):
                return dict(described)
        raise TypeError(f"{type(field).__name__} {field.name!r} has no JSON Schema")

    def _nested(self, field: fields.Nested) -> JsonSchema:
        schema = field.schema
        cut = bool(field.only or field.exclude or type(schema).__name__ == "GeneratedSchema")
        described = self.of_object(schema) if cut else self.reference(type(schema))
        return {"type": "array", "items": described} if field.many else described

    def _mapping(self, field: fields.Mapping[Any]) -> JsonSchema:
        values = self.of_field(field.value_field) if field.value_field else {}
        return {"type": "object", "additionalProperties": values}


def _key(name: str, field: fields.Field[Any]) -> str:
    return field.data_key or name


def _metadata(field: fields.Field[Any]) -> JsonSchema:
    return {name: _json(value) for name, value in field.metadata.items()}


def _json(value: Any) -> Any:
    """Metadata as JSON: translated words are said now."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {name: _json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return str(value)


def _or_null(described: JsonSchema) -> JsonSchema:
    if "type" not in described:
        return {"anyOf": [described, {"type": "null"}]}
    nullable = {**described, "type": [described["type"], "null"]}
    if "enum" in nullable:
        nullable["enum"] = [*nullable["enum"], None]
    if "anyOf" in nullable:
        nullable["anyOf"] = [*nullable["anyOf"], {"type": "null"}]
    return nullable
