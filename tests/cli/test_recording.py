"""`--recording` on the command line: the same tables and diagnosis, and what is refused."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.layers import factors, saturated_fraction
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace
from backprop_core.recording import Pass, from_arrays, load
from scenes.stories.recorded_initialization import RecordedInitialization
from scenes.stories.recorded_remedies import RecordedRemedies
from scenes.stories.recorded_saturation import RecordedSaturation
from scenes.stories.recorded_speeds import RecordedSpeeds
from scenes.stories.recorded_vanishing import RecordedVanishing
from tests.cli.conftest import unwrapped

Backprop = Callable[..., Result]
STORIES = (
    RecordedVanishing.of,
    RecordedInitialization.of,
    RecordedSaturation.of_recording,
    RecordedSpeeds.of_recording,
    lambda recording: RecordedRemedies.of([recording, recording]),
)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return run(Experiment(network={"depth": 4, "width": 12}, data={"samples": 40}))


@pytest.fixture(scope="module")
def path(trace: Trace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = trace.network
    passes = [
        Pass(
            z=trace.z,
            delta=trace.delta,
            step=step,
            a=trace.a[1:],
            x=trace.x,
            weights=network.weights,
            biases=network.biases,
            dW=trace.dW,
            update=[1e-3 * W for W in network.weights],
            loss=trace.loss / (1 + step),
        )
        for step in (0, 10, 20)
    ]
    found = from_arrays(passes, "sigmoid", source="arrays of a test")
    return found.save(tmp_path_factory.mktemp("recorded") / "run.npz")


def test_numbers_are_those_of_the_trace(backprop: Backprop, trace: Trace, path: Path) -> None:
    result = backprop("numbers", "--recording", path, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert found["recording"]["source"] == "arrays of a test"
    layers, parts = found["layers"], factors(trace)

    def column(name: str) -> np.ndarray:
        return np.array([row[name] for row in layers if row[name] is not None])

    np.testing.assert_allclose(column("log10_signal"), trace.log10_norm("signal"), atol=1e-12)
    np.testing.assert_allclose(column("log10_dW"), trace.log10_norm("dW"), atol=1e-12)
    np.testing.assert_allclose(column("factor"), parts.total, rtol=1e-12)
    np.testing.assert_allclose(column("weight_part"), parts.weight_part, rtol=1e-12)
    np.testing.assert_allclose(column("slope_part"), parts.slope_part, rtol=1e-12)
    np.testing.assert_allclose(column("saturated"), saturated_fraction(trace))
    assert not len(column("log10_theory"))


def test_a_step_is_chosen(backprop: Backprop, path: Path) -> None:
    assert backprop("numbers", "--recording", path, "--step", "10").exit_code == 0
    result = backprop("numbers", "--recording", path, "--step", "14")
    assert result.exit_code == 2
    assert "got 14; allowed a step that was recorded, 0 to 20; the nearest is 10" in result.stderr


def test_each_finding_names_the_command_that_films_it(backprop: Backprop, path: Path) -> None:
    result = backprop("check", "--recording", path, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    (vanishing,) = [each for each in found["findings"] if each["kind"] == "vanishing"]
    assert vanishing["layers"] == [1, 2, 3]
    assert vanishing["command"] == f"backprop render vanishing --recording {path}"
    dry = backprop(*vanishing["command"].split()[1:], "--dry-run")
    assert dry.exit_code == 0
    assert "media/films/run/vanishing.mp4" in dry.stdout
    plain = backprop("check", "--recording", path)
    assert f"backprop render vanishing --recording {path}" in plain.stdout


BAD = {
    "of another film": (
        ("render", "leak"),
        "leak: cannot show a recording; allowed saturation, vanishing",
    ),
    "with an experiment": (("numbers", "--preset", "shallow"), "allowed one of them"),
    "with fields": (("numbers", "--set", "network.depth=3"), 'got "network.depth"; allowed film'),
    "trained": (("check", "--train"), "got --train and --recording"),
    "twice": (("numbers", "--recording", "other.npz"), "--recording: got 2; allowed one"),
    "alone": (("render", "remedies"), "remedies: got 1 --recording; allowed 2, one for each"),
    "of films": (
        ("render", "vanishing", "--recording", "other.npz"),
        "got 2 --recording; allowed 1",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_a_recording_cannot_be_is_refused(backprop: Backprop, path: Path, name: str) -> None:
    words, said = BAD[name]
    result = backprop(*words, "--recording", path)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("command", [("numbers",), ("check",), ("render", "vanishing")])
@pytest.mark.parametrize("kind", ["truncated", "foreign", "missing"])
def test_a_bad_recording_is_one_line(
    backprop: Backprop, path: Path, tmp_path: Path, command: tuple[str, ...], kind: str
) -> None:
    bad = tmp_path / "bad.npz"
    if kind == "truncated":
        bad.write_bytes(path.read_bytes()[:-200])
    if kind == "foreign":
        np.savez(bad, x=np.ones(3))
    result = backprop(*command, "--recording", bad)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert str(bad) in line


NORMS = ("signal", "dW", "W", "update", "step_dW", "back", "x", "loss", "z.1", "W.1", "largest")
ENDS = {
    "the largest": (1.7e308, 1.7e308),
    "the smallest": (5e-324, 5e-324),
    "both": (1e308, 5e-324),
    "both, turned": (5e-324, 1e308),
    "minus zero": (-0.0, -0.0),
}


def at_the_ends(path: Path, bad: Path, names: Iterable[str], pair: tuple[float, float]) -> None:
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["step_dW"] = arrays["dW"] / 4
    for name in names:
        arrays[name].ravel()[::2], arrays[name].ravel()[1::2] = pair
        arrays[name] = arrays[name].copy()
    np.savez(bad, **arrays)


@pytest.mark.parametrize("what", [*NORMS, "all"])
@pytest.mark.parametrize("ends", ENDS)
def test_numbers_at_the_ends_of_floats_are_shown_right_or_refused_in_a_line(
    backprop: Backprop, path: Path, tmp_path: Path, what: str, ends: str
) -> None:
    bad = tmp_path / "ends.npz"
    at_the_ends(path, bad, NORMS if what == "all" else [what], ENDS[ends])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for command in ("numbers", "check"):
            result = backprop(command, "--recording", str(bad), "--json")
            assert (result.exit_code, result.stderr) == (0, "")
            assert not {"NaN", "Infinity"} & set(re.findall(r"[a-zA-Z]+", result.stdout))
            assert backprop(command, "--recording", str(bad)).exit_code == 0
        for story in STORIES:
            with suppress(InputError):
                story(load(bad))


def test_a_factor_of_the_smallest_norms_is_right(
    backprop: Backprop, path: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "small.npz"
    at_the_ends(path, bad, ["signal"], (1.5e-323, 5e-324))
    rows = json.loads(backprop("numbers", "--recording", str(bad), "--json").stdout)["layers"]
    assert [row["factor"] for row in rows] == pytest.approx([3, 1 / 3, 3, None])


def test_a_clipped_gradient_of_the_largest_norms_is_found(
    backprop: Backprop, path: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "large.npz"
    at_the_ends(path, bad, ["dW"], (1.5e308, 1.5e308))
    said = unwrapped(backprop("check", "--recording", str(bad)).stdout)
    assert "of 3.00 × 10³⁰⁸ the optimizer gets" in said


def test_a_changed_recording_is_rendered_again(path: Path, tmp_path: Path) -> None:
    from scenes.production.request.job import Job

    copy = tmp_path / "run.npz"
    copy.write_bytes(path.read_bytes())
    job = Job("vanishing", Experiment(), recordings=(str(copy),))
    before = job.keys()
    assert Job.from_json(job.as_json()) == Job(
        "scenes.vanishing:Vanishing", Experiment(), recordings=(str(copy),)
    )
    assert before != Job("vanishing", Experiment()).keys()
    copy.write_bytes(path.read_bytes() + b" ")
    assert job.keys() != before
