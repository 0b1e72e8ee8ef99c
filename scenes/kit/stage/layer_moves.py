"""Moves of single layers of the network stage, for a look from near and back."""

from __future__ import annotations

from scenes.kit.layout import point
from scenes.kit.stage.acts import fading, filling, moving
from scenes.kit.stage.columns import RIM_OPACITY
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.timeline import Step, Timeline

BACK = 0.75
"""Share of the time after which rims come back: until then a camera may still move."""
SWEEP = 0.5
"""Share of the time in which the sweep comes to the last of the layers that it empties."""


def slid(network: NetworkStage, layer: int, x: float, **how: float) -> Timeline:
    """Let the column of a layer slide to an x; its edges follow."""

    def prepare() -> list[Step]:
        column = network.columns[layer]
        steps = [
            Step(0, 1, moving(node, point(x, float(node.get_center()[1])), 1.0))
            for node in (*column.nodes, *column.ellipsis)
        ]
        return [*steps, Step(0, 1, lambda _: network.lay_edges())]

    return Timeline(network, prepare, **{"run_time": 0.9, **how})


def emptied(network: NetworkStage, before: int, **how: float) -> Timeline:
    """Let the light of the units before a layer go, from the input on; their rims come back."""
    color = network.pen.theme.forward

    def prepare() -> list[Step]:
        layers = [layer for layer in network.columns if layer < before]
        steps: list[Step] = []
        for place, layer in enumerate(layers):
            start = SWEEP * place / max(len(layers) - 1, 1)
            for node in network.columns[layer].nodes:
                steps.append(Step(start, 1, filling(node, color, 0.0)))
                steps.append(Step(BACK, 1, fading(node, RIM_OPACITY)))
        return steps

    return Timeline(network, prepare, **{"run_time": 2.0, **how})


def rested(network: NetworkStage, **how: float) -> Timeline:
    """Let the slits of the tape be as before any light, also where they were dimmed."""

    def prepare() -> list[Step]:
        return [] if network.tape is None else [Step(0, 1, network.tape.rest())]

    return Timeline(network, prepare, **{"run_time": 0.4, **how})
