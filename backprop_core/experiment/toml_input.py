"""Parse TOML into dictionaries, with bounds on time, memory and recursion."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from backprop_core import caps
from backprop_core.errors import InputError
from backprop_core.files import read_bounded
from backprop_core.formatting import format_value, is_seen, shorten, source_name

NESTING = 4
"""Deepest nesting of brackets, and most parts of a dotted key; configurations need two."""

# Closing quotes are optional and nothing is tried twice, so any text is scanned in linear time;
# tomllib refuses what is not closed.
_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
_LONG_DOTTED_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{NESTING}}}")
_ESCAPED = re.compile(r"""=[^"'#]*"+([^"\\]*+\\[^"]*+)""")
"""A line that gives a text in double quotes with a backslash in it, and the text."""
_UNQUOTED = re.compile(r"""=[ \t]*([A-Za-z~./\\][^"'#\[\]{}]*)""")
"""A line that gives a text without quotes, and the text."""
_QUOTED = "text stands in quotes"
_START_FROM = "for one to start from, type: backprop config new"


def read_toml_file(path: Path, source: str) -> str:
    """Read a configuration file.

    Parameters
    ----------
    path
        A regular file of at most `caps.CONFIG_BYTES` bytes of UTF-8.
    source
        Its name in messages.

    Raises
    ------
    InputError
        If it is missing, is a folder, a pipe or a device, too large, unreadable or not text.
    """
    source = source_name(source)
    try:
        content = read_bounded(path, caps.CONFIG_BYTES, "a regular TOML file")
        # Windows editors put a byte order mark in front, which TOML does not allow.
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{source}: no such file; {_START_FROM}") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source}: is not text: byte {error.start} is not UTF-8; allowed TOML in UTF-8"
        ) from None
    except InputError as error:
        raise InputError(f"{source}: {error}") from None


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Parse TOML that may be hostile.

    Raises
    ------
    InputError
        If the text is empty, too long, too deeply nested, or not TOML; the line is named.
    """
    source = source_name(source)
    if len(text) > caps.CONFIG_BYTES:
        raise InputError(
            f"{source}: got {len(text):,} characters; allowed at most {caps.CONFIG_BYTES:,}"
        )
    if not text.strip():
        raise InputError(f"{source}: is empty; {_START_FROM}")
    _refuse_nesting(text, source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{source}: {_syntax_error(str(error), text)}") from None
    except ValueError:
        # int() refuses to read more.
        raise InputError(
            f"{source}: got a number of thousands of digits; allowed up to 4,300"
        ) from None


def about_backslashes(text: str) -> str:
    r"""Say how to write a text with backslashes, such as C:\Users, whose quotes made escapes."""
    # Two at the beginning are the name of a machine: \\server\share.
    bare = text[:2] + text[2:].replace("\\\\", "\\")
    written = shorten(bare) if is_seen(bare) and "'" not in bare else "C:\\..."
    slashes = written.replace("\\", "/")
    return (
        'a backslash in "..." begins an escape; '
        f"write '{written}' in single quotes, or \"{slashes}\""
    )


def _refuse_nesting(text: str, source: str) -> None:
    """Bound the recursion of `tomllib` and of everything that walks its result."""
    # Strings and comments become one letter each; their line ends stay, for the line's number.
    bare = _STRING_OR_COMMENT.sub(lambda match: "s" + "\n" * match[0].count("\n"), text)
    if match := _LONG_DOTTED_KEY.search(bare):
        line = bare.count("\n", 0, match.start()) + 1
        raise InputError(
            f"{source}: line {line}: a dotted key of more than {NESTING} names; "
            "allowed section.field"
        )
    depth = 0
    for match in re.finditer(r"[][{}]", bare):
        depth = depth + 1 if match[0] in "[{" else max(0, depth - 1)
        if depth > NESTING:
            raise InputError(
                f"{source}: brackets nested more than {NESTING} deep; "
                "allowed sections of fields, and lists of numbers"
            )


def _syntax_error(message: str, text: str) -> str:
    """Put the line number first, and reword `tomllib`'s messages about repeated keys."""
    what, _, position = message.partition(" (at ")
    number = re.match(r"line (\d+)", position)
    lines = text.splitlines() or [""]
    line = min(int(number[1]), len(lines)) if number else len(lines)
    if what == "Cannot overwrite a value" or what.startswith(("Cannot declare", "Cannot mutate")):
        what = "a field or section that comes twice; allowed once"
    elif escaped := _ESCAPED.search(lines[line - 1]):
        what = f"not TOML: {about_backslashes(escaped[1])}"
    elif what == "Invalid value" and (word := _unquoted(lines[line - 1])):
        small = word.lower() in ("true", "false")
        written = word.lower() if small else f"'{word}'"
        what = f"not TOML: {'truth is written small' if small else _QUOTED}; write {written}"
    else:
        what = f"not TOML: {what[:1].lower()}{what[1:]}"
    return f"line {line}: got {format_value(lines[line - 1].strip())}, {what}"


def _unquoted(line: str) -> str | None:
    """Return the text that a line gives without quotes, if there is one to be read."""
    found = _UNQUOTED.search(line)
    text = found[1].strip() if found else ""
    return shorten(text) if is_seen(text) else None
