"""Which arrays of an archive hold the inputs and the targets, by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backprop_core.data.taken import listed
from backprop_core.errors import InputError
from backprop_core.formatting import format_value

_PART = re.compile(r"(?:^|[_-])(train|training|tr|test|te|val|valid|validation|dev)(?:$|[_-])")
_RUN_TOGETHER = re.compile(r"^(x|y)(train|test|val)$|^(train|test|val)(x|y)$")
_PARTS = {
    "training": "train",
    "tr": "train",
    "te": "test",
    "valid": "val",
    "validation": "val",
    "dev": "val",
}
_INPUTS = ("x", "xs", "data", "images", "image", "features", "inputs", "input", "arr_0")
_TARGETS = (
    *("y", "ys", "target", "targets", "labels", "label", "classes", "class", "species", "arr_1"),
)
"""Names of arrays, in small letters; where several are there, the first is taken."""
_ORDER = {False: ("", "train"), True: ("test", "val", "", "train")}
"""Parts of the examples that are looked for to train on, and to be held out."""
WAY_OUT = 'write np.savez("mine.npz", x=..., y=...)'

Shapes = Mapping[str, tuple[int, ...]]


class Pair(NamedTuple):
    """The names of the arrays of inputs and of targets."""

    x: str
    y: str


def find_pair(shapes: Shapes, target: str | None, *, part: bool) -> Pair:
    """Find the arrays of inputs and targets.

    These are `x` and `y`, or what has a usual name for them (`X`, `x_train`, `train_images`,
    `data`, ...), or the only two arrays, of which one alone may be inputs.

    Parameters
    ----------
    shapes
        Of the arrays, by their names.
    target
        The name of the array of targets; None if it is to be found.
    part
        Whether examples held out are wanted: of an archive with several parts then those to test.

    Raises
    ------
    InputError
        If there are none, or if it is not clear which ones; they are listed.
    """
    if target is not None and target not in shapes and not part:
        raise InputError(
            f"data.target: got {format_value(target)}; allowed an array of the file: "
            f"{listed(list(shapes))}"
        )
    if target not in shapes:
        target = None
    exact = Pair("x", target or "y")
    if not part and {*exact} <= shapes.keys() and exact.x != exact.y:
        return exact
    groups = [_in_part(shapes, wanted, target) for wanted in _ORDER[part]]
    pairs = [pair for pair in groups if pair is not None]
    if len(pairs) > 1 and not part:
        raise InputError(
            f"has {' and '.join(f'{pair.x} with {pair.y}' for pair in pairs)}; say which by "
            f"{' or '.join(f'data.target={format_value(pair.y)}' for pair in pairs)}"
        )
    if pairs:
        return pairs[0]
    by_shape = _by_shape(shapes, target)
    if by_shape is None:
        raise InputError(_none(shapes))
    return by_shape


def unread(shapes: Shapes, pair: Pair) -> tuple[list[str], list[str]]:
    """Return the names of other arrays that hold examples: those to test, and the rest."""
    rest = [n for n in shapes if n not in pair and _split(n)[1] in _INPUTS + _TARGETS]
    test = [name for name in rest if _split(name)[0] in ("test", "val")]
    return test, [name for name in rest if name not in test]


def _split(name: str) -> tuple[str, str]:
    """Split `x_train` into the part and what is left, both in small letters."""
    small = name.lower()
    if run := _RUN_TOGETHER.match(small):
        first, second, third, fourth = run.groups()
        return second or third, first or fourth
    found = _PART.search(small)
    if found is None:
        return "", small
    rest = small[: found.start()] + ("_" if found.start() and found.end() < len(small) else "")
    return _PARTS.get(found[1], found[1]), (rest + small[found.end() :]).strip("_-")


def _in_part(shapes: Shapes, part: str, target: str | None) -> Pair | None:
    """Return the arrays of a part of the examples, if it has both."""
    mine = {_split(name)[1]: name for name in shapes if _split(name)[0] == part}
    # `x` and `X` in one archive are told apart by their letters.
    mine |= {_split(name)[1]: name for name in shapes if _split(name) == (part, name.lower())}
    inputs = [mine[stem] for stem in _INPUTS if stem in mine]
    targets = [mine[stem] for stem in _TARGETS if stem in mine]
    if target is not None:
        targets = [target] if _split(target)[0] == part else []
    inputs = [name for name in inputs if name not in targets]
    if inputs and len(targets) > 1:
        raise InputError(
            f"has {' and '.join(targets)}; say which are the classes: "
            f"{' or '.join(f'data.target={format_value(name)}' for name in targets[:3])}"
        )
    return Pair(inputs[0], targets[0]) if inputs and targets else None


def _by_shape(shapes: Shapes, target: str | None) -> Pair | None:
    """Return the only two arrays of as many examples, if one of them cannot be the targets."""
    if len(shapes) != 2 or not all(shapes.values()):
        return None
    one, two = shapes
    if target is not None:
        return Pair(two if target == one else one, target)
    if shapes[one][0] != shapes[two][0]:
        return None
    narrow = [name for name, shape in shapes.items() if shape[1:] in ((), (1,))]
    if len(narrow) != 1:
        return None
    return Pair(two if narrow[0] == one else one, narrow[0])


def _none(shapes: Shapes) -> str:
    named = {stem: name for name in shapes for stem in [_split(name)[1]]}
    missing = [
        letter
        for letter, stems in (("x", _INPUTS), ("y", _TARGETS))
        if not any(stem in named for stem in stems)
    ]
    what = (
        f"has no array {' and no '.join(missing)}" if missing else "has no two that belong together"
    )
    if not shapes:
        return f"{what}; it holds no arrays; {WAY_OUT}"
    return f"{what}; it holds {listed(_described(shapes))}; {WAY_OUT}"


def _described(shapes: Shapes) -> Sequence[str]:
    return [f"{name} {shape}" for name, shape in shapes.items()]
