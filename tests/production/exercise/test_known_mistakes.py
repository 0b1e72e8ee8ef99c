"""Every known mistake is recognised in a file that makes it, and nothing is seen in right ones."""

from __future__ import annotations

import pytest

from backprop_core.exercise.catalog import NAMES, exercise
from backprop_core.exercise.judgement import RIGHT, WRONG
from tests.production.exercise.variants import judged, variants

PLANTED = [
    (name, whole, second) for name in NAMES for whole, _, second in variants(f"wrong_{name}.py")
]
BESIDE = {
    *("changed_in_place", "float32", "integers", "overflow"),
    *("log_of_clipped", "shapes_do_not_fit", "constant_factor", "batch"),
}
"""Mistakes that no recipe makes: the pattern of what is wrong tells them."""
CONSEQUENCES = {
    *(("softmax__not_normalised", "overflow"), ("softmax__logarithm", "overflow")),
    *(("loss__whole_batch", "overflow"), ("loss__batch_axis", "overflow")),
}
"""What else is true of a mistake: unshifted, exp overflows, or a logarithm meets a 0."""


@pytest.mark.parametrize(("name", "whole", "planted"), PLANTED, ids=lambda value: value)
def test_a_planted_mistake_is_named(name: str, whole: str, planted: str) -> None:
    judgement = judged(f"wrong_{name}.py", name)[whole]
    assert judgement.status != RIGHT
    assert 0 <= judgement.score < 1
    kinds = {cause.kind for finding in judgement.findings for cause in finding.causes}
    wanted = set(planted.split("__"))
    assert wanted <= kinds
    # And no other one is accused.
    assert {(whole, kind) for kind in kinds - wanted} <= CONSEQUENCES
    for finding in judgement.findings:
        for cause in finding.causes:
            assert cause.words
            assert cause.evidence
            assert cause.remedy


def test_every_known_mistake_is_planted() -> None:
    planted = {
        (name, whole.split("__")[0], kind)
        for name, whole, second in PLANTED
        for kind in second.split("__")
    }
    known = {
        (task.name, function.name, mistake.kind)
        for task in map(exercise, NAMES)
        for function in task.functions
        for mistake in (*function.mistakes, function.not_finite, function.only_large)
        if mistake is not None
    }
    assert known <= planted
    assert {kind for _, _, kind in planted} >= BESIDE


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["right.py", "right_otherwise.py"])
def test_a_right_solution_passes_in_any_style(file: str, name: str) -> None:
    found = judged(file, name)
    assert len(found) == len(exercise(name).functions)
    for judgement in found.values():
        assert (judgement.status, judgement.score, judgement.findings) == (RIGHT, 1.0, ())


def test_numbers_are_named_with_central_differences_beside_them() -> None:
    found = judged("wrong_layer.py", "layer")["backward__upstream_left_out"]
    assert found.status == WRONG
    for finding in found.findings:
        assert finding.difference is not None
        assert finding.central is not None
        assert finding.difference.expected == pytest.approx(finding.central, rel=1e-6)
        assert finding.difference.got != pytest.approx(finding.central, rel=0.01)
