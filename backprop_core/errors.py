"""The two errors that a user's input can cause; both are meant to be caught."""

from __future__ import annotations


class InputError(ValueError):
    """The input cannot be used; nothing was computed.

    Attributes
    ----------
    problems
        One line for each problem: the place, the value that was given, and what is allowed.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def _render_traceback_(self) -> list[str]:
        # IPython calls this. A stack trace would not help the user to correct the input.
        return [f"{type(self).__name__}: {line}" for line in self.problems]


class NumericalError(ArithmeticError):
    """A computation gave NaN or infinity; the message names layer, step and likely cause.

    Attributes
    ----------
    layer
        The layer, 1..L; 0 is the input, and None means that no single layer is at fault.
    """

    def __init__(self, message: str, layer: int | None = None) -> None:
        super().__init__(message)
        self.layer = layer

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]
