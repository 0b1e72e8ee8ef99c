"""A network of 12 layers trains elsewhere, is recorded, diagnosed and filmed.

It trains in PyTorch where that is installed, and by the core's own steps where it is not: the films
are the same.
"""

from __future__ import annotations

import importlib.util
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from backprop_core.data.datasets import load_data
from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.experiment.config import Experiment
from backprop_core.passes.first_pass import initialize
from backprop_core.passes.trace import trace
from backprop_core.recording import Pass, Recording, from_arrays, load, record
from backprop_core.training.sgd import step
from scenes.cli.main import main

DEPTH, WIDTH, STEPS, EVERY = 12, 30, 150, 10
DIGITS = Experiment(
    seed=1,
    dtype="float32",
    network={"depth": DEPTH, "width": WIDTH, "output": "softmax"},
    data={"samples": 500},
)
NETS = {"sigmoid": (DIGITS, 0.1), "relu": (DIGITS, 0.03)}
HAS_TORCH = importlib.util.find_spec("torch") is not None


def in_pytorch(activation: str) -> Recording:
    import torch
    from torch import nn

    torch.manual_seed(0)
    widths = [64, *[WIDTH] * (DEPTH - 1), 10]
    layers: list[Any] = []
    for n, m in pairwise(widths):
        linear = nn.Linear(n, m)
        gain = 2.0 if activation == "relu" else 1.0
        nn.init.normal_(linear.weight, std=(gain / n) ** 0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU() if activation == "relu" else nn.Sigmoid()]
    model = nn.Sequential(*layers[:-1])
    data, rate = load_data(DIGITS), NETS[activation][1]
    x, y = torch.tensor(np.array(data.x, dtype=np.float32)), torch.tensor(np.array(data.y))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with record(model, every=EVERY) as recorder:
        for _ in range(STEPS):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    torch.set_num_threads(threads)
    return recorder.recording


def by_the_core(activation: str) -> Recording:
    experiment, rate = NETS[activation]
    init = "he" if activation == "relu" else "normal"
    experiment = experiment.override({"network.activation": activation, "network.init": init})
    network, data, passes = initialize(experiment), load_data(experiment), []
    for number in range(STEPS):
        seen = trace(network, data.x, data.y)
        network = step(seen, rate)
        if number % EVERY == 0:
            moved = zip(network.weights, seen.network.weights, strict=True)
            passes.append(
                Pass(
                    z=seen.z,
                    delta=seen.delta,
                    step=number,
                    a=seen.a[1:],
                    x=seen.x,
                    weights=seen.network.weights,
                    biases=seen.network.biases,
                    dW=seen.dW,
                    update=[after - before for after, before in moved],
                    loss=seen.loss,
                )
            )
    return from_arrays(passes, activation)


def recorded(activation: str) -> Recording:
    return in_pytorch(activation) if HAS_TORCH else by_the_core(activation)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render both films of the recording of the sigmoids."""
    folder = tmp_path_factory.mktemp("recorded")
    path = recorded("sigmoid").save(folder / "run.npz")
    words = ["vanishing", "learning_speed", "--recording", str(path), "--quality", "low"]
    result = CliRunner().invoke(main, ["render", *words, "--output", str(folder / "films")])
    assert result.exit_code == 0, result.output
    return folder


@pytest.mark.thorough
def test_twelve_sigmoid_layers_vanish_at_the_right_layers(folder: Path) -> None:
    recording = load(folder / "run.npz")
    (vanishing,) = [each for each in diagnose(recording) if each.kind == "vanishing"]
    assert vanishing.layers == tuple(range(1, DEPTH))
    assert vanishing.step == 0
    # A sigmoid passes on at most a quarter, and its weights of this size hardly change that.
    assert 0.15 < vanishing.value < 0.3
    (slow,) = [each for each in diagnose(recording) if each.kind == "small_updates"]
    assert set(range(1, 8)) <= set(slow.layers)
    assert "flat" in diagnose(recording).kinds


def test_relus_with_hes_weights_are_healthy() -> None:
    recording = recorded("relu")
    assert diagnose(recording).healthy, [each.words for each in diagnose(recording)]
    assert recording.loss is not None
    assert recording.loss[-1] < 0.5 * recording.loss[0]


@pytest.mark.thorough
@pytest.mark.parametrize("film", ["vanishing", "learning_speed"])
def test_its_films_show_what_was_recorded(folder: Path, film: str) -> None:
    recording = load(folder / "run.npz")
    ledger = json.loads((folder / "films" / "run" / f"{film}.json").read_text())
    shown = {entry["name"]: entry for entry in ledger["numbers"]}
    assert recording.loss is not None
    if film == "vanishing":
        signal = recording.log10("signal")[0]
        assert shown["signal[1]"]["log10"] == pytest.approx(signal[0], abs=1e-9)
        assert shown[f"signal[{DEPTH}]"]["value"] == pytest.approx(10 ** signal[-1])
        assert shown["loss[0]"]["value"] == pytest.approx(recording.loss[0])
    else:
        ratio = recording.norms["update"] / recording.norms["W"]
        speed = shown["this.speed[1,1]"]
        assert 10 ** speed["log10"] == pytest.approx(ratio[0, 0])
    said = " ".join(beat["sentence"] for beat in ledger["beats"])
    assert "heory" not in said
    if film == "vanishing":
        shown = " ".join(entry["text"] for entry in ledger["shown"])
        assert "draws" not in f"{said} {shown}"
        assert "recorded in 15 passes" in said
    else:
        assert "other depths and other draws are left out" in said
    assert "recorded: 15 passes of 500 examples, every 10 steps" in ledger["subtitle"]
    assert ledger["recordings"][0]["steps"] == list(range(0, STEPS, EVERY))


@pytest.mark.thorough
@pytest.mark.parametrize("film", ["vanishing", "learning_speed"])
def test_its_files_are_whole_and_claim_no_experiment(folder: Path, film: str) -> None:
    films = folder / "films" / "run"
    assert {f"{film}.{end}" for end in ("mp4", "json", "png", "srt", "vtt", "md")} <= {
        path.name for path in films.iterdir()
    }
    transcript = (films / f"{film}.md").read_text()
    assert f"backprop render {film} --recording FILE.npz" in transcript
    assert "learning_rate" not in transcript


def test_a_film_begins_at_the_first_beat_that_a_recording_has(tmp_path: Path) -> None:
    """Of z and delta alone there is no loss, so the film has no training run to begin with."""
    z = [np.random.default_rng(0).normal(size=(20, width)) for width in (6, 6, 3)]
    path = from_arrays(Pass(step=0, z=z, delta=z), "sigmoid").save(tmp_path / "sparse.npz")
    words = ["vanishing", "--recording", str(path), "--quality", "low"]
    result = CliRunner().invoke(main, ["render", *words, "--output", str(tmp_path / "films")])
    assert result.exit_code == 0, result.output
    ledger = json.loads((tmp_path / "films/sparse/vanishing.json").read_text())
    assert ledger["beats"][0]["name"] == "question"
