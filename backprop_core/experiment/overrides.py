"""Changes to single fields by their dotted names, as in `--set network.depth=12`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from backprop_core.errors import InputError
from backprop_core.experiment.toml_input import about_backslashes, parse_toml
from backprop_core.formatting import format_value

_KEY = re.compile(r"[\w-]{1,100}(?:\.[\w-]{1,100})?", re.ASCII)
_LIKE_A_WORD = re.compile(r"[^\W\d]|[/.~]")
_DROPS = {
    "network.widths": ("network", ("depth", "width")),
    "data.name": ("data", ("path", "target", "held_out")),
}
"""Maps an overridden field to the fields of the file that it makes meaningless."""


def parse_override(text: str, source: str = "--set") -> tuple[str, object]:
    """Split `network.depth=12` into the dotted name and the value.

    Parameters
    ----------
    text
        `KEY=VALUE`. The value is TOML; what is not TOML but begins like a word is taken as a
        string, so that `network.activation=relu` and `film.title=My net` need no quotes.
    source
        Put in front of error lines.

    Raises
    ------
    InputError
        If there is no `=`, or either side cannot be read. Whether the field exists and takes the
        value is checked by `Experiment.override`.
    """
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not _KEY.fullmatch(key):
        raise InputError(
            f"{source}: got {format_value(text)}; allowed KEY=VALUE, for example network.depth=12"
        )
    # Line ends are refused, because the value could then define further fields.
    if value and value.isprintable():
        try:
            parsed = parse_toml(f"value = {value}", source)
        except InputError:
            if _LIKE_A_WORD.match(value):
                return key, value
        else:
            if parsed.keys() == {"value"}:
                return key, parsed["value"]
    if value[:1] == '"' and "\\" in value:
        bare = value.strip('"')
        raise InputError(f"{source}: {key}: got {format_value(value)}; {about_backslashes(bare)}")
    raise InputError(
        f"{source}: {key}: got {format_value(value)}; "
        'allowed a TOML value: a word, a number, true, false, [1, 2] or "quoted text"'
    )


def merge(base: dict[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """Return `base`, nested dictionaries, with the fields set that `changes` names by dots."""
    flat: dict[str, object] = {}
    for key, value in changes.items():
        # An empty table changes nothing, but is kept: it may be given for what is no section.
        if isinstance(value, Mapping) and (value or isinstance(base.get(key), Mapping)):
            flat |= {f"{key}.{field}": inner for field, inner in value.items()}
        else:
            flat[key] = value
    merged = {key: dict(v) if isinstance(v, Mapping) else v for key, v in base.items()}
    for setting, (section, fields) in _DROPS.items():
        if setting in flat:
            for field in fields:
                merged.get(section, {}).pop(field, None)
    for key, value in flat.items():
        section, dot, field = key.partition(".")
        if not dot:
            merged[section] = value
        elif isinstance(table := merged.setdefault(section, {}), dict):
            table[field] = value
        else:
            merged[section] = {field: value}
    return merged
