"""What training has changed, as light on the edges of the network stage."""

from __future__ import annotations

from collections.abc import Mapping

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.motion import phase
from scenes.kit.stage.acts import fading, filling
from scenes.kit.stage.columns import EDGE_OPACITY, ends_of_edges
from scenes.kit.stage.light import Light
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.timeline import Step, Timeline

Array = NDArray[np.float64]

BRIGHTEST = 0.45
"""Opacity of an edge that has changed most: many lie on each other."""
GROWS_FROM = 0.2
"""Share of the time in which the light of the gradient goes, before anything changes."""
RIM = 0.6
"""Opacity of the rim of a unit: what has not changed is there, but not lit."""


def grown(share: float) -> float:
    """Return how much of the change has come at a share of the time of `changed`."""
    return phase(share, GROWS_FROM, 1.0)


def changed(
    network: NetworkStage, edges: Mapping[int, Array], layers: Array, **how: float
) -> Timeline:
    """Let the light of the gradient go, and edges light up by how much they have changed.

    All layers do so together: it is time that passes, from `GROWS_FROM` on (see `grown`).

    Parameters
    ----------
    edges
        The change of the edges into each layer over that of a fully lit one,
        (units drawn, units drawn of the layer before).
    layers
        What the slits of a tape show of their layers, 0 to 1, (L,).
    """
    color, theme = network.pen.theme.ink, network.pen.theme
    stops = [layer for layer in reversed(network.columns) if layer in network.edges]

    def prepare() -> list[Step]:
        first = network.columns[0].nodes
        steps = [Step(0.0, GROWS_FROM, filling(node, theme.forward, 0.0, RIM)) for node in first]
        for layer in stops:
            before, column = network.columns[layer - 1], network.columns[layer]
            if layer in network.lights:
                steps.extend(Step(0.0, GROWS_FROM, fading(p, 0.0)) for p in network.lights[layer])
            steps.append(Step(0.0, GROWS_FROM, fading(network.edges[layer], EDGE_OPACITY)))
            steps.extend(
                Step(0.0, GROWS_FROM, filling(node, theme.forward, 0.0, RIM))
                for node in column.nodes
            )
            light = Light(*ends_of_edges(before, column), edges[layer].ravel(), color)
            network.lights[layer] = light
            network.add(light)
            for path in light:
                shown = BRIGHTEST * float(path.get_stroke_opacity())
                path.set_stroke(opacity=0.0)
                steps.append(Step(0.0, 1.0, fading(path, shown), grown))
        if network.tape is not None:
            steps.append(Step(0.0, 1.0, network.tape.glow(layers, color), grown))
        return steps

    return Timeline(mn.VGroup(network), prepare, **{"run_time": 2.6, **how})
