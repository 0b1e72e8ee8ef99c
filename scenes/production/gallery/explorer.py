"""The explorer: a small network that the visitor's browser computes, with the core's random draws.

The formulas are in `static/explorer_network.js`. The random draws are shipped with the page, so
that the network on screen is the same as in a film of the configuration that the page prints.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
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
from scenes.words.networks import INIT_WORDS

SETTINGS = "explorer_settings.js"
SCRIPTS = (
    SETTINGS,
    "explorer_network.js",
    "explorer_draws.js",
    "explorer_link.js",
    "explorer_chart.js",
    "explorer_words.js",
    "explorer.js",
)
"""The scripts in the order in which a page loads them."""
STYLE = "explorer.css"
TEMPLATE = "explorer.html"

DEPTHS, WIDTHS = (2, 30), (2, 30)
"""Ranges of the sliders; a phone can compute the largest network while a slider moves."""
GAINS = (
    *(0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    *(1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0),
    *(10.0, 12.0, 15.0, 20.0, 25.0, 30.0),
)
"""Steps of the slider, in nearly equal ratios."""
SEEDS = (0, 1, 2)
"""Seeds whose draws are shipped, 700 kB each; a page fetches only those that it needs."""
FILM = "vanishing"
"""The film that the printed command makes."""


@dataclass(frozen=True)
class Choice:
    """An item of a selection list.

    Attributes
    ----------
    value
        The value in a configuration.
    label
        The text in the list.
    """

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """A question that a learner may ask, with settings that answer it.

    Attributes
    ----------
    words
        The question.
    settings
        Values of controls; all other controls are reset to their initial values.
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

_INITS = INIT_WORDS | {"zeros": "zeros"}
"""As a choice, where "zero" would be taken for an adjective without its noun."""
_LOST = {
    "sigmoid": "saturated",
    "tanh": "saturated",
    "relu": "off (z ≤ 0)",
    "leaky_relu": "leaking (z ≤ 0)",
    "identity": "saturated",
}
"""The word for units whose slope is below 4 % of the largest slope."""
_QUIET_MILLISECONDS = 300
"""Delay after the last move of a slider until a screen reader is given the new sentence."""
_ACTIVATIONS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": f"leaky ReLU ({LEAK:g})",
    "identity": "identity (linear)",
}


def explored(**settings: Any) -> Experiment:
    """Return the experiment that the page shows for a seed and network fields."""
    seed = settings.pop("seed", SEEDS[0])
    return Experiment(seed=seed, network=settings)


def explorer_fragment(base: str = "", *, alone: bool = False) -> dict[str, Any]:
    """Return the variable ``explorer`` of the template `TEMPLATE`.

    Parameters
    ----------
    base
        Relative URL from the page to the folder of `explorer_files`: empty, or ending in a slash.
    alone
        Whether the page has nothing else, and holds all that it needs.
    """
    settings = explorer_settings()
    return {
        "base": base,
        "heading": "h1" if alone else "h2",
        "part": "h2" if alone else "h3",
        "scripts": () if alone else SCRIPTS,
        "style": STYLE,
        "film": FILM,
        "at_first": settings["atFirst"] | {"seed": str(SEEDS[0])},
        "depths": DEPTHS,
        "widths": WIDTHS,
        "gains": GAINS,
        "saturated_below": percent("", SATURATED_BELOW).plain,
        "seeds": [Choice(str(seed), f"seed {seed}") for seed in SEEDS],
        "samples": f"{settings['data']['samples']:,}",
        "activations": [Choice(name, _ACTIVATIONS[name]) for name in ACTIVATIONS],
        "inits": [Choice(name, _INITS[name]) for name in INITIALIZERS],
        "questions": [question.words for question in QUESTIONS],
        "sources": settings["sources"],
    }


def explorer_settings() -> dict[str, Any]:
    """Return the settings for the scripts of the page."""
    experiment = explored()
    fields = {"depth", "width", "activation", "init", "gain"}
    at_first = {"seed": experiment.seed} | experiment.network.model_dump(include=fields)
    return {
        "atFirst": at_first,
        "gains": GAINS,
        "limits": {"depth": DEPTHS, "width": WIDTHS},
        "choices": {
            "seed": SEEDS,
            "activation": list(ACTIVATIONS),
            "init": list(INITIALIZERS),
        },
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
    written = explorer_scripts()
    written[STYLE] = (_static() / STYLE).read_text(encoding="utf-8")
    for name, content in drawn_parts().items():
        written[f"explorer-{name}.js"] = f"Draws.arrived({json.dumps(name)}, {content});\n"
    return {name: content.encode() for name, content in written.items()}


def explorer_scripts() -> dict[str, str]:
    """Return the scripts in the order of `SCRIPTS`: name -> text."""
    settings = f'"use strict";\n\nconst SETTINGS = {json.dumps(explorer_settings(), indent=2)};\n'
    kept = {name: (_static() / name).read_text(encoding="utf-8") for name in SCRIPTS[1:]}
    return {SETTINGS: settings} | kept


def _static() -> Traversable:
    return files("scenes.production.gallery") / "static"


@cache
def drawn_parts() -> dict[str, str]:
    """Write the draws of each seed as JSON, in parts that a page can fetch one by one."""
    parts: dict[str, str] = {}
    for seed in SEEDS:
        parts[f"examples-{seed}"] = _examples(seed)
        deepest = explored(seed=seed, depth=DEPTHS[1], width=WIDTHS[1])
        widths = layer_widths(deepest)
        count = sum(n_in * n_out for n_in, n_out in pairwise(widths))
        # Matrices are filled in sequence, so a smaller network uses the first of these draws.
        normal = weight_generator(seed).standard_normal(count)
        uniform = weight_generator(seed).uniform(-1.0, 1.0, count)
        parts[f"normal-{seed}"] = _part("float64", normal.astype("<f8"))
        parts[f"uniform-{seed}"] = _part("float64", uniform.astype("<f8"))
    return parts


def _examples(seed: int) -> str:
    """Write the images of a seed before standardisation, and their classes."""
    raw = explored(seed=seed).override({"data.standardize": False})
    data = load_data(raw)
    pixels = np.rint(data.x * LARGEST_PIXEL).astype(np.uint8)
    return _part(
        "uint8",
        pixels,
        rows=len(data.x),
        columns=data.x.shape[1],
        largest=LARGEST_PIXEL,
        classes="".join(map(str, data.y)),
        outputs=data.outputs,
    )


def _part(kind: str, values: np.ndarray[Any, Any], **facts: Any) -> str:
    content = {"kind": kind, **facts, "base64": b64encode(values.tobytes()).decode("ascii")}
    return json.dumps(content)
