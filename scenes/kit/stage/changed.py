"""What training has changed, as light on the edges of the network stage."""

from __future__ import annotations

from collections.abc import Mapping

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.stage.acts import fading, filling
from scenes.kit.stage.columns import EDGE_OPACITY, ends_of_edges
from scenes.kit.stage.light import Light
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.timeline import Step, Timeline, one_after_another

Array = NDArray[np.float64]

BRIGHTEST = 0.45
"""Opacity of an edge that has changed most: many lie on each other."""
RIM = 0.6
"""Opacity of the rim of a unit: what has not changed is there, but not lit."""


def changed(
    network: NetworkStage, edges: Mapping[int, Array], layers: Array, **how: float
) -> Timeline:
    """Let the light of the gradient go, and edges light up by how much they have changed.

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
        steps = [Step(0.8, 1.0, filling(node, theme.forward, 0.0, RIM)) for node in first]
        spans = one_after_another(len(stops) + (network.tape is not None), 2.0)
        for layer, (start, end) in zip(stops, spans, strict=False):
            before, column = network.columns[layer - 1], network.columns[layer]
            if layer in network.lights:
                steps.extend(Step(start, end, fading(path, 0.0)) for path in network.lights[layer])
            steps.append(Step(start, end, fading(network.edges[layer], EDGE_OPACITY)))
            steps.extend(
                Step(start, end, filling(node, theme.forward, 0.0, RIM)) for node in column.nodes
            )
            light = Light(*ends_of_edges(before, column), edges[layer].ravel(), color)
            network.lights[layer] = light
            network.add(light)
            for path in light:
                shown = BRIGHTEST * float(path.get_stroke_opacity())
                path.set_stroke(opacity=0.0)
                steps.append(Step(start, end, fading(path, shown)))
        if network.tape is not None:
            steps.append(Step(spans[-1][0], 1.0, network.tape.receive(layers, color), mn.linear))
        return steps

    return Timeline(mn.VGroup(network), prepare, **{"run_time": 2.6, **how})
