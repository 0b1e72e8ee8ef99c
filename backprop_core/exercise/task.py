"""What an exercise is made of: functions, their cases, and the mistakes that are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from backprop_core.arrays import FloatArray

SEED = 7
"""Of all numbers in all cases."""

Arguments: TypeAlias = Mapping[str, Any]
"""The arguments of one call, by name and in their order: arrays, and lists of arrays."""
Outputs: TypeAlias = tuple[Any, ...]
"""What one call returns: for each output an array, or a list of arrays."""
Recipe: TypeAlias = Callable[[Arguments, frozenset[str]], Outputs]
"""``recipe(arguments, made)`` computes what comes out when the mistakes `made` are made."""


@dataclass(frozen=True)
class Mistake:
    """A mistake that is known, and what to say of it.

    Attributes
    ----------
    kind
        Its name in a recipe and in a report for programs.
    axis
        What it is about; of two mistakes with one axis only one can be made.
    words
        What was probably done.
    remedy
        What to look at. It leads to the solution and does not hold it.
    outputs
        The outputs that it changes; all of them if there are none here.
    way
        What a recipe calls it, if there are several ways to make it.
    """

    kind: str
    axis: str
    words: str
    remedy: str
    outputs: tuple[str, ...] = ()
    way: str = ""

    @property
    def made(self) -> str:
        """What a recipe calls it."""
        return self.way or self.kind


@dataclass(frozen=True, eq=False)
class Case:
    """One call.

    Attributes
    ----------
    name
        What is special about it, in words.
    arguments
        By name, in the order of the function's parameters.
    examples
        Number N of examples.
    large
        Whether its numbers are so large that a careless exp overflows.
    """

    name: str
    arguments: Arguments
    examples: int
    large: bool = False


@dataclass(frozen=True)
class Output:
    """One thing that a function returns.

    Attributes
    ----------
    name
        As the exercise calls it.
    listed
        Whether it is a list of arrays, one a layer.
    of
        The argument that it is the gradient with respect to, if it is a gradient.
    first
        Number of the first array of a list, as people count.
    """

    name: str
    listed: bool = False
    of: str | None = None
    first: int = 1

    def part(self, index: int) -> str:
        """Name one of its arrays."""
        return f"{self.name}[{index}] (layer {index + self.first})" if self.listed else self.name


@dataclass(frozen=True, eq=False)
class Function:
    """A function that is to be written.

    Attributes
    ----------
    parameters, outputs
        What it takes and returns.
    truth
        Computes what is right.
    recipe
        Computes what is wrong, too.
    mistakes
        Those that the recipe can make, the likeliest first.
    objective
        For a gradient: the scalar that it is the gradient of.
    not_finite
        What to say of NaN and infinity; its kind is in no recipe.
    only_large
        What to say where large numbers alone go wrong.
    """

    name: str
    parameters: tuple[str, ...]
    outputs: tuple[Output, ...]
    cases: tuple[Case, ...]
    truth: Callable[[Arguments], Outputs]
    recipe: Recipe
    mistakes: tuple[Mistake, ...]
    objective: Callable[[Arguments], float] | None = None
    not_finite: Mistake | None = None
    only_large: Mistake | None = None

    @property
    def call(self) -> str:
        """How it is called."""
        return f"{self.name}({', '.join(self.parameters)})"


@dataclass(frozen=True, eq=False)
class Exercise:
    """Functions that belong together, in the order in which they are best written."""

    name: str
    functions: tuple[Function, ...]
    by_name: Mapping[str, Function] = field(init=False)

    def __post_init__(self) -> None:
        named = MappingProxyType({function.name: function for function in self.functions})
        object.__setattr__(self, "by_name", named)


def parts(value: Any) -> tuple[FloatArray, ...]:
    """Return the arrays of an output: those of a list, or the one that it is."""
    listed = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(np.asarray(array, dtype=np.float64) for array in listed)
