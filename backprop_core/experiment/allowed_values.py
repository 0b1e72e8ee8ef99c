"""Describe the allowed values of a field in words, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def section_schema(schema: Schema, section: str) -> Schema:
    """Follow the reference from a property of the whole file to its definition, if it is one."""
    found: Schema = schema["properties"][section]
    reference = found.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else found


def given_type(field: Schema) -> Schema:
    """Return the schema of a value, without the null of `anyOf [..., null]` in optional fields."""
    options = [option for option in field.get("anyOf", [field]) if option.get("type") != "null"]
    return {**field, **options[0]}


def allowed(name: str, field: Schema) -> str:
    """Say what a field allows: `0 < gain <= 1000`, a list of words, ...

    Parameters
    ----------
    name
        The field's name, which stands in its range.
    field
        Its JSON Schema.
    """
    kinds = [option for option in field.get("anyOf", [field]) if option.get("type") != "null"]
    return ", or ".join(_allowed(name, kind) for kind in kinds)


def _allowed(name: str, kind: Schema) -> str:
    if "enum" in kind:
        return ", ".join(kind["enum"])
    match kind["type"]:
        case "boolean":
            return "true or false"
        case "integer":
            return f"a whole number, {_range(name, kind)}"
        case "number":
            return f"{_range(name, kind)}"
        case "string":
            return f"{kind['minLength']} to {kind['maxLength']} printable characters"
        case _:
            item = kind["items"]
            noun = "whole numbers" if item["type"] == "integer" else "numbers"
            ends = f"{_number(item['minimum'])} to {_number(item['maximum'])}"
            return f"a list of {kind['minItems']} to {kind['maxItems']} {noun}, each {ends}"


def _range(name: str, kind: Schema) -> str:
    low = f"{_number(kind['minimum'])} <=" if "minimum" in kind else None
    low = low or f"{_number(kind['exclusiveMinimum'])} <"
    high = f"<= {_number(kind['maximum'])}" if "maximum" in kind else None
    high = high or f"< {_number(kind['exclusiveMaximum'])}"
    return f"{low} {name} {high}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
