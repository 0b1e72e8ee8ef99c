"""Call the functions of a learner's file, and collect their answers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop_core.exercise.answers import Answer, Raised
from backprop_core.exercise.task import Exercise, Function
from scenes.production.exercise.answering import ANSWER_BYTES, Asked, Said, read_answers
from scenes.production.exercise.learner_process import Limits, ended_process
from scenes.production.exercise.submission import Submission


@dataclass
class Ran:
    """The outcome of calling the functions of a learner's file.

    Attributes
    ----------
    load_failed
        Why the file defined no function; None if it did.
    broke_off
        The error that ended the file, or one of its cells, though it has defined some.
    answers
        For each function whose calls all ended, one answer for each case.
    stopped
        For each other function, the reason in words.
    printed
        The beginning of what it printed.
    """

    load_failed: Raised | None = None
    broke_off: Raised | None = None
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    printed: str = ""


def run(submission: Submission, exercise: Exercise, limits: Limits) -> Ran:
    """Call all functions of an exercise in a learner's file.

    A function that ends its process, or does not come back, is not called again; those after it
    are called in another process.

    Parameters
    ----------
    submission
        The file.
    """
    ran, left = Ran(), list(exercise.functions)
    while left and ran.load_failed is None:
        asked = {function.name: Asked(function, _given(function)) for function in left}
        request = [_request(one) for one in asked.values()]
        ended = ended_process(submission, request, limits, ANSWER_BYTES + 1)
        said = read_answers(ended.answers, asked, submission.placed)
        ran.printed = ran.printed or ended.printed
        ran.broke_off = ran.broke_off or said.broke_off
        for function in left:
            if function.name in said.missing:
                ran.stopped[function.name] = _missing(function, said.broke_off)
            elif len(said.answers.get(function.name, [])) == len(function.cases):
                ran.answers[function.name] = said.answers[function.name]
        left = [f for f in left if f.name not in ran.answers.keys() | ran.stopped.keys()]
        # Without all answers it has ended too early, whatever the process itself claims.
        if left:
            _note_end(ran, said, said.problem or ended.words, left)
            left = [f for f in left if f.name not in ran.stopped]
    return ran


def _missing(function: Function, broke_off: Raised | None) -> str:
    words = f"there is no function {function.call}"
    before = "" if broke_off is None else broke_off.place
    return f"{words}; {before} fails" if before else words


def _note_end(ran: Ran, said: Said, ending: str, left: Sequence[Function]) -> None:
    """Note for which function a process ended too early."""
    loaded_before = bool(ran.answers or ran.stopped)
    if said.load_failed is not None and loaded_before:
        why = f"{said.load_failed.error}: {said.load_failed.message}".removesuffix(": ")
        ran.stopped.update({f.name: f"the file cannot be loaded again: {why}" for f in left})
    elif said.load_failed is not None:
        ran.load_failed = said.load_failed
    elif said.begun is not None:
        name, case = said.begun
        function = next(function for function in left if function.name == name)
        ran.stopped[name] = f"in the case '{function.cases[case].name}' it {ending}"
    elif loaded_before:
        # It ended between two calls, for example in a thread.
        ran.stopped[left[0].name] = f"the file {ending}"
    else:
        ran.load_failed = Raised("", f"the file {ending}")


def _request(asked: Asked) -> dict[str, Any]:
    function = asked.function
    return {
        "name": function.name,
        "listed": [output.listed for output in function.outputs],
        "cases": asked.given,
    }


def _given(function: Function) -> tuple[list[Any], ...]:
    return tuple(
        [_encoded(case.arguments[name]) for name in function.parameters] for case in function.cases
    )


def _encoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_encoded(part) for part in value]
    array = np.asarray(value)
    plain = np.ascontiguousarray(array, dtype="<i8" if array.dtype.kind == "i" else "<f8")
    data = base64.b64encode(plain.tobytes()).decode()
    return {"shape": list(array.shape), "dtype": plain.dtype.str, "data": data}
