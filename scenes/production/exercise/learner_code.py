"""A learner's file as code, in the process that runs it: `runner` loads this file."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from importlib.abc import InspectLoader
from importlib.util import decode_source
from pathlib import Path
from traceback import walk_tb
from types import CodeType

_RUN_AS_THEY_ARE = frozenset(("time", "capture", "prun"))
"""Cell magics whose cell is Python that defines names."""
_MAGIC = re.compile(r"(?P<indent>\s*)([%!?]|[\w.]+\?\??\s*$)")
_ASSIGNED = re.compile(r"(?P<start>\s*[\w, ]+=\s*)[%!]")
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w+)")


class Part(InspectLoader):
    """Runs one part of a learner's file in the module of all parts.

    Parameters
    ----------
    source
        The file, for tracebacks.
    text
        The part; as text, it begins with as many empty lines as stand before it in the file.
    below
        Only statements that begin below this line are run.
    """

    def __init__(self, source: Path, text: str | bytes, below: int = 0) -> None:
        self._source, self._text, self._below = source, text, below

    def get_source(self, fullname: str) -> str:
        """Return the part as text."""
        return self._text if isinstance(self._text, str) else decode_source(self._text)

    def get_code(self, fullname: str) -> CodeType:
        """Return the part as code; raise SyntaxError if it is no Python."""
        if not self._below:
            return self.source_to_code(self._text, str(self._source))
        tree = ast.parse(self._text)
        tree.body = [node for node in tree.body if _first_line(node) > self._below]
        return self.source_to_code(tree, str(self._source))

    def after(self, error: BaseException) -> Part | None:
        """Return the statements after the one that an error ended; None if it is not known."""
        ended = [
            line
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_name == "<module>" and frame.f_code.co_filename == str(self._source)
        ]
        return Part(self._source, self._text, ended[0]) if ended else None

    def readable(self) -> tuple[Part | None, SyntaxError | None]:
        """Return what of this part is Python without magics, and the error that ends it."""
        try:
            self.get_code("")
        except SyntaxError as error:
            found = error
        else:
            return self, None
        part = None
        try:
            part = Part(self._source, without_magics(self.get_source("")))
            part.get_code("")
        except SyntaxError as error:
            return (part and part._before(error.lineno or 1)), (error if part else found)
        except UnicodeDecodeError:
            return None, found
        return part, None

    def _before(self, line: int) -> Part | None:
        """Return the statements that end before a line."""
        lines = self.get_source("").split("\n")
        for end in range(min(line, len(lines)) - 1, 0, -1):
            # The next statement begins at the left.
            if not lines[end][:1].isspace():
                part = Part(self._source, "\n".join(lines[:end]) + "\n")
                with suppress(SyntaxError):
                    part.get_code("")
                    return part
        return None


def _first_line(node: ast.stmt) -> int:
    """Return the line in which a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def without_magics(text: str) -> str:
    """Return a cell with its magics, shell commands and questions left out, line for line."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None and magic["name"] not in _RUN_AS_THEY_ARE:
        return "\n" * (len(lines) - 1)
    return "\n".join(map(_without_magic, lines))


def _without_magic(line: str) -> str:
    if assigned := _ASSIGNED.match(line):
        return f"{assigned['start']}None"
    found = _MAGIC.match(line)
    return f"{found['indent']}pass" if found else line
