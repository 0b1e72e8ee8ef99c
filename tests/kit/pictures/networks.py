"""The network stage: its sizes, its light, its strip, a camera move, and the river."""

from collections.abc import Callable, Mapping, Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.stage.changed import changed
from scenes.kit.stage.columns import Column
from scenes.kit.stage.layer_moves import slid
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.opened import Opened
from scenes.kit.stage.river import River
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played, quarters
from tests.kit.stage.activations import curve

Array = NDArray[np.float64]

NINE = [64, *[30] * 8, 10]
DEEP = [2, *[5] * 199, 3]
MIXED = [64, 3, 300, 7, 10]
CLOSE_UP = 3
"""Units of a column that the river runs through."""
PARTS = (1.11, 0.154)
"""What weights and slopes make of the gradient of a river."""
LEAVES, ARRIVES = np.array([0.3, 0.6, 0.1]), np.array([0.5, 0.2, 0.3])
SLOPES = np.array([0.24, 0.11, 0.04])
Z = np.array([0.4, 1.9, -2.9])


def network_in(region: Region, widths: Sequence[int], pen: Pen) -> NetworkStage:
    """Lay out a network."""
    return NetworkStage(region, widths, pen)


def with_labels(network: NetworkStage) -> mn.VGroup:
    """Return it as films add it."""
    return mn.VGroup(network, network.labels)


def fills(network: NetworkStage) -> dict[int, Array]:
    """Made-up activations of all layers that have a column, 0 to 1."""
    return {n: np.abs(np.sin(np.arange(network.widths[n]) + n)) for n in network.columns}


def gradients(network: NetworkStage) -> tuple[dict[int, Array], dict[int, Array], Array]:
    """Made-up light: each layer carries less than the next one does."""
    fade = max(0.45, 1 - 4 / network.last) ** np.arange(network.last)[::-1]
    units = {
        n: fade[n - 1] * np.linspace(1.0, 0.3, len(column.nodes))
        for n, column in network.columns.items()
        if n
    }
    edges = {
        n: np.outer(units[n], np.linspace(0.2, 1.6, len(network.columns[n - 1].nodes)))
        for n in network.edges
    }
    return edges, units, fade


def lit(network: NetworkStage, alpha: float = 1.0) -> NetworkStage:
    """Let the gradient run back."""
    played(network.backward(*gradients(network)), alpha)
    return network


def strip_of(network: NetworkStage, region: Region, alpha: float = 1.0) -> NetworkStage:
    """Make it a strip, its layers at even distances."""
    xs = np.linspace(region.left + 0.4, region.right - 0.4, network.last + 1)
    played(network.strip(region, dict(enumerate(xs.tolist()))), alpha)
    return network


def last_rows(network: NetworkStage) -> tuple[Column, Column, slice]:
    """Return the last two columns, and the units of the first that face those of the second."""
    before, after = (network.columns[network.last - n] for n in (1, 0))
    return before, after, before.beside(after.centers[:CLOSE_UP])


def last_two(network: NetworkStage) -> Region:
    """Return the area of the units that the river runs through."""
    before, after, rows = last_rows(network)
    both = np.concatenate([before.centers[rows], after.centers[:CLOSE_UP]])
    air = 1.6 * before.radius
    low, high = both.min(axis=0) - air, both.max(axis=0) + air
    return Region(float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def river_in(
    network: NetworkStage,
    pen: Pen,
    parts: tuple[float, float] = PARTS,
    arrives: Array = ARRIVES,
    slopes: Array = SLOPES,
) -> River:
    """Lay a river out through the last two columns."""
    before, after, rows = last_rows(network)
    outputs = slice(0, min(CLOSE_UP, len(after.nodes)))
    leaves = LEAVES[outputs]
    return River(after, before, outputs, rows, parts, leaves, arrives, slopes, pen)


def network_depths(pen: Pen) -> mn.Mobject:
    """Networks of two, of two hundred and of nine layers."""
    above, below = STAGE.rows(1, 1)
    left, right = above.columns(0.35, 0.65)
    each = ((left, [2, 4, 2]), (right, DEEP), (below, NINE))
    return mn.VGroup(*(with_labels(network_in(r, widths, pen)) for r, widths in each))


def network_widths(pen: Pen) -> mn.Mobject:
    """Layers of one unit, of thousands, and of many widths."""
    each = zip(STAGE.columns(1, 1, 1.4), ([1, 1, 1], [4096] * 3, MIXED), strict=True)
    return mn.VGroup(*(with_labels(network_in(r, widths, pen)) for r, widths in each))


def network_light(pen: Pen) -> mn.Mobject:
    """Light that runs forward, and light that ran back, through nine and two hundred layers."""
    above, below = STAGE.rows(1, 1)
    shown = []
    for part, widths in zip(above.columns(1, 1), (NINE, DEEP), strict=True):
        network = network_in(part, widths, pen)
        motion = network.forward(fills(network))
        played(motion, 0.5)
        shown.append(motion.mobject)
    for part, widths in zip(below.columns(1, 1), (NINE, DEEP), strict=True):
        shown.append(lit(network_in(part, widths, pen)))
    return mn.VGroup(*shown)


def network_changes(pen: Pen) -> mn.Mobject:
    """What training has changed, half way and done, through nine and two hundred layers."""
    shown = []
    for row, alpha in zip(STAGE.rows(1, 1), (0.4, 1.0), strict=True):
        for part, widths in zip(row.columns(1, 1), (NINE, DEEP), strict=True):
            network = lit(network_in(part, widths, pen))
            edges, _, layers = gradients(network)
            played(changed(network, edges, layers), alpha)
            shown.append(network)
    return mn.VGroup(*shown)


def network_strips(pen: Pen) -> mn.Mobject:
    """Strips with their light: half way, and done, of nine layers, of two and of two hundred."""
    rows = STAGE.rows(1, 0.6, 0.6)
    moving = lit(network_in(rows[0], NINE, pen))
    strip_of(moving, rows[0].inset(left=3.0, bottom=1.2), 0.5)
    done = strip_of(lit(network_in(STAGE, NINE, pen)), rows[1])
    few, many = rows[2].columns(0.4, 0.6)
    two = strip_of(lit(network_in(STAGE, [2, 4, 2], pen)), few)
    deep = strip_of(lit(network_in(STAGE, DEEP, pen)), many)
    return mn.VGroup(moving, done, two, deep)


def network_looks(pen: Pen) -> mn.Mobject:
    """A camera that is half way into the last two columns; labels keep their size."""
    network = network_in(STAGE, NINE, pen)
    word = pen.label("a word").next_to(network.columns[9].nodes[0], mn.UP, buff=GAP / 2)
    world = [*with_labels(network), word]
    played(Look(world, last_two(network), STAGE.inset(left=3.0)), 0.5)
    return mn.VGroup(*world)


def rivers(pen: Pen) -> mn.Mobject:
    """A river on its way; through sigmoids; through rectifiers, one of them shut; and a trickle."""
    shown = []
    moments = (("", 0.5), ("sigmoid", 1.0), ("relu", 1.0), ("", 1.0))
    for region, (activation, share) in zip(quarters(), moments, strict=True):
        network = network_in(STAGE.columns(1, 3)[0], [3, 3, 3], pen)
        place = region.inset(left=1.6, right=2.6, top=0.1, bottom=0.1)
        played(Look([network], last_two(network), place))
        played(slid(network, 2, region.right - 2 * network.columns[2].radius))
        slopes = np.array([1.0, 1.0, 0.0]) if activation == "relu" else SLOPES
        parts = {"sigmoid": PARTS, "relu": (1.7, 0.7)}.get(activation, (0.6, 0.154))
        river = river_in(network, pen, parts, slopes=slopes)
        river.draw(river.source, river.source + (river.mouth - river.source) * share)
        inside = [river, network.edges[2], network.columns[1], network.columns[2]]
        if activation:
            inside.append(Opened(river.centers, river.radius, Z, curve(activation), pen))
        shown.append(mn.VGroup(*inside))
    return mn.VGroup(*shown)


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    each.__name__: each
    for each in (
        network_depths,
        network_widths,
        network_light,
        network_changes,
        network_strips,
        network_looks,
        rivers,
    )
}
