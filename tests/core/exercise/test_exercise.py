"""What learners are judged by, against an oracle that is not ours: HIPS autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from backprop_core.exercise.answers import Answer, Result, agree, difference
from backprop_core.exercise.catalog import NAMES, exercise, named_in, template
from backprop_core.exercise.judgement import central_differences, judge, standard
from backprop_core.exercise.task import Case, Function, Output, parts


def layer(x: Any, W: Any, b: Any, upstream: Any) -> Any:
    return anp.sum(upstream / (1 + anp.exp(-(anp.dot(x, W.T) + b))))


def stack(weights: Any, biases: Any, x: Any, y: Any) -> Any:
    a = x
    for W, b in zip(weights, biases, strict=True):
        a = 1 / (1 + anp.exp(-(anp.dot(a, W.T) + b)))
    return anp.mean(anp.sum((a - y) ** 2, axis=1)) / 2


def cross_entropy(z: Any, y: Any) -> Any:
    p = anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True)
    return -anp.mean(anp.log(p[np.arange(len(y)), y]))


def hinge(z: Any, y: Any) -> Any:
    right = z[np.arange(len(y)), y]
    # Of the right class itself the term is 1, whatever z is.
    return anp.mean(anp.sum(anp.maximum(0, z - right[:, None] + 1), axis=1) - 1)


def gradients(name: str, given: Any) -> tuple[Any, ...]:
    if name == "layer":
        arguments = [given[n] for n in ("x", "W", "b", "upstream")]
        return tuple(autograd.grad(layer, n)(*arguments) for n in range(3))
    if name == "stack":
        arguments = [given[n] for n in ("weights", "biases")]
        arguments += [given["activations"][0], given["y"]]
        return tuple(autograd.grad(stack, n)(*arguments) for n in range(2))
    loss: Callable[..., Any] = {"softmax": cross_entropy, "hinge": hinge}[name]
    return (autograd.grad(loss)(given["z"], given["y"]),)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_autograd(name: str) -> None:
    function = exercise(name).functions[-1]
    assert all(output.of for output in function.outputs)
    for case in function.cases:
        if case.large:
            continue
        for ours, theirs in zip(
            function.truth(case.arguments), gradients(name, case.arguments), strict=True
        ):
            for left, right in zip(parts(ours), parts(theirs), strict=True):
                np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_shapes_are_of_every_kind(name: str) -> None:
    for function in exercise(name).functions:
        sizes = {case.examples for case in function.cases}
        assert {1} < sizes
        assert [n for n in function.parameters if n not in function.cases[0].arguments] == []
        again = exercise(name).by_name[function.name]
        for ours, theirs in zip(function.cases, again.cases, strict=True):
            for value, other in zip(
                ours.arguments.values(), theirs.arguments.values(), strict=True
            ):
                assert all(map(np.array_equal, parts(value), parts(other)))


def test_a_core_that_disagrees_with_differences_judges_nobody() -> None:
    function = exercise("hinge").by_name["gradient"]
    wrong = replace(function, truth=lambda arguments: (2 * function.truth(arguments)[0],))
    with pytest.raises(RuntimeError, match="gradient, dz, 5 examples, 4 classes: gradient disagr"):
        standard(wrong)
    (case, *_) = function.cases
    (numeric,) = central_differences(function, case, function.truth(case.arguments))["dz"]
    np.testing.assert_allclose(numeric, function.truth(case.arguments)[0], atol=1e-9)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (1.0, 1.0 + 9e-9, True),
        (1.0, 1.0 + 9e-8, False),
        (0.0, 9e-10, True),
        (0.0, 9e-9, False),
        ([1e6, 1e-6], [1e6, 2e-6], True),
        ([1.0, 1e-6], [1.0, 2e-6], False),
        (np.inf, np.inf, True),
        (1.0, np.nan, False),
        (1.0, np.inf, False),
        ([1.0], 1.0, False),
    ],
)
def test_what_agrees(expected: Any, got: Any, same: bool) -> None:
    assert agree(np.array(expected, float), np.array(got, float)) is same


def test_the_worst_entry_is_named() -> None:
    output = Output("dW", listed=True, of="weights")
    truth = [np.ones((2, 2)), np.full((1, 2), 4.0)]
    off = [np.array([[1.0, 1.5], [1.0, 1.0]]), np.array([[4.0, 8.0]])]
    found = difference(output, truth, Result(tuple(off), ("float64",) * 2))
    assert found is not None
    assert (found.part, found.entry, found.expected, found.got) == (1, (0, 1), 4.0, 8.0)
    assert found.words == "dW[1] (layer 2)[0, 1]: expected 4, got 8"
    off[0][1, 0] = np.nan
    found = difference(output, truth, Result(tuple(off), ("float64",) * 2))
    assert found is not None
    assert (found.kind, found.part, found.entry) == ("not_finite", 0, (1, 0))


def test_a_change_in_place_is_not_right_even_if_the_numbers_are() -> None:
    function = exercise("softmax").by_name["softmax"]
    answers = [
        Answer((Result((function.truth(c.arguments)[0],), ("float64",)),), changed=("z",))
        for c in function.cases
    ]
    judgement = judge(standard(function), answers)
    assert (judgement.status, judgement.score) == ("wrong", 0.0)
    assert judgement.findings[0].words == "it changes its argument z in place"


def test_the_same_number_by_a_mistake_and_without_is_no_evidence() -> None:
    # With one example a sum is a mean: nobody is told that it should have been averaged.
    function = exercise("hinge").by_name["loss"]
    alone = [case for case in function.cases if case.examples == 1]
    one: Function = replace(function, cases=tuple(Case(c.name, c.arguments, 1) for c in alone))
    truth = function.truth(alone[0].arguments)[0]
    for factor in (1.0, 1.25):
        answer = Answer((Result((truth * factor,), ("float64",)),))
        judgement = judge(standard(one), [answer])
        assert [cause for finding in judgement.findings for cause in finding.causes] == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('EXERCISE = "layer"  # tells', "layer"),
        ("import numpy\nEXERCISE='hinge'\n", "hinge"),
        ("# EXERCISE = 'hinge'\n", None),
        ("EXERCISE = 'hinge\"\n", None),
        ("", None),
    ],
)
def test_a_file_says_which_exercise_it_is(source: str, name: str | None) -> None:
    assert named_in(source) == name


@pytest.mark.parametrize("name", NAMES)
def test_templates_name_themselves(name: str) -> None:
    assert named_in(template(name, "mine.py")) == name


@pytest.mark.parametrize("name", NAMES)
def test_no_function_is_given_what_another_one_should_return(name: str) -> None:
    task = exercise(name)
    cases = [(function, case) for function in task.functions for case in function.cases]
    given = [(case, array) for _, case in cases for array in arrays(case.arguments.values())]
    for function, case in cases:
        own = [array for one, array in given if one is case]
        for right in arrays(function.truth(case.arguments)):
            if not any(agree(right, array) for array in own):
                assert not any(agree(right, array) for _, array in given), (
                    function.name,
                    case.name,
                )


def arrays(values: Iterable[Any]) -> list[Any]:
    return [array for value in values for array in parts(value)]
