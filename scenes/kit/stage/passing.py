"""Light that passes through a network and leaves nothing, and the step that follows it."""

from __future__ import annotations

from collections.abc import Mapping

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.stage.columns import ends_of_edges
from scenes.kit.stage.light import Light
from scenes.kit.stage.network import LIGHT_OVERLAP, NetworkStage
from scenes.kit.stage.tape import REST, WAVE, Tape
from scenes.kit.stage.timeline import Act, Step, Timeline, one_after_another

Array = NDArray[np.float64]

TWITCH = 4.0
"""By how much wider an edge gets that makes the largest step."""
STAYS = 0.8
"""The share of its time in which light that lingers comes; then all of it goes."""


def passes_back(
    network: NetworkStage,
    edges: Mapping[int, Array],
    layers: Array,
    *,
    lingers: bool = False,
    **how: float,
) -> Timeline:
    """Let the gradient pass from the output to the input, to scale; nothing stays lit.

    Parameters
    ----------
    edges
        What the edges into each layer carry, as drawn, over what a fully lit one does,
        (units drawn, units drawn of the layer before).
    layers
        What the slits of a tape show of their layers, (L,).
    lingers
        Whether the light of each layer stays until it has come to the first one.
    """
    color = network.pen.theme.backward
    stops = [layer for layer in reversed(network.columns) if layer]
    group = mn.VGroup(network)

    def prepare() -> list[Step]:
        steps: list[Step] = []
        times = one_after_another(len(stops), LIGHT_OVERLAP)
        pace = STAYS if lingers else 1.0
        for layer, (start, end) in zip(stops, np.array(times) * pace, strict=True):
            if layer in network.edges:
                starts, ends = ends_of_edges(network.columns[layer - 1], network.columns[layer])
                light = Light(ends, starts, edges[layer].ravel(), color)
                light.flash(0.0)
                group.add(light)
                comes = light.reach if lingers else light.flash
                steps.append(Step(start, end, comes, mn.linear))
                if lingers:
                    steps.append(Step(STAYS, 1.0, _going(light), mn.linear))
            elif network.tape is not None:
                passes = _passes_tape(network.tape, layers, color, network.pen.theme.muted)
                steps.append(Step(start, 1.0, passes, mn.linear))
        return steps

    return Timeline(group, prepare, **{"run_time": 1.0, **how})


def _going(light: Light) -> Act:
    opacities = [float(path.get_stroke_opacity()) for path in light]

    def act(share: float) -> None:
        for path, opacity in zip(light, opacities, strict=True):
            path.set_stroke(opacity=opacity * (1 - share))
        if share == 1:
            light.flash(1.0)

    return act


def steps_by(network: NetworkStage, layers: Array, **how: float) -> Timeline:
    """Let the edges into each layer twitch once, as far as the layer's brightness, (L,), says."""

    def prepare() -> list[Step]:
        return [
            Step(0, 1, _twitching(path, float(layers[layer - 1])), mn.there_and_back)
            for layer, path in network.edges.items()
        ]

    return Timeline(network, prepare, **{"run_time": 0.6, **how})


def _twitching(path: mn.VMobject, level: float) -> Act:
    width, opacity = float(path.get_stroke_width()), float(path.get_stroke_opacity())

    def act(share: float) -> None:
        path.set_stroke(
            width=width * (1 + (TWITCH - 1) * level * share),
            opacity=opacity + (1 - opacity) * level * share,
        )

    return act


def _passes_tape(tape: Tape, layers: Array, color: str, muted: str) -> Act:
    """Return how light passes from the last slit to the first, and leaves them dark."""
    colors = [mn.ManimColor(slit.get_stroke_color()) for slit in tape]
    before = [float(slit.get_stroke_opacity()) for slit in tape]
    levels = [min(1.0, float(layers[layer - 1])) for layer in tape.layers]
    places = np.linspace(1.0, 0.0, max(len(tape), 2))[: len(tape)]
    lit, rest = mn.ManimColor(color), mn.ManimColor(muted)

    def act(share: float) -> None:
        front = share * (1 + 2 * WAVE)
        for slit, at, own, opacity, level in zip(tape, places, colors, before, levels, strict=True):
            come, gone = np.clip([(front - at) / WAVE, (front - at) / WAVE - 1], 0, 1).tolist()
            # What a wave forward has left lit is dark again behind this one.
            base, hue = opacity + (REST - opacity) * come, own.interpolate(rest, come)
            shine = level * come * (1 - gone)
            slit.set_stroke(hue.interpolate(lit, shine), opacity=base + (1 - base) * shine)

    return act
