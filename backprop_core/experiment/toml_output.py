"""Write experiments as TOML, and the configuration format as JSON Schema."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from backprop_core.experiment.allowed_values import Schema, allowed, given_type, section_schema
from backprop_core.experiment.model import Experiment

_COMMENT_WIDTH = 96
_HEAD = (
    "# An experiment. To set a field, take the # in front of it away. What is not set keeps its",
    "# default, which stands here, or the film's own: `backprop films` lists those that have one.",
)


def as_toml(experiment: Experiment) -> str:
    """Write an experiment as TOML that loads back equal: every field that has a value."""
    sections = experiment.model_dump(mode="json", exclude_none=True)
    if "widths" in sections["network"]:
        del sections["network"]["depth"], sections["network"]["width"]
    lines = [f"{key} = {_toml(v)}" for key, v in sections.items() if not isinstance(v, dict)]
    for section, fields in sections.items():
        if isinstance(fields, dict):
            lines += ["", f"[{section}]", *(f"{key} = {_toml(v)}" for key, v in fields.items())]
    return "\n".join(lines) + "\n"


def commented_toml() -> str:
    """Write every field as TOML, with what it means, what it allows, and its default or an example.

    All are commented out, so that the file changes no film before it is edited: films have defaults
    of their own, which a field that is stated would replace.
    """
    whole = schema()
    plain = {k: field for k, field in whole["properties"].items() if "$ref" not in field}
    lines = [*_HEAD, ""]
    lines += _commented_fields(plain)
    for section in [key for key in whole["properties"] if key not in plain]:
        found = section_schema(whole, section)
        lines += [f"# {found['description']}", f"[{section}]", ""]
        lines += _commented_fields(found["properties"])
    return "\n".join(lines)


def schema() -> dict[str, Any]:
    """Describe the configuration file as a JSON Schema (2020-12)."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | Experiment.model_json_schema()


def _commented_fields(fields: Schema) -> list[str]:
    lines = []
    for name, field in fields.items():
        description = field["description"]
        words = f"{description[0].upper()}{description[1:]}. Allowed: {allowed(name, field)}."
        lines += textwrap.wrap(words, _COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ")
        value = field["default"]
        shown = given_type(field)["examples"][0] if value is None else value
        lines += [f"#{name} = {_toml(shown)}", ""]
    return lines


def _toml(value: object) -> str:
    # JSON's strings, numbers, booleans and flat lists are TOML, once DEL is escaped and nothing
    # is NaN or infinite; the models see to the latter.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007f")
