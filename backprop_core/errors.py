"""The two errors that a person can cause, and that a program may catch."""

from __future__ import annotations


class InputError(ValueError):
    """Something that was asked for cannot be used; nothing was computed.

    Attributes
    ----------
    problems
        One line for each thing that is wrong: where, what came, what is allowed.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def _render_traceback_(self) -> list[str]:
        # What a notebook shows: where in the program it was found helps nobody to mend it.
        return [f"{type(self).__name__}: {line}" for line in self.problems]


class NumericalError(ArithmeticError):
    """NaN or infinity arose; the message names the layer, the step and the likely cause.

    Attributes
    ----------
    layer
        Where; 0 is the input, None where no single layer is at fault.
    """

    def __init__(self, message: str, layer: int | None = None) -> None:
        super().__init__(message)
        self.layer = layer

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]
