"""Texts of the overview of a sweep: title, subtitle, notes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenes.production.sweeps import overview_words as words
from scenes.production.sweeps.axes import Axis
from scenes.production.sweeps.overview_grid import arrange

NETWORK = {
    "log10": [-2.0, -1.0, None],
    "examples": 50,
    "hidden": [30, 30],
    "activation": "tanh",
    "init": "he",
    "gain": 2.5,
    "data": "digits",
}


def axis(name: str, *values: object) -> dict[str, Any]:
    return {"fields": [name], "values": [[value] for value in values]}


def test_the_title_names_the_sweep_and_what_varies() -> None:
    varied = [
        axis("network.bias_std", 0.0, 1.0),
        {"fields": ["seed", "data.name"], "values": [[1, "moons"], [2, "blobs"]]},
    ]
    said = words.title("mine", list(map(Axis.of, varied)))
    assert said == "mine: gradients over bias std, seed and data set"
    assert words.title("mine", []) == "mine: the gradient of a network"
    assert words.title("x" * 120, []).partition(":")[0] == "x" * 40 + "..." + "x" * 17


def test_the_subtitle_says_what_all_networks_share() -> None:
    def said(*networks: dict[str, Any] | None, axes: Sequence[dict[str, Any]] = ()) -> str:
        return words.subtitle(networks, axes)

    assert said(NETWORK) == (
        "2 hidden tanh layers of 30 units, He init, gain 2.5, 50 examples of digits"
    )
    other = {"activation": "relu", "gain": 1.0, "hidden": [30], "examples": 7, "data": "moons"}
    assert said(NETWORK, NETWORK | other, None) == (
        "2 networks: hidden layers of 30 units, He init, 7 to 50 examples"
    )
    wide = said(NETWORK, NETWORK | {"hidden": [30, 20]})
    assert wide.startswith("2 networks: hidden tanh layers, He init")
    axes = axis("seed", 1, 2), axis("dtype", "float32"), axis("network.gain", 2.5)
    same = said(NETWORK, NETWORK, axes=axes)
    assert same.endswith("gain 2.5, dtype float32, 50 examples of digits")
    assert said(NETWORK | {"examples": 1, "hidden": [1]}) == (
        "1 hidden tanh layer of 1 unit, He init, gain 2.5, 1 example of digits"
    )
    assert said(None) == "no network"


def test_what_failed_or_makes_no_difference_is_said() -> None:
    assert list(words.notes([NETWORK, None, None], [])) == ["2 of 3 networks failed"]
    assert list(words.notes([NETWORK, NETWORK], [])) == []
    # Its panel says so.
    assert list(words.notes([None], [])) == []
    assert list(words.notes([NETWORK], ["training.epochs", "film.theme"])) == [
        "training.epochs, film.theme: no difference before training"
    ]


def test_what_is_left_out_is_said() -> None:
    gains = Axis.of(axis("network.gain", *map(float, range(1, 41))))
    samples = Axis.of(axis("data.samples", *range(1, 1001)))
    few = [Axis.of(axis("seed", 1, 2, 3)), Axis.of(axis("network.depth", 2, 3, 4))]

    def said(*axes: Axis) -> list[str]:
        return list(words.left_out(arrange(axes, len, 2000, 500)))

    assert said(samples) == ["60 of 1,000 values of samples shown"]
    assert said(gains, samples, *few) == [
        "15 of 1,000 values of samples shown",
        "6 of 40 values of gain shown",
        "6 of 9 values of seed and depth shown",
    ]
    assert said(*few) == []


def test_how_far_profiles_go_beyond_the_axis_is_said() -> None:
    profiles = [np.array([-630.0, 0.5]), np.array([-9.0, -np.inf]), np.array([-1.0, 2.0])]
    assert list(words.beyond(profiles, -8, 1)) == [
        "2 networks go on down to 1.00 × 10⁻⁶³⁰",
        "1 network goes on up to 100",
    ]
    assert list(words.beyond(profiles[2:], -1, 2)) == []
    assert list(words.beyond([np.full(3, -np.inf)], -1, 2)) == []


def test_depths_are_said_where_they_differ() -> None:
    assert words.layers_name(9, 9, own=False) == "layer"
    assert words.layers_name(3, 1000, own=True) == (
        "layer (networks of 3 to 1,000 layers, drawn equally wide)"
    )
