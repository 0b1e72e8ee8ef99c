"""The light of a gradient on a network stage, whichever film runs it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.timeline import Timeline
from scenes.stories.light import Array

OfEdges = Callable[[int, Sequence[int], Sequence[int]], Array]


class GradientLight(Protocol):
    """How bright the layers, units and edges of a network are."""

    @property
    def light_of_layers(self) -> Array:
        """The brightness of each layer, (L,)."""

    def light_of_edges(self, layer: int, units: Sequence[int], before: Sequence[int]) -> Array:
        """Return the brightness of edges into a layer."""

    def light_of_units(self, layer: int, units: Sequence[int]) -> Array:
        """Return the brightness of units of a layer."""


def of_drawn_edges(network: NetworkStage, of: OfEdges) -> dict[int, Array]:
    """Return what a function tells of the edges that are drawn, by the layer that they lead to."""
    columns = network.columns
    return {n: of(n, columns[n].units, columns[n - 1].units) for n in network.edges}


def runs_back(network: NetworkStage, light: GradientLight, **how: float) -> Timeline:
    """Let the light of a gradient run back, to scale."""
    units = {n: light.light_of_units(n, column.units) for n, column in network.columns.items() if n}
    edges = of_drawn_edges(network, light.light_of_edges)
    return network.backward(edges, units, light.light_of_layers, **how)
