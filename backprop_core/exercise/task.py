"""The parts of an exercise: functions, their cases, and known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from backprop_core.arrays import FloatArray

SEED = 7
"""Seed of all numbers in all cases."""

Arguments: TypeAlias = Mapping[str, Any]
"""The arguments of one call, by name and in their order: arrays, and lists of arrays."""
Outputs: TypeAlias = tuple[Any, ...]
"""What one call returns: for each output an array, or a list of arrays."""
Recipe: TypeAlias = Callable[[Arguments, frozenset[str]], Outputs]
"""``recipe(arguments, made)`` returns the results of a function with the mistakes `made`."""


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and its explanation.

    Attributes
    ----------
    kind
        Its name in a recipe and in a report for programs.
    axis
        The aspect of the function that it concerns; mistakes of one axis exclude each other.
    words
        The probable mistake, in words.
    remedy
        What to look at: a hint that does not give the solution away.
    outputs
        The outputs that it changes; an empty tuple means all outputs.
    way
        Its name in a recipe, if there are several ways to make it.
    whole
        Whether it is one mistake about all of its outputs, which no output alone can tell.
    """

    kind: str
    axis: str
    words: str
    remedy: str
    outputs: tuple[str, ...] = ()
    way: str = ""
    whole: bool = False

    @property
    def made(self) -> str:
        """Its name in a recipe."""
        return self.way or self.kind


@dataclass(frozen=True, eq=False)
class Case:
    """One call of a function.

    Attributes
    ----------
    name
        What is special about it, in words.
    arguments
        The arguments by name, in the order of the parameters.
    examples
        Number N of examples.
    large
        Whether its numbers are so large that a careless exp overflows.
    """

    name: str
    arguments: Arguments
    examples: int
    large: bool = False

    def only(self, *names: str) -> Case:
        """Return the case with these arguments alone."""
        return replace(self, arguments={name: self.arguments[name] for name in names})


@dataclass(frozen=True)
class Output:
    """One return value of a function.

    Attributes
    ----------
    name
        Its name in the exercise.
    listed
        Whether it is a list of arrays, one a layer.
    of
        The argument that it is the gradient with respect to, if it is a gradient.
    first
        The layer number of the first array of a list.
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
    """A function that the learner writes.

    Attributes
    ----------
    parameters, outputs
        Its parameters and its return values.
    truth
        Computes the right results.
    recipe
        Computes the results with given mistakes.
    mistakes
        The mistakes that the recipe can make, the likeliest first.
    objective
        For a gradient: the scalar that it is the gradient of.
    not_finite
        The mistake to report for NaN and infinity; no recipe makes it.
    only_large
        The mistake to report if only cases with large numbers are wrong, and come back finite.
    when_large
        Computes the results of that mistake, in each way to make it.
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
    when_large: Callable[[Arguments], Iterator[Outputs]] | None = None

    @property
    def call(self) -> str:
        """The call as text."""
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
