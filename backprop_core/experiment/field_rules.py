"""Rules that bounds of single fields cannot express: printable text, fields that go together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from backprop_core.formatting import is_seen

Model = TypeVar("Model", bound=BaseModel)


class Rule(NamedTuple):
    """A broken rule between `fields` of one section; the error message names the first field."""

    fields: tuple[str, ...]
    text: str


def refuse(section: Model, broken: Iterable[Rule]) -> Model:
    """Return the section if no rule is broken; for use in a validator of the whole section."""
    if rules := tuple(broken):
        raise PydanticCustomError("rules", "fields do not go together", {"rules": rules})
    return section


def printable(text: str) -> str:
    """Refuse control characters, line ends, invisible characters, piled accents and blank text."""
    if not is_seen(text) or not text.strip():
        raise PydanticCustomError("not_printable", "not printable")
    return text
