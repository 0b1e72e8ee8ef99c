"""`backprop numbers` and `backprop check` say what the core computes."""

import csv
import io
import json
import math
import re
import shlex
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from backprop_core.data.datasets import load_data
from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.experiment import presets
from backprop_core.experiment.config import Experiment
from backprop_core.measures.layers import factors, median_slope, saturated_fraction
from backprop_core.measures.theory import mean_field
from backprop_core.number_text import percent
from backprop_core.passes.first_pass import run
from backprop_core.training.sgd import train
from scenes.cli import findings, gradient_check
from tests.cli.conftest import unwrapped

Backprop = Callable[..., Result]


def test_json_is_what_the_core_computes(backprop: Backprop) -> None:
    result = backprop("numbers", "--preset", "tanh-xavier", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    experiment = presets.load("tanh-xavier")
    assert found["experiment"] == experiment.model_dump(mode="json")
    trace = run(experiment)
    signal = trace.log10_norm("signal")
    theory = mean_field(experiment, load_data(experiment).x).log10_signal(signal[-1])
    parts = factors(trace)
    layers = found["layers"]
    assert [row["layer"] for row in layers] == list(range(1, 10))
    assert [row["width"] for row in layers] == list(trace.network.widths[1:])
    assert [row["log10_signal"] for row in layers] == list(signal)
    assert [row["log10_dW"] for row in layers] == list(trace.log10_norm("dW"))
    assert [row["log10_theory"] for row in layers] == list(theory)
    assert [row["factor"] for row in layers] == [*parts.total, None]
    assert [row["weight_part"] for row in layers] == [*parts.weight_part, None]
    assert [row["slope_part"] for row in layers] == [*parts.slope_part, None]
    assert [row["median_slope"] for row in layers] == [*median_slope(trace), None]
    assert [row["saturated"] for row in layers] == [*saturated_fraction(trace), None]
    for row in layers:
        assert math.log10(row["signal"]) == pytest.approx(row["log10_signal"])


def test_csv_holds_the_same_as_json(backprop: Backprop) -> None:
    rows = list(csv.DictReader(io.StringIO(backprop("numbers", "--csv").stdout)))
    layers = json.loads(backprop("numbers", "--json").stdout)["layers"]
    assert len(rows) == len(layers) == 9
    for row, layer in zip(rows, layers, strict=True):
        assert {k: float(v) if v else None for k, v in row.items()} == layer


def test_what_no_float_can_hold_has_its_logarithm(backprop: Backprop) -> None:
    words = ("numbers", "--set", "network.depth=600", "--set", "data.samples=20")
    first = json.loads(backprop(*words, "--json").stdout)["layers"][0]
    assert first["signal"] is None
    assert first["log10_signal"] < -330
    table = backprop(*words).stdout.splitlines()
    line = next(line for line in table if line.split()[:1] == ["1"])
    assert f"10⁻{str(math.ceil(-first['log10_signal'])).translate(SUPERSCRIPT)}" in line


@pytest.mark.thorough
def test_where_theory_overflows_the_measured_numbers_stand(backprop: Backprop) -> None:
    changes = ("network.activation=relu", "network.init=he", "network.gain=100.0")
    words = [word for one in (*changes, "network.depth=100") for word in ("--set", one)]
    result = backprop("numbers", *words, "--set", "data.samples=20", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    layers = json.loads(result.stdout)["layers"]
    assert all(layer["log10_theory"] is layer["theory"] is None for layer in layers)
    assert layers[0]["log10_signal"] > 190
    assert backprop("numbers", *words, "--set", "data.samples=20").exit_code == 0


SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@pytest.mark.parametrize(("columns", "parts"), [(20, 4), (80, 2), (200, 1)])
def test_the_table_has_all_columns_whatever_the_width(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch, columns: int, parts: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = backprop("numbers").stdout.splitlines()
    tables = [" ".join(line.split()) for line in lines if line.split()[:1] == ["layer"]]
    # Each part begins with the number of the layer.
    assert len(tables) >= parts
    found = " ".join(table.removeprefix("layer ") for table in tables)
    headings = "width signal norm of dW factor weight part slope part median slope"
    assert found == f"{headings} saturated theory std of a std of gradients"
    rows = [line for line in lines if line.strip()[:1].isdigit()]
    assert len(rows) == 9 * len(tables)
    assert "…" not in "".join(lines)
    if columns >= 80:
        assert len(tables) == parts
        assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("words", [("--preset", "relu-he"), ("--set", "network.depth=300")])
def test_what_is_printed_fits_a_terminal(backprop: Backprop, words: tuple[str, ...]) -> None:
    said = backprop("numbers", *words, "--set", "data.samples=20").stdout
    assert max(map(len, said.splitlines())) <= 80


def test_theory_for_relu_comes_with_its_limits(backprop: Backprop) -> None:
    said = backprop("numbers", "--preset", "relu-he").stdout
    assert "up to 2 times larger" in " ".join(said.split())
    assert "up to 2 times larger" not in backprop("numbers").stdout


@pytest.mark.parametrize("preset", presets.names())
def test_gradients_of_the_presets_agree(backprop: Backprop, preset: str) -> None:
    result = backprop("check", "--preset", preset, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["passed"]
    assert report["compared"] == 144 if preset != "shallow" else 32
    assert report["widths"][0] == 64


def test_vanished_gradients_are_said_to_prove_nothing(backprop: Backprop) -> None:
    said = backprop("check", "--set", "network.depth=30").stdout
    assert "too small for differences to tell" in said
    assert "a vanished gradient proves nothing here" in said


def test_where_nothing_vanished_nothing_is_said_of_it(backprop: Backprop) -> None:
    # Some pixels are always 0, and some ReLUs silent: their gradients are 0, and nothing vanishes.
    result = backprop("check", "--preset", "relu-he")
    assert "too small for differences to tell" in result.stdout
    assert "vanish" not in result.stdout


def test_of_a_huge_network_the_uppermost_layers_are_checked(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradient_check, "SECONDS", 0.05)
    words = ("check", "--preset", "tanh-xavier", "--set", "network.depth=60")
    report = json.loads(backprop(*words, "--json").stdout)
    assert 1 < report["lowest_layer"] < 60
    assert report["passed"]
    assert report["undecided"] < report["compared"]
    assert f"layers {report['lowest_layer']} to 60" in backprop(*words).stdout


def test_a_wrong_gradient_fails_the_check(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = gradient_check.check_trace

    def other_loss(trace: object, loss: str, entries: int) -> object:
        return honest(trace, "quadratic", entries)

    monkeypatch.setattr(gradient_check, "check_trace", other_loss)
    result = backprop("check")
    assert result.exit_code == 1
    assert "disagrees with central differences" in result.stdout


def test_check_does_not_depend_on_the_precision_of_the_experiment() -> None:
    single = gradient_check.check_gradient(Experiment(dtype="float32"))
    assert single.passed


# The diagnosis


def test_check_says_what_is_wrong_and_what_to_do(backprop: Backprop) -> None:
    result = backprop("check")
    assert result.exit_code == 0
    (finding,) = diagnose(run(Experiment()))
    assert f"finding        {finding.words}\n  remedy       {finding.remedy}\n" in unwrapped(
        result.stdout
    )
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_check_as_json_lists_the_findings(backprop: Backprop) -> None:
    words = ("check", "--json", "--set", "data.standardize=false", "--set", "data.scale=16")
    report = json.loads(backprop(*words).stdout)
    experiment = Experiment(data={"standardize": False, "scale": 16.0})
    found = report["findings"]
    commands = [finding.pop("command") for finding in found]
    assert found == [finding.as_dict() for finding in diagnose(run(experiment))]
    assert commands[0].startswith("backprop render preprocessing --set ")
    # What is printed films these very numbers.
    assert backprop(*shlex.split(commands[0])[1:], "--dry-run").exit_code == 0
    assert [finding["kind"] for finding in report["findings"]][:2] == ["off_centre", "off_scale"]
    assert (report["epochs"], report["loss"], report["diverged"]) == (0, None, None)
    assert report["diagnosed_examples"] == 1000


def test_a_healthy_network_is_said_to_be_one(backprop: Backprop) -> None:
    said = backprop("check", "--preset", "relu-he").stdout
    assert "nothing found before training (--train" in said
    assert "finding" not in said
    report = json.loads(backprop("check", "--preset", "relu-he", "--json").stdout)
    assert report["findings"] == []


def test_check_can_train_too(backprop: Backprop) -> None:
    words = ("check", "--train", "--set", "training.epochs=2")
    report = json.loads(backprop(*words, "--json").stdout)
    experiment = Experiment(training={"epochs": 2})
    history = train(experiment)
    whole = diagnose(run(experiment), history)
    for finding in report["findings"]:
        assert finding.pop("command").endswith(" --set training.epochs=2")
    assert report["findings"] == [finding.as_dict() for finding in whole]
    assert {"small_updates", "large_updates"} <= whole.kinds
    assert (report["epochs"], report["loss"]) == (2, [history.loss[0], history.loss[-1]])
    said = backprop(*words).stdout
    assert f"training       2 epochs, loss from 7.19 to {history.loss[-1]:.3g}" in said


def test_check_says_of_what_a_network_is_right(backprop: Backprop) -> None:
    words = ("check", "--train", "--preset", "shallow", "--set", "training.epochs=3")
    history = train(presets.load("shallow").override({"training.epochs": 3}))
    assert history.accuracy is not None
    assert history.held_out is not None
    assert history.held_out.accuracy is not None
    trained, held = percent(history.accuracy[-1]), percent(history.held_out.accuracy)
    line = f"{trained} right on the 1,000 examples it was trained on, {held} on the 797 held out"
    assert f"accuracy       {line}\n" in unwrapped(backprop(*words).stdout)
    report = json.loads(backprop(*words, "--json").stdout)
    assert report["accuracy"] == history.accuracy[-1]
    assert report["held_out"] == asdict(history.held_out)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["data.name=moons", "data.samples=1"], r"accuracy +\S+ % right on the one example it was"),
        (
            ["data.name=moons", "data.held_out=0.1"],
            r"accuracy .* trained on, \S+ % on the 100 ",
        ),
        (["data.name=moons"], r"accuracy +\S+ % right on the 1,000 examples it was trained on\n"),
    ],
)
def test_check_says_what_was_held_out(backprop: Backprop, options: list[str], line: str) -> None:
    words = [w for each in ("training.epochs=1", *options) for w in ("--set", each)]
    assert re.search(line, unwrapped(backprop("check", "--train", *words).stdout))


def test_check_gives_the_loss_of_targets_held_out(backprop: Backprop, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "t.npz", x=rng.normal(size=(20, 3)), y=rng.normal(size=(20, 2)))
    (tmp_path / "t.toml").write_text(
        'data = { name = "file", path = "t.npz", held_out = "t.npz" }\n'
        'network = { depth = 2, output = "identity", loss = "quadratic" }\n'
        "training = { epochs = 1 }\n"
    )
    said = backprop("check", "--train", "--config", str(tmp_path / "t.toml")).stdout
    assert re.search(r"held out +loss \S+ on the 20 examples held out\n", said)
    assert "accuracy" not in said


def test_a_trained_healthy_network_has_nothing_left_to_look_at(backprop: Backprop) -> None:
    words = ("check", "--train", "--preset", "shallow", "--set", "training.epochs=20")
    assert "diagnosis      nothing found\n" in backprop(*words).stdout


def test_training_that_diverges_is_a_finding(backprop: Backprop) -> None:
    words = ["check", "--train", "--preset", "relu-he", "--set", "training.learning_rate=1000"]
    words += ["--set", "network.output=identity", "--set", "network.loss=quadratic"]
    result = backprop(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "finding        Training diverges: epoch 1, layer" in result.stdout
    assert "  remedy       Lower the learning rate" in result.stdout
    assert "nothing found" not in result.stdout
    report = json.loads(backprop(*words, "--json").stdout)
    assert report["diverged"].startswith("epoch 1, layer")
    assert report["loss"] is None


def test_a_large_experiment_is_diagnosed_on_fewer_examples(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "SECONDS", 0.005)
    report = json.loads(backprop("check", "--json").stdout)
    assert 10 <= report["diagnosed_examples"] < 1000
    said = backprop("check").stdout
    assert f"diagnosed      on {report['diagnosed_examples']} of 1,000 examples" in said
