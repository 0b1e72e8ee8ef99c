"""Turn pydantic's errors into lines with the field, the given value and the allowed values."""

from __future__ import annotations

import re
from collections.abc import Iterator, KeysView, Mapping
from functools import cache, partial
from itertools import chain
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from backprop_core.experiment.allowed_values import Schema, allowed, section_schema
from backprop_core.experiment.field_rules import Rule
from backprop_core.experiment.toml_input import about_backslashes
from backprop_core.formatting import format_value, name, nearest

_LETTERS = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_ESCAPED_PATH = re.compile(
    r"(?=[^\b\t\n\f\r]*[\b\t\n\f\r])(?:[A-Za-z]:|.*\.(?:csv|npz)$)", re.DOTALL
)
"""A path of Windows in which TOML has read backslashes as escapes: "C:\\new" has a line end."""
MOST_LINES = 20
"""Most error lines for one file; a file with more errors is probably the wrong file."""

Place = tuple[str, ...]
"""A section and a field, or a field outside the sections."""


def problems(
    model: type[BaseModel], error: ValidationError, fields: Mapping[str, object]
) -> tuple[str, ...]:
    """Write one line for each field that is wrong, and for each broken rule between right ones.

    Parameters
    ----------
    model
        The model of the whole file, whose sections are models.
    error
        The error that validation of `fields` raised.
    fields
        The input.
    """
    schema = _schema(model)
    lines: dict[Place, str] = {}
    rules: list[tuple[str, Rule]] = []
    for detail in map(partial(_of_its_name, schema), error.errors(include_url=False)):
        place = tuple(str(part) for part in detail["loc"][:2])
        if detail["type"] == "rules":
            rules += [(place[0], rule) for rule in detail["ctx"]["rules"]]
        else:
            # Report only the first wrong element of a list.
            lines.setdefault(place, _line(schema, detail))
    rules += _rules_among_right_fields(model, fields, lines.keys())
    texts = [
        *lines.values(),
        *(f"{section}.{rule.fields[0]}: {rule.text}" for section, rule in rules),
    ]
    if len(texts) > MOST_LINES:
        texts[MOST_LINES:] = [f"and {len(texts) - MOST_LINES} more"]
    return tuple(texts)


def _of_its_name(schema: Schema, detail: ErrorDetails) -> ErrorDetails:
    """Turn an error about a field name that is not valid Unicode into one about an unknown field.

    JSON can have such names; pydantic tells the error of the section that the field is in.
    """
    location = detail["loc"]
    if detail["type"] != "string_unicode" or len(location) > 1:
        return detail
    if location and "properties" not in section_schema(schema, str(location[0])):
        return detail
    return {**detail, "type": "extra_forbidden", "loc": (*location, str(detail["input"]))}


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def _rules_among_right_fields(
    model: type[BaseModel], fields: Mapping[str, object], wrong: KeysView[Place]
) -> Iterator[tuple[str, Rule]]:
    """Check the rules of sections that pydantic gave up because a field was wrong."""
    for section in dict.fromkeys(place[0] for place in wrong if len(place) > 1):
        given, section_model = fields[section], model.model_fields[section].annotation
        assert isinstance(given, Mapping)
        assert isinstance(section_model, type)
        right = {field: v for field, v in given.items() if (section, str(field)) not in wrong}
        try:
            section_model.model_validate(right)
        except ValidationError as error:
            # In a section with a name that is not valid Unicode, pydantic checks no fields.
            found = [e["ctx"]["rules"] for e in error.errors() if e["type"] == "rules"]
            for rule in chain.from_iterable(found):
                if not any((section, field) in wrong for field in rule.fields):
                    yield section, rule


def _line(schema: Schema, detail: ErrorDetails) -> str:
    location, came = detail["loc"], detail["input"]
    path = ".".join(name(str(part)) for part in location[:2])
    if detail["type"] in {"extra_forbidden", "invalid_key"}:
        return f"{path}: {_unknown(schema, [str(part) for part in location])}"
    section = section_schema(schema, str(location[0])) if len(location) > 1 else schema
    field = str(location[:2][-1])
    if detail["type"] == "model_type":
        shown = _came(came) if _of_frame(came) else format_value(came)
        return f"{path}: got {shown}; allowed a section [{field}]{_of_frame(came)}"
    # What stands there for a field of several types is one of them.
    element = f"[{location[2]}]" if isinstance(location[-1], int) else ""
    text = allowed(field, section["properties"][field])
    if detail["type"] == "float_type" and not element:
        text = f"a number, {text}"
    return f"{path}{element}: got {_came(came)}; allowed {text}{_meant(came, section, field)}"


def _came(value: Any) -> str:
    size = ""
    if _of_frame(value):
        return f"a {type(value).__name__}"
    if isinstance(value, str) and len(value) > 40:
        size = f" ({len(value):,} characters)"
    if isinstance(value, (list, tuple)):
        size = f" ({len(value):,} values)"
    return format_value(value) + size


def _meant(came: object, section: Schema, field: str) -> str:
    """Suggest the nearest of the words that the field allows, or how to write a path."""
    if isinstance(came, str) and _ESCAPED_PATH.match(came):
        text = "".join(_LETTERS.get(c, c) for c in came)
        return f"; {about_backslashes(text)}"
    if _of_frame(came):
        return _of_frame(came)
    words = section["properties"][field].get("enum", ())
    meant = nearest(came, words) if isinstance(came, str) else None
    return f"; did you mean {meant}?" if meant else ""


def _of_frame(came: object) -> str:
    """Say what takes a DataFrame, if one came in place of a path or section."""
    return "; from_frame(frame, target, ...) takes one" if hasattr(came, "to_csv") else ""


def _unknown(schema: Schema, location: list[str]) -> str:
    """Suggest a similar name in the section, or the section that has a field of this name."""
    *section, field = location
    here = section_schema(schema, section[0]) if section else schema
    meant = nearest(field, here["properties"])
    if not meant:
        elsewhere = [s for s in schema["properties"] if field in _fields(schema, s)]
        meant = f"{elsewhere[0]}.{field}" if elsewhere else None
    if not meant and field in schema["properties"]:
        meant = f"{field}, outside the sections"
    if meant:
        return f"unknown field; did you mean {meant}?"
    return f"unknown field; allowed {', '.join(here['properties'])}"


def _fields(schema: Schema, section: str) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = section_schema(schema, section).get("properties", {})
    return fields
