"""TOML text into plain dictionaries, within bounds: nothing hangs, overflows or takes memory."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from backprop_core import caps
from backprop_core.errors import InputError
from backprop_core.legible import source_name

NESTING = 4
"""Brackets within brackets, and parts of a dotted key: the format itself needs two."""

_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*",
    re.DOTALL,
)
_LONG_DOTTED_KEY = re.compile(rf"(?:[\w-]++[ \t]*+\.[ \t]*+){{{NESTING}}}")
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
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{source}: is a folder; allowed a TOML file")
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe that nobody writes to would wait for ever.
            raise InputError(f"{source}: is a pipe or a device; allowed a regular TOML file")
        with path.open("rb") as file:
            content = file.read(caps.CONFIG_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{source}: no such file; {_START_FROM}") from None
    except OSError as error:
        raise InputError(f"{source}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise InputError(f"{source}: is not a file name") from None
    if len(content) > caps.CONFIG_BYTES:
        raise InputError(
            f"{source}: got {max(status.st_size, len(content)):,} bytes; "
            f"allowed at most {caps.CONFIG_BYTES:,}"
        )
    try:
        # Windows editors put a byte order mark in front, which TOML does not allow.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source}: is not text: byte {error.start} is not UTF-8; allowed TOML in UTF-8"
        ) from None


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
        raise InputError(f"{source}: {_syntax_error(str(error))}") from None
    except (ValueError, RecursionError) as error:
        # int() refuses thousands of digits, datetime a 31st of February.
        raise InputError(f"{source}: is not TOML: {error}") from None


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


def _syntax_error(message: str) -> str:
    """Put the line first, and say plainly what `tomllib` says of a key that comes twice."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
    what, line = (match[1], match[2]) if match else (message, None)
    if what == "Cannot overwrite a value" or re.match(r"Cannot (declare|mutate)", what):
        what = "a field or section comes twice; allowed once"
    else:
        what = f"is not TOML: {what[:1].lower()}{what[1:]}"
    return f"line {line}: {what}" if line else f"at its end: {what}"
