"""Text of the overview: its title, what all networks have in common, and what is not shown."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.formatting import shorten
from scenes.production.sweeps.axes import Axis, in_words, label, listed
from scenes.production.sweeps.networks import Network
from scenes.production.sweeps.overview_grid import Grid
from scenes.words.figures import count, magnitude, sentence
from scenes.words.networks import ACTIVATION_WORDS, INIT_WORDS, hidden_in_words

Profile = NDArray[np.float64]
"""log10 of the signal of each layer, layer 1 first, (L,); -inf is an exact zero."""

QUANTITY = "gradient of the loss at each layer, before training (norm of ∂L/∂z)"
LONGEST_NAME = 60
_TOLD = {
    *("network.depth", "network.width", "network.widths", "network.activation", "network.init"),
    *("network.gain", "data.name", "data.samples"),
}
"""Fields that the description of the networks mentions already if they have only one value."""


def title(name: str, axes: Sequence[Axis]) -> str:
    """Return the title: the name of the sweep, and the fields that it varies."""
    names = [name for axis in axes for name in axis.name.split(", ")]
    over = f"gradients over {listed(names)}" if names else "the gradient of a network"
    return f"{shorten(name, LONGEST_NAME)}: {over}"


def subtitle(found: Sequence[Network], axes: Sequence[Mapping[str, Any]]) -> str:
    """Say what all networks have in common, including the value of each axis that has only one."""
    networks = [network for network in found if network is not None]
    if not networks:
        return "no network"
    kind, hidden, init, gain, data = (
        _shared(networks, name) for name in ("activation", "hidden", "init", "gain", "data")
    )
    parts = [_layers(networks, hidden, f"{ACTIVATION_WORDS[kind]} " if kind else "")]
    parts += [f"{INIT_WORDS[init]} init"] if init else []
    parts += [f"gain {label(gain)}"] if gain is not None else []
    for axis in axes:
        constants = zip(axis["fields"], axis["values"][0], strict=True)
        told = [f"{in_words(f)} {label(v)}" for f, v in constants if f not in _TOLD]
        parts += told if len(axis["values"]) == 1 else []
    examples = [one["examples"] for one in networks]
    parts.append(_span(examples) + (" of " + data if data else ""))
    several = f"{number(len(networks))} networks: " if len(networks) > 1 else ""
    return several + ", ".join(parts)


def _shared(networks: Sequence[Mapping[str, Any]], name: str) -> Any:
    """Return the value of a fact if it is the same for all networks, else None."""
    values = {json.dumps(one[name]) for one in networks}
    return json.loads(values.pop()) if len(values) == 1 else None


def _layers(networks: Sequence[Mapping[str, Any]], hidden: list[int] | None, kind: str) -> str:
    if hidden is not None:
        words, figures = hidden_in_words([0, *hidden, 0], kind)
        return sentence(words, **figures).plain
    widths = {width for one in networks for width in one["hidden"]}
    units = f" of {number(max(widths))} unit{'s' * (widths != {1})}" if len(widths) == 1 else ""
    return f"hidden {kind}layers{units}"


def _span(examples: Sequence[int]) -> str:
    low, high = min(examples), max(examples)
    several = f"{number(low)} to " if low < high else ""
    return f"{several}{number(high)} example{'s' * (high > 1)}"


def notes(networks: Sequence[Network], unread: Sequence[str]) -> Iterator[str]:
    """Say how many networks failed, and which fields do not affect the picture."""
    failed = sum(one is None for one in networks)
    if failed and len(networks) > 1:
        yield f"{number(failed)} of {number(len(networks))} networks failed"
    if unread:
        yield f"{', '.join(unread)}: no difference before training"


def left_out(grid: Grid) -> Iterator[str]:
    """Say which axes have values that are not shown."""
    for axes, some in (
        (grid.across, len(grid.headings)),
        (grid.down, len(grid.row_labels)),
        (grid.within, len(grid.line_labels)),
    ):
        of = math.prod(len(axis.labels) for axis in axes)
        if axes and some < of:
            yield f"{number(some)} of {number(of)} values of {listed([a.name for a in axes])} shown"


def beyond(profiles: Sequence[Profile], low: float, high: float) -> Iterator[str]:
    """Say how many profiles go on beyond the ends of an axis (log10), and how far."""
    finite = [p[np.isfinite(p)] for p in profiles if np.isfinite(p).any()]
    down = [p.min() for p in finite if p.min() < low]
    up = [p.max() for p in finite if p.max() > high]
    for ends, way, end in ((down, "down", min), (up, "up", max)):
        if ends:
            go = "networks go" if len(ends) > 1 else "network goes"
            far = magnitude("end", float(end(ends))).plain
            yield f"{number(len(ends))} {go} on {way} to {far}"


def layers_name(low: int, high: int, *, own: bool) -> str:
    """Return the name of the x axis, for networks of `low` to `high` layers.

    Parameters
    ----------
    own
        Whether the layers of each network span the whole width.
    """
    depths = f" (networks of {number(low)} to {number(high)} layers, drawn equally wide)"
    return f"layer{depths if own else ''}"


def number(whole: int) -> str:
    """Write a whole number with all its digits."""
    return count("number", whole).plain
