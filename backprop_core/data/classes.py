"""Tell whether what a file holds for its examples are classes, and number them.

Words are classes. So are whole numbers, also written 1.0, unless there are so many different ones
that they must be a quantity, such as a price. Numbers with fractions are a quantity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.cells import Style, number
from backprop_core.data.taken import listed
from backprop_core.errors import InputError
from backprop_core.formatting import format_value
from backprop_core.number_text import to_compare

_WHOLE = re.compile("[+-]?[0-9]+")
_LAST_CHARACTER = 0x10FFFF
LABEL_CHARACTERS = 200
"""Most characters of the name of a class."""
FEW = 10
"""Up to so many examples, all of them may differ in their classes."""
MANY = 20
"""Above so many classes, gaps between their numbers are odd."""
MOST_COUNTED = 6
"""Most classes whose examples are counted one by one."""


class Target(NamedTuple):
    """What examples are to be mapped to.

    Attributes
    ----------
    y
        Classes 0..C-1 (examples,), or targets (examples, outputs).
    names
        Of the classes, in the order of their numbers; empty for targets and classes 0..C-1.
    words
        What it is, in words.
    notes
        What is odd about it, a line for each.
    quantity
        Why these are numbers and no classes, if one column of a file was found to hold such.
    is_doubtful
        Whether the examples may have another target.
    """

    y: NDArray[np.generic]
    names: tuple[str, ...]
    words: str
    notes: tuple[str, ...] = ()
    quantity: str = ""
    is_doubtful: bool = False


def of_labels(
    labels: Sequence[str], called: str, *, style: Style = "point", part: bool, chosen: bool = False
) -> Target:
    """Count the classes of a column of text, in sorted order, numbers by value.

    Parameters
    ----------
    labels
        One for each example, none of them empty.
    called
        The column, for messages.
    style
        How numbers are written.
    part
        Whether it is a part of the examples, which may lack classes: then whole numbers always
        count as such.
    chosen
        Whether somebody said that this is the target: numbers that count from 0 or 1 are then
        classes, even if all differ.

    Raises
    ------
    InputError
        If a number has two spellings, or is infinite.
    """
    names = sorted(set(labels))
    values = {name: _value(name, style) for name in names}
    if any(value is None for value in values.values()):
        place = {name: index for index, name in enumerate(names)}
        numbered = np.array([place[label] for label in labels], dtype=np.int64)
        found = _of_classes(numbered, names, part=part)
        if not (part or found.is_doubtful) and 2 * len(names) > len(labels) > FEW:
            found = _doubted(found, "almost as many as examples: names of the rows?")
        return found._replace(notes=tuple(_alike(names)))
    known = {name: value for name, value in values.items() if value is not None}
    for name, value in known.items():
        if not math.isfinite(value):
            raise InputError(
                f"{called}: got {format_value(name)}; "
                "allowed classes, which are words or whole numbers"
            )
    if all(isinstance(value, int) for value in known.values()):
        _check_spelling(known, called)
    ordered = sorted(names, key=lambda name: known[name])
    distinct = [known[name] for name in ordered]
    place = {name: index for index, name in enumerate(ordered)}
    index = np.array([place[label] for label in labels], dtype=np.int64)
    return _of_numbers(distinct, index, part=part, counting=chosen)


def of_array(y: NDArray[np.generic], *, part: bool) -> Target:
    """Tell what the array `y` of a file holds, and number its classes.

    Classes may be words or whole numbers of shape (examples,) or (examples, 1), or rows of which
    one entry is 1 and all others are 0. Other arrays of two dimensions are targets.

    Raises
    ------
    InputError
        If words are too long or not text, or if there is a NaN.
    """
    if y.dtype.kind in "SU":
        return of_labels(_texts(y), "y", part=part)
    if y.ndim == 2 and y.shape[1] == 1 and _is_whole(y):
        found = _of_vector(y[:, 0], part=part)
        if not found.quantity:
            return found
    if y.ndim == 2:
        if y.shape[1] > 1 and _is_one_hot(y, part=part):
            one = _of_vector(y.argmax(axis=1).astype(np.int64), part=True)
            return one._replace(notes=("y has a column for each class, of which one is 1",))
        outputs = y.shape[1]
        return Target(y, (), f"targets, {outputs} number{'s' * (outputs != 1)} an example")
    if y.ndim != 1 or not len(y):
        return Target(y, (), "")
    return _of_vector(y, part=part)


def _of_vector(y: NDArray[np.generic], *, part: bool) -> Target:
    numbers = y.astype(np.int64) if y.dtype.kind == "b" else y
    if numbers.dtype.kind == "f":
        bad = np.flatnonzero(~np.isfinite(numbers))
        if len(bad):
            raise InputError(
                f"y: got {numbers[bad[0]]} in row {bad[0]} (counted from 0), and {len(bad) - 1} "
                "more; allowed finite numbers"
            )
    values, index = np.unique(numbers, return_inverse=True)
    if len(values) > caps.WIDTH[1]:
        low, high = float(values[0]), float(values[-1])
        # Python's numbers of so many would take too long, and none of them are classes.
        return _quantity(numbers.astype(np.float64), len(values), low, high)
    whole = numbers.dtype.kind in "iu" or bool(np.all(values == np.floor(values)))
    distinct = [int(value) if whole else float(value) for value in values]
    return _of_numbers(
        distinct, index.astype(np.int64), part=part, counting=y.dtype.kind in "iu", zero=True
    )


def _of_numbers(
    distinct: Sequence[int | float],
    index: NDArray[np.int64],
    *,
    part: bool,
    counting: bool,
    zero: bool = False,
) -> Target:
    """Return classes, or a quantity, of ascending different numbers and their index, (examples,).

    Parameters
    ----------
    counting
        Whether numbers that count from 0 or 1 are classes even if all differ.
    zero
        Whether they do so only if they count from 0.
    """
    whole = all(isinstance(value, int) for value in distinct)
    examples, classes = len(index), len(distinct)
    counts = whole and distinct[0] in (0, 1) and distinct[-1] - distinct[0] == classes - 1
    many = examples > FEW and 2 * classes > examples
    counting = counting and not (zero and distinct[0])
    plausible = not many or (counts and (counting or classes < examples))
    if not whole or not (part or plausible):
        values = np.array([float(str(value)) for value in distinct])
        return _quantity(values[index], classes, values[0], values[-1])
    names = [] if counts and distinct[0] == 0 else [str(value) for value in distinct]
    found = _of_classes(index, names or [str(value) for value in distinct], part=part)
    found = found._replace(names=tuple(names))
    if classes > MANY and not counts:
        return _doubted(found, "many whole numbers: a quantity?")
    return found


def _of_classes(index: NDArray[np.int64], names: Sequence[str], *, part: bool) -> Target:
    classes, examples = len(names), len(index)
    counted = np.bincount(index, minlength=classes)
    each = [f"{name} ({count})" for name, count in zip(names, counted, strict=True)]
    shown = listed(each if classes <= MOST_COUNTED else names)
    plural = f"{classes:,} class{'es' * (classes != 1)}"
    found = Target(index, tuple(names), f"{plural}: {shown}")
    if classes == examples > 2 and not part:
        return _doubted(found, "as many as examples: names of the rows?")
    return found


def _doubted(target: Target, why: str) -> Target:
    return target._replace(words=f"{target.words}; {why}", is_doubtful=True)


def _quantity(values: NDArray[np.float64], distinct: int, low: float, high: float) -> Target:
    said = (
        f"{distinct:,} different numbers in {len(values):,} rows, "
        f"from {to_compare(low)} to {to_compare(high)}"
    )
    words = f"one number to predict: {said}"
    return Target(values[:, None], (), words, quantity=said, is_doubtful=True)


def _alike(names: Sequence[str]) -> Iterator[str]:
    """Say which classes differ in capital letters or blanks alone: mostly by a slip."""
    written: dict[str, str] = {}
    for name in names:
        other = written.setdefault("".join(name.casefold().split()), name)
        if other != name:
            yield (
                f"the classes {format_value(other)} and {format_value(name)} differ in capital "
                "letters or blanks alone, and count as two"
            )


def _value(name: str, style: Style) -> int | float | None:
    """Return the number that a label is, an integer if it is whole; None if it is a word."""
    if _WHOLE.fullmatch(name):
        return int(name)
    if name.lower() in ("true", "false"):
        return None
    value = number(name, style)
    if value is not None and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _check_spelling(values: dict[str, int | float], called: str) -> None:
    names = sorted(values, key=lambda name: values[name])
    for one, other in pairwise(names):
        if values[one] == values[other]:
            raise InputError(
                f"{called}: got {format_value(one)} and {format_value(other)}; "
                "allowed one spelling for each number, or words"
            )


def _texts(y: NDArray[np.generic]) -> list[str]:
    """Return the words of an array of shape (examples,) or (examples, 1)."""
    flat = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if flat.ndim != 1 or not flat.dtype.itemsize:
        raise InputError(f"y: got words of shape {y.shape}; allowed (examples,)")
    try:
        _check_characters(flat)
        found = [
            (word.decode() if isinstance(word, bytes) else str(word)).strip()
            for word in flat.tolist()
        ]
    except (UnicodeDecodeError, ValueError):
        raise InputError("y: holds words that are no text; allowed words in UTF-8") from None
    if (longest := max(map(len, found), default=0)) > LABEL_CHARACTERS:
        raise InputError(
            f"y: got a class of {longest:,} characters; allowed at most {LABEL_CHARACTERS}"
        )
    if "" in found:
        raise InputError(
            f"y: has no class in row {found.index('')} (counted from 0), and in "
            f"{found.count('') - 1} more; leave these rows out"
        )
    return found


def _check_characters(words: NDArray[np.generic]) -> None:
    """Raise ValueError if words of a damaged file hold what is no character: NumPy does not."""
    if words.dtype.kind == "U":
        code = np.dtype(np.uint32).newbyteorder(words.dtype.byteorder)
        if (np.ascontiguousarray(words).view(code) > _LAST_CHARACTER).any():
            raise ValueError


def _is_whole(y: NDArray[np.generic]) -> bool:
    if y.dtype.kind in "biu":
        return True
    floats = y.astype(np.float64)
    return bool(np.isfinite(floats).all() and (floats == np.floor(floats)).all())


def _is_one_hot(y: NDArray[np.generic], *, part: bool) -> bool:
    """Tell whether one entry of each row is 1 and the others are 0.

    Each column has a 1, too, but for a part of the examples.
    """
    ones, zeros = y == 1, y == 0
    alike = (ones.sum(axis=1) == 1).all() and (zeros.sum(axis=1) == y.shape[1] - 1).all()
    return bool(len(y) and alike and (part or ones.any(axis=0).all()))
