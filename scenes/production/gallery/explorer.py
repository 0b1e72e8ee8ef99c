"""The explorer: a small network that the visitor's browser computes, on the core's own draws.

Its formulas are those of `static/explorer_network.js`. What is drawn at random is shipped with the
page, so that the network on screen is the one that a film shows of the configuration printed there.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from backprop_core.data.builtin import LARGEST_PIXEL
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS, LEAK, SATURATED_BELOW
from backprop_core.passes.initializers import INITIALIZERS
from backprop_core.passes.network import weight_generator
from scenes.words.figures import percent

SETTINGS = "explorer_settings.js"
SCRIPTS = (
    SETTINGS,
    "explorer_network.js",
    "explorer_draws.js",
    "explorer_chart.js",
    "explorer_words.js",
    "explorer.js",
)
"""In the order in which a page loads them."""
STYLE = "explorer.css"
TEMPLATE = "explorer.html"

DEPTHS, WIDTHS = (2, 30), (2, 30)
"""What the sliders offer, from and to: what a phone computes while a slider moves."""
GAINS = (
    *(0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    *(1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0),
    *(10.0, 12.0, 15.0, 20.0, 25.0, 30.0),
)
"""Steps of the slider, all of nearly one ratio."""
SEEDS = (0, 1, 2)
"""Their draws are shipped, 700 kB a seed; a page fetches only those that it needs."""
FILM = "vanishing"
"""The film that the printed command makes."""


@dataclass(frozen=True)
class Choice:
    """One of the values of a list.

    Attributes
    ----------
    value
        As a configuration has it.
    label
        As the list has it.
    """

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """Something to try.

    Attributes
    ----------
    words
        What a learner may ask.
    settings
        The controls that show it; the others go to where they were at first.
    """

    words: str
    settings: Mapping[str, Any]


QUESTIONS = (
    Question("Deep sigmoid: where does the gradient go?", {}),
    Question("Two layers: is it still gone?", {"depth": 2}),
    Question("Large weights: does it come back, and at what price?", {"gain": 10.0}),
    Question("tanh and Xavier: what is the factor now?", {"activation": "tanh", "init": "xavier"}),
    Question("ReLU without He: what is missing?", {"activation": "relu"}),
    Question("ReLU and He: what does √2 do?", {"activation": "relu", "init": "he"}),
    Question("Small weights, 30 layers: when does a float end?", {"depth": 30, "gain": 0.1}),
)

_INITS = {
    "normal": "normal",
    "uniform": "uniform",
    "lecun": "LeCun",
    "xavier": "Xavier",
    "he": "He",
    "orthogonal": "orthogonal",
}
_LOST = {
    "sigmoid": "saturated",
    "tanh": "saturated",
    "relu": "off (z ≤ 0)",
    "leaky_relu": "leaking (z ≤ 0)",
    "identity": "saturated",
}
"""What a unit is called whose slope is below 4 % of the largest."""
_QUIET_MILLISECONDS = 300
"""After which a sentence is said of what a slider has come to."""
_ACTIVATIONS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": f"leaky ReLU ({LEAK:g})",
    "identity": "identity (linear)",
}


def explored(**settings: Any) -> Experiment:
    """Return the experiment that is on screen with these settings: a seed and network fields."""
    seed = settings.pop("seed", SEEDS[0])
    return Experiment(seed=seed, network=settings)


def explorer_fragment(base: str = "") -> dict[str, Any]:
    """Return what the template `TEMPLATE` calls ``explorer``.

    Parameters
    ----------
    base
        What leads from the page to the files of `explorer_files`: empty, or ending in a slash.
    """
    settings = explorer_settings()
    return {
        "base": base,
        "scripts": SCRIPTS,
        "style": STYLE,
        "film": FILM,
        "at_first": settings["atFirst"] | {"seed": str(SEEDS[0])},
        "depths": DEPTHS,
        "widths": WIDTHS,
        "gains": GAINS,
        "saturated_below": percent("", SATURATED_BELOW).plain,
        "seeds": [Choice(str(seed), f"seed {seed}") for seed in SEEDS],
        "samples": settings["data"]["samples"],
        "activations": [Choice(name, _ACTIVATIONS[name]) for name in ACTIVATIONS],
        "inits": [Choice(name, _INITS[name]) for name in INITIALIZERS],
        "questions": [question.words for question in QUESTIONS],
        "sources": settings["sources"],
    }


def explorer_settings() -> dict[str, Any]:
    """Return what the program of the page is told."""
    experiment = explored()
    fields = {"depth", "width", "activation", "init", "gain"}
    at_first = {"seed": experiment.seed} | experiment.network.model_dump(include=fields)
    return {
        "atFirst": at_first,
        "gains": GAINS,
        "lost": _LOST,
        "quietly": _QUIET_MILLISECONDS,
        "sources": {name: scheme.source for name, scheme in INITIALIZERS.items()},
        "questions": [at_first | dict(question.settings) for question in QUESTIONS],
        "constants": {
            "leak": LEAK,
            "saturatedBelow": SATURATED_BELOW,
            "maxSlope": {name: f.max_slope for name, f in ACTIVATIONS.items()},
        },
        "data": {"name": experiment.data.name, "samples": experiment.data.samples},
    }


def explorer_files() -> dict[str, bytes]:
    """Return all files that the page loads: name -> content."""
    static = files("scenes.production.gallery") / "static"
    settings = f'"use strict";\n\nconst SETTINGS = {json.dumps(explorer_settings(), indent=2)};\n'
    written = {SETTINGS: settings.encode("ascii")}
    written |= {name: (static / name).read_bytes() for name in (*SCRIPTS[1:], STYLE)}
    return written | {f"explorer-{name}.js": part for name, part in _drawn_parts().items()}


@cache
def _drawn_parts() -> dict[str, bytes]:
    """Write what was drawn from each seed, in parts that a page may fetch one by one."""
    parts: dict[str, bytes] = {}
    for seed in SEEDS:
        parts[f"examples-{seed}"] = _examples(seed)
        deepest = explored(seed=seed, depth=DEPTHS[1], width=WIDTHS[1])
        widths = layer_widths(deepest)
        count = sum(n_in * n_out for n_in, n_out in pairwise(widths))
        # Matrices are filled one after the other, so every network takes the first draws of these.
        normal = weight_generator(seed).standard_normal(count)
        uniform = weight_generator(seed).uniform(-1.0, 1.0, count)
        parts[f"normal-{seed}"] = _part(f"normal-{seed}", "float64", normal.astype("<f8"))
        parts[f"uniform-{seed}"] = _part(f"uniform-{seed}", "float64", uniform.astype("<f8"))
    return parts


def _examples(seed: int) -> bytes:
    """Write the images of a seed as they are before they are standardised, and their classes."""
    raw = explored(seed=seed).override({"data.standardize": False})
    data = load_data(raw)
    pixels = np.rint(data.x * LARGEST_PIXEL).astype(np.uint8)
    return _part(
        f"examples-{seed}",
        "uint8",
        pixels,
        rows=len(data.x),
        columns=data.x.shape[1],
        largest=LARGEST_PIXEL,
        classes="".join(map(str, data.y)),
        outputs=data.outputs,
    )


def _part(name: str, kind: str, values: np.ndarray[Any, Any], **facts: Any) -> bytes:
    content = {"kind": kind, **facts, "base64": b64encode(values.tobytes()).decode("ascii")}
    return f"Draws.arrived({json.dumps(name)}, {json.dumps(content)});\n".encode("ascii")
