"""Random, mutated and structured texts, from arbitrary ones to valid configurations."""

from __future__ import annotations

import json
import math
import string
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from backprop_core.experiment import presets
from backprop_core.experiment.allowed_values import section_schema
from backprop_core.experiment.config import Experiment, as_toml, commented_toml, schema

NASTY = "\x00\x1b\x7f\x85\x9b\u00a0\u00ad\u034f\u200b\u2028\u202e\u3164\ufeff\ud800\U000e0041ß中😀"
LETTERS = st.sampled_from(string.printable + NASTY) | st.characters()
WORDS = st.text(LETTERS, max_size=30)
PIECES = st.sampled_from(
    [
        *("[network]", "[data]", "[film]", "[axes]", "[experiment.network]", "[[a]]", "[a.b.c.d]"),
        *("depth", "widths", "gain", "title", "path", "name", "films", "combine", "from", "to"),
        *("step", "count", "log", "network.depth=", "a." * 50, "{a=" * 50, "[" * 50, "x" * 5000),
        *("=", ".", ",", "[", "]", "{", "}", '"', "'", '"""', "'''", "#", "\n", "\r\n", "\\"),
        *("1", "0", "-1", "1e400", "nan", "-inf", "true", "0x" + "f" * 40, "9" * 5000, "1_0", "+"),
        *("2024-01-01", "00:61:00", "1979-05-27T07:32:00Z", '"file"', '"\\uD800"', " "),
        *("\x1b[31m", "\u202e", "\\u202e"),
    ]
)


def whole_texts() -> tuple[str, ...]:
    """Return texts that are configurations."""
    return (
        commented_toml(),
        as_toml(Experiment()),
        *map(presets.text, presets.names()),
        '[data]\nname = "file"\npath = "none.npz"\n[network]\nwidths = [4, 3, 2]\n',
    )


def mutated(wholes: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Return texts of which a few places were cut out, doubled, or written over."""
    place = st.floats(0, 1)
    change = st.tuples(place, st.integers(0, 12), PIECES | WORDS | st.just("\0double"))

    def apply(text: str, changes: list[tuple[float, int, str]]) -> str:
        for where, length, put in changes:
            at = int(where * len(text))
            cut = text[at : at + length]
            text = text[:at] + (cut * 2 if put == "\0double" else put) + text[at + length :]
        return text

    return st.builds(apply, st.sampled_from(wholes), st.lists(change, min_size=1, max_size=4))


def random_texts() -> st.SearchStrategy[str]:
    """Return texts of letters, or of pieces of TOML."""
    return st.text(LETTERS, max_size=200) | st.lists(PIECES, max_size=40).map("".join)


# Experiments with values of all kinds


def named() -> dict[str, Mapping[str, Any]]:
    """Return each field's JSON Schema by its dotted name."""
    return {
        f"{section}.{name}".strip("."): field
        for section, found in fields().items()
        for name, field in found.items()
    }


def wild_values() -> st.SearchStrategy[object]:
    """Return values of all types, as TOML has them."""
    plain = (
        st.booleans()
        | st.integers()
        | st.floats()
        | WORDS
        | st.builds(pow, st.just(16), st.sampled_from([20, 5000]))
        | st.sampled_from([2**63, -(2**64), 1e308, 5e-324, -0.0, 1.0, "3", "nan", ""])
    )
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=2),
        max_leaves=8,
    )


def fields() -> Mapping[str, Mapping[str, Any]]:
    """Return each field's JSON Schema, by section; those outside the sections by ""."""
    whole = schema()
    sections = {key: section_schema(whole, key) for key in whole["properties"]}
    inside = {key: s["properties"] for key, s in sections.items() if "properties" in s}
    return {"": {k: s for k, s in sections.items() if k not in inside}, **inside}


def values_near(field: Mapping[str, Any]) -> st.SearchStrategy[object]:
    """Return values that a field takes, and those just beyond."""
    kinds = [kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"]
    return st.one_of(*map(_near, kinds))


def _near(kind: Mapping[str, Any]) -> st.SearchStrategy[object]:
    if "enum" in kind:
        return st.sampled_from([*kind["enum"], kind["enum"][0].upper(), ""])
    bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    ends = [kind[k] for k in bounds if k in kind]
    match kind["type"]:
        case "integer":
            near = [end + d for end in ends for d in (-1, 0, 1)]
            return st.sampled_from(near) | st.integers(min(ends), min(max(ends), 50))
        case "number":
            near = [f(float(end)) for end in ends for f in (float, _above, _below)]
            return st.sampled_from(near) | st.floats(min(ends), max(ends)) | st.integers(0, 3)
        case "boolean":
            return st.booleans()
        case "string":
            return WORDS | st.just("none.npz") | st.text("ab ", min_size=1, max_size=81)
        case _:
            item = values_near(kind["items"])
            return st.lists(item, min_size=0, max_size=kind["minItems"] + 3)


def _above(value: float) -> float:
    return math.nextafter(value, math.inf)


def _below(value: float) -> float:
    return math.nextafter(value, -math.inf)


def experiments() -> st.SearchStrategy[dict[str, Any]]:
    """Return the fields of experiments: most values near what is allowed, some wild."""
    wild = wild_values()

    def section(found: Mapping[str, Any]) -> st.SearchStrategy[dict[str, object]]:
        near = {name: values_near(field) for name, field in found.items()}
        named = [st.tuples(st.just(name), value) for name, value in near.items()]
        strange = st.tuples(st.sampled_from(sorted(near)) | WORDS, wild)
        return st.lists(st.one_of(*named, *named, strange), max_size=4).map(dict)

    def join(parts: dict[str, Any]) -> dict[str, Any]:
        outside = parts.pop("", {})
        return {**outside, **parts}

    whole = st.fixed_dictionaries({}, optional={n: section(f) for n, f in fields().items()})
    return whole.map(join)


def as_text(document: Mapping[str, Any]) -> str:
    """Write plain data as TOML, tables within tables as inline ones."""
    plain = {k: v for k, v in document.items() if not isinstance(v, Mapping)}
    lines = [f"{_key(key)} = {as_value(value)}" for key, value in plain.items()]
    for key, table in document.items():
        if isinstance(table, Mapping):
            lines.append(f"[{_key(key)}]")
            lines += [f"{_key(name)} = {as_value(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name)


def as_value(value: object) -> str:
    """Write a value as TOML."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case int():
            # Python refuses to write integers of thousands of digits in decimals.
            return str(value) if abs(value) < 10**300 else hex(abs(value))
        case str():
            return json.dumps(value)
        case list():
            return f"[{', '.join(map(as_value, value))}]"
        case dict():
            pairs = ", ".join(f"{_key(k)} = {as_value(v)}" for k, v in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
    raise TypeError(f"{value!r} is no TOML")
