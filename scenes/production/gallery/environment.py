"""The environment in which the templates of pages are filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from backprop_core.number_text import file_size
from scenes.production.sidecars.transcript import Number, Passage

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent


def environment() -> Environment:
    """Return the environment: all that is filled in is escaped, and nothing may be missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clock": clock, "size": file_size, "numbers": beside_the_words}
    return made


def beside_the_words(passage: Passage) -> list[Number]:
    """Return the numbers of a passage that its words do not mention, or that have a label."""
    return [number for number in passage.numbers if number.label or not number.said]


def clock(seconds: float) -> str:
    """Write a time in minutes and seconds, as players do: ``1:05``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
