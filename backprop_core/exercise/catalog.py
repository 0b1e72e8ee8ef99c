"""The exercises by name, and their template files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from types import MappingProxyType

from backprop_core.errors import InputError
from backprop_core.exercise import hinge, layer, softmax, stack
from backprop_core.exercise.task import Exercise
from backprop_core.formatting import format_value, nearest

_MAKERS: Mapping[str, Callable[[], Exercise]] = MappingProxyType(
    {
        "layer": layer.exercise,
        "stack": stack.exercise,
        "softmax": softmax.exercise,
        "hinge": hinge.exercise,
    }
)
NAMES = tuple(_MAKERS)
"""Names in the recommended order."""
_NAMED = re.compile(r"^EXERCISE\s*=\s*([\"'])(?P<name>[^\"'\n]{0,100})\1", re.MULTILINE)


def exercise(name: str) -> Exercise:
    """Return an exercise.

    Raises
    ------
    InputError
        If there is none of this name; the nearest one is suggested.
    """
    if name not in _MAKERS:
        meant = nearest(name, NAMES)
        raise InputError(
            f"exercise: got {format_value(name)}; allowed {', '.join(NAMES)}"
            + (f"; did you mean {meant}?" if meant else "")
        )
    return _MAKERS[name]()


def template(name: str, file: str) -> str:
    """Return the text of the file that a learner starts from.

    Parameters
    ----------
    file
        Its name, as it is typed in a shell; it stands in the docstring of the file.
    """
    text = files(__package__).joinpath("templates", f"{name}.txt").read_text(encoding="utf-8")
    return text.replace("THIS_FILE", file.replace("\\", r"\\").replace('"', r"\""))


def named_in(source: str) -> str | None:
    """Return the exercise that a learner's file names, or None, without running the file."""
    found = _NAMED.search(source)
    return found["name"] if found else None
