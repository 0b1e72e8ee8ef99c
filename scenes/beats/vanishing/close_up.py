"""The second act: one step of the gradient, from near."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.beats.opened_units import curve_of
from scenes.beats.vanishing.stage import WHOLE, Story, VanishingStage, step_of
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP, SAFE, Region, apart, point
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.opened import Opened
from scenes.kit.stage.river import River
from scenes.kit.theme import SMALL
from scenes.words.figures import Figure, Sentence, magnitude, measured, sentence
from scenes.words.spoken import counted, part_of

Array = NDArray[np.float64]

CLOSE_UP = 3
"""Units of a column that the camera shows from near."""
PLACE = Region(-2.6, 6.4, -2.5, 2.2)
"""Where the close-up of the last two columns lies."""
VALUE, BASELINE, ABOVE = 44, 2.5, 0.62
"""Size and baseline of the numbers above the river, and how far above them their names stand."""
VALUE_WIDTH = 1.7
"""Least distance between two numbers above the river."""
LEFT, SLOPES, WEIGHTS, SOURCE = 0, 1, 2, 3
"""Their order: an equation from left to right, as the river runs from right to left."""
DIMMED, HIDDEN, WIRES = 0.25, 0.02, 0.1
"""Opacity of what is not spoken of, of what would lie under the words, and of edges."""
EARLY, LATE = (0.0, 0.3), (0.8, 1.0)
"""The shares of a camera move in which things dim, and come back."""
NEARLY, MORE = 0.8, 1.25
"""Factors between which weights hardly change a gradient."""


class TheWayBack(Beat[Story, VanishingStage]):
    """The camera goes into the last two layers."""

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where its parts were not recorded."""
        return story.step is not None

    def says(self, story: Story) -> Sentence:
        """Announce the way back."""
        return sentence("Now the way back, from the output.")

    def shows(self, story: Story) -> Sentence:
        """Describe the move."""
        return sentence("The camera goes into the last two layers.")

    def moves(self, film: VanishingStage) -> None:
        """Go in, and make the river, of which nothing is seen yet."""
        network, story = film.network, film.story
        depth, step = story.depth, step_of(story)
        before, after = (network.columns[layer] for layer in (depth - 1, depth))
        rows, outputs = before.beside(after.centers[:CLOSE_UP]), slice(0, CLOSE_UP)
        near = _around(before.centers[rows], after.centers[outputs], before.radius)
        _put_away(film)
        hidden = network.nodes_outside(near.bottom, near.top)
        wires = list(network.edges.values())
        spoken = [*before.nodes[rows], *after.nodes[outputs]]
        rest = network.all_but(spoken, hidden, wires)
        film.dimmed = ((hidden, HIDDEN), (wires, WIRES), (rest, DIMMED))
        film.play(
            film.look(near, PLACE),
            *(Dim(network, each, by, during=EARLY) for each, by in film.dimmed),
            run_time=2.4,
        )
        units = list(before.units)[rows]
        film.river = River(
            after,
            before,
            outputs,
            rows,
            (step.weight_part, step.slope_part),
            step.leaves[list(after.units)[outputs]],
            step.arrives[units],
            step.slopes[units],
            film.pen,
        )
        film.values = mn.VGroup()


class Source(Beat[Story, VanishingStage]):
    """The river leaves the last layer."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where `TheWayBack` is."""
        return story.step is not None

    def says(self, story: Story) -> Sentence:
        """Say what the width is."""
        return sentence("The gradient leaves the last layer, this wide.")

    def shows(self, story: Story) -> Sentence:
        """Describe the source."""
        return sentence(
            "Out of the last layer comes an amber river, as wide as the gradient: {a}.",
            a=magnitude(f"signal[{story.depth}]", float(story.profile[-1])),
        )

    def moves(self, film: VanishingStage) -> None:
        """Light the outputs, and let the river out."""
        network, story = film.network, film.story
        depth = story.depth
        after = network.columns[depth]
        light = story.light_of_units(depth, after.units)
        light[CLOSE_UP:] *= HIDDEN
        film.play(network.receive(depth, light), run_time=MOVE)
        source = magnitude(f"signal[{depth}]", float(story.profile[-1]))
        river = film.river
        _add_value(film, "gradient", "{n}", source, SOURCE)
        _flow_to(film, (2 * river.source + river.middle) / 3, run_time=0.8)

    def moves_on(self, film: VanishingStage) -> None:
        """Let the river of all outputs become one."""
        film.play(film.river.flow(film.river.middle), run_time=1.6)


class Weights(Beat[Story, VanishingStage]):
    """The river passes the weights."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where `TheWayBack` is."""
        return story.step is not None

    def says(self, story: Story) -> Sentence:
        """Say what the weights do."""
        part = step_of(story).weight_part
        if part == 0:
            return sentence("These weights let nothing through.")
        if part < NEARLY:
            return sentence("The weights make it smaller.")
        if part > MORE:
            return sentence("The weights make it larger.")
        return sentence("The weights hardly change it.")

    def shows(self, story: Story) -> Sentence:
        """Name the factor."""
        return sentence(
            "The river runs along the edges, and its width changes: times {w} by the weights.",
            w=measured(f"weight_part[{story.depth - 1}]", step_of(story).weight_part),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let the river run to the units."""
        below = film.story.depth - 1
        part = measured(f"weight_part[{below}]", step_of(film.story).weight_part)
        _add_value(film, "weights", "{n} ×", part, WEIGHTS)
        _flow_to(film, film.river.brink, run_time=1.6)

    def moves_on(self, film: VanishingStage) -> None:
        """Open the units: their curves, and where they stand."""
        story, river = film.story, film.river
        curve = curve_of(story.activation or "identity")
        z = step_of(story).z[river.units]
        film.opened = Opened(river.centers, river.radius, z, curve, film.pen)
        film.play(mn.FadeIn(film.opened), run_time=MOVE)


class Slopes(Beat[Story, VanishingStage]):
    """The river passes the units."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where the weights let nothing through to the units."""
        return story.step is not None and story.step.weight_part > 0

    def says(self, story: Story) -> Sentence:
        """Say what the slopes take."""
        part = step_of(story).slope_part
        if part >= 1:
            return sentence("The slopes are all one: they take nothing.")
        return sentence(
            "The slopes of the units take {p}.", p=part_of(f"taken[{story.depth - 1}]", 1 - part)
        )

    def shows(self, story: Story) -> Sentence:
        """Name the factor, and what is left."""
        below = story.depth - 1
        return sentence(
            "The units open: each holds its curve, a dot where it stands, and the tangent there. "
            "The river narrows as it passes them: times {s}. {r} is left.",
            s=measured(f"slope_part[{below}]", step_of(story).slope_part),
            r=magnitude(f"signal[{below}]", float(story.profile[-2])),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let the river through the units."""
        below = film.story.depth - 1
        part = measured(f"slope_part[{below}]", step_of(film.story).slope_part)
        _add_value(film, "slopes", "{n} ×", part, SLOPES)
        _flow_to(film, film.river.beyond, run_time=2.0)

    def moves_on(self, film: VanishingStage) -> None:
        """Let the river flow on, as wide as what is left."""
        below = film.story.depth - 1
        left = magnitude(f"signal[{below}]", float(film.story.profile[-2]))
        _add_value(film, "what is left", "{n} =", left, LEFT)
        _flow_to(film, film.river.mouth, run_time=1.4)


class HowFar(Beat[Story, VanishingStage]):
    """The question before the light."""

    def says(self, story: Story) -> Sentence:
        """Ask how many layers will be lit."""
        layers = counted("depth", story.depth)
        return sentence("The whole way back now. Of {n} layers, how many will light up?", n=layers)

    def shows(self, story: Story) -> Sentence:
        """Say that the whole network is seen again."""
        return sentence("The whole network is seen, and waits.")

    def moves(self, film: VanishingStage) -> None:
        """Let the river run off, go back, and wait."""
        network = film.network
        if film.story.step is not None:
            film.play(mn.FadeOut(film.values), film.river.drain(), run_time=QUICK)
            film.play(
                film.look(network.bounds, WHOLE),
                *(Dim(network, each, 1 / by, during=LATE) for each, by in film.dimmed),
                Dim(film.opened, [film.opened], 0.0, during=EARLY),
                run_time=2.0,
            )
            film.remove(film.river, film.opened)
        else:
            _put_away(film)
        film.play(network.rest(film.story.depth), run_time=QUICK)
        film.pause()


def _put_away(film: VanishingStage) -> None:
    """Take away what stands around the network."""
    around = (film.network.labels, film.example, film.level)
    there = [each for each in around if each in film.mobjects]
    film.play(*(mn.FadeOut(each) for each in there), run_time=QUICK)
    film.example = None


def _add_value(film: VanishingStage, name: str, template: str, figure: Figure, place: int) -> None:
    """Set a number with its name above a stretch of the river."""
    river = film.river
    wanted = [
        (river.mouth + river.beyond) / 2 - GAP,
        river.gate,
        (river.gate + river.source + river.radius) / 2,
        river.source + river.radius,
    ]
    places = apart(wanted, VALUE_WIDTH, SAFE.left + 1, SAFE.right - 1)
    x = places[place]
    ink = film.theme.ink
    number = film.pen.label(sentence(template, n=figure), ink, VALUE)
    # Half of the way to a neighbour, or to the end of the frame, is for this number.
    ends = [2 * SAFE.left - x, *places, 2 * SAFE.right - x]
    number.fit_width(min(abs(end - x) for end in ends if end != x) - GAP / 2)
    number.move_to(point(x)).on_baseline(BASELINE)
    words = film.pen.label(name, size=SMALL).move_to(point(x)).on_baseline(BASELINE + ABOVE)
    film.values.add(mn.VGroup(number, words))


def _flow_to(film: VanishingStage, x: float, *, run_time: float) -> None:
    """Let the river run on to this x, and its newest number come in with it."""
    film.play(film.river.flow(x), mn.FadeIn(film.values[-1]), run_time=run_time)


def _around(before: Array, after: Array, radius: float) -> Region:
    """Return the region that holds some units of two columns."""
    both = np.concatenate([before, after])
    (left, bottom), (right, top) = both[:, :2].min(axis=0), both[:, :2].max(axis=0)
    return Region(left - radius, right + radius, bottom - radius, top + radius)
