"""Which column of a table is the class, and which ones are no features."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from backprop_core.data.taken import column_name, listed
from backprop_core.errors import InputError
from backprop_core.formatting import format_value, nearest

_CLASS = re.compile(
    r"(?:class|label|target|species|variety|diagnosis)(?:e?s)?|"
    r"(?:class|target)[ _-]?(?:label|name|id)|(?:label|target|y)[ _-]?(?:class|id)|"
    r"y[ _-]?(?:true|label)"
)
"""Names of columns, in small letters, that hold a class and nothing else."""
_INDEX = re.compile(r"|unnamed: 0(?:\.\d+)?|index|idx|rownames|row[ _-]?(?:id|names?|number)|#")
"""Names, in small letters, of columns that number the rows; pandas writes no name or the second."""
_ID = re.compile(r"(?:.*[ _-])?(?:id|uuid|guid)")
_CAMEL_ID = re.compile(r".*[a-z]I[dD]")

CHOSEN = "as data.target says"
"""Why a column was taken that somebody named."""


class Choice(NamedTuple):
    """The column that was taken as the target, and why."""

    place: int
    why: str


def is_index(names: Sequence[str], place: int) -> bool:
    """Tell whether a column has a name of one that numbers or names its rows."""
    if not names:
        return False
    name, small = names[place], names[place].lower()
    return bool(_INDEX.fullmatch(small) or _ID.fullmatch(small) or _CAMEL_ID.fullmatch(name))


def choose_target(
    names: Sequence[str], columns: int, words: Sequence[bool], wanted: str | int | None
) -> Choice:
    """Choose the column of the classes.

    It is the one that is wanted; else one with a name for it, the last one first; else the only
    one that holds words; else the last.

    Parameters
    ----------
    names, columns
        The names of the columns, empty if they have none; and how many there are.
    words
        Whether a column holds words that may be classes, (columns,).
    wanted
        The name or the place, counted from 0, or from the end by -1, -2, ...; None if it is to be
        found.

    Raises
    ------
    InputError
        If there is no such column, or if it is not clear which is meant.
    """
    if isinstance(wanted, int):
        return _of_place(names, columns, wanted)
    if wanted is not None:
        return _of_name(names, columns, wanted)
    last = columns - 1
    named = [place for place, name in enumerate(names) if _CLASS.fullmatch(name.lower())]
    wordy = [place for place in range(columns) if words[place] and not is_index(names, place)]
    if len(named) > 1:
        raise _unclear(names, named, "are named like a class")
    if named:
        return Choice(named[0], "by its name")
    if len(wordy) == 1 and wordy[0] != last:
        return Choice(wordy[0], "the only column of words")
    small = [name.lower() for name in names]
    if small.count("y") == 1 and "x" not in small and not words[last] and small[last] != "y":
        return Choice(small.index("y"), "by its name")
    return Choice(last, "the last column")


def _unclear(names: Sequence[str], places: Sequence[int], what: str) -> InputError:
    called = " and ".join(column_name(names, place) for place in places[:3])
    options = " or ".join(f"data.target={format_value(names[place])}" for place in places[:3])
    return InputError(f"{called} {what}; say which one it is: {options}")


def _of_place(names: Sequence[str], columns: int, wanted: int) -> Choice:
    if not -columns <= wanted < columns:
        raise InputError(
            f"data.target: got {wanted}; allowed 0 to {columns - 1}, counted from 0, or from the "
            f"end -1 to {-columns}"
        )
    place = wanted % columns
    if str(wanted) in names and names.index(str(wanted)) != place:
        raise InputError(
            f"data.target: got {wanted}, which is the place of {column_name(names, place)} and the "
            f'name of {column_name(names, names.index(str(wanted)))}; write "{wanted}" in quotes '
            f"for the name, or {place - columns} for the place, counted from the end"
        )
    return Choice(place, CHOSEN)


def _of_name(names: Sequence[str], columns: int, wanted: str) -> Choice:
    wanted = wanted.strip()
    places = [place for place, name in enumerate(names) if name == wanted]
    small = wanted.lower()
    places = places or [place for place, name in enumerate(names) if name.lower() == small]
    if len(places) == 1:
        return Choice(places[0], CHOSEN)
    came = f"data.target: got {format_value(wanted)}"
    if places:
        raise InputError(
            f"{came}, the name of columns {' and '.join(map(str, places))}; "
            "allowed the place of one, counted from 0"
        )
    if not names:
        raise InputError(
            f"{came}, but the file has no header; allowed 0 to {columns - 1}, the place of a "
            "column, counted from 0"
        )
    meant = nearest(wanted, names)
    hint = f"; did you mean {format_value(meant)}?" if meant else f"; allowed {listed(names)}"
    raise InputError(f"{came}, which is no column{hint}")
