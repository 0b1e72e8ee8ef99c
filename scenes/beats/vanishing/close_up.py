"""The second act: one step of the gradient, from near."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.beats.opened_units import curve_of
from scenes.beats.vanishing.stage import COUNTED, Story, VanishingStage, step_of
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import SAFE, Region, point
from scenes.kit.stage.columns import Column
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.layer_moves import emptied, rested, slid
from scenes.kit.stage.opened import Opened
from scenes.kit.stage.river import River
from scenes.kit.type.typesetting import Typeset
from scenes.words.figures import Figure, Sentence, magnitude, measured, sentence
from scenes.words.spoken import counted, part_of

Array = NDArray[np.float64]

CLOSE_UP = 3
"""Units of a column that the camera shows from near."""
MIDDLE, WIDEST = -0.6, 3.2
"""Where the layer before the last stands from near, and the most that layers are apart there."""
ROWS = (-2.5, 2.0)
"""Between which heights the units of the close-up lie."""
VALUE, BASELINE = 44, 2.35
"""Size and baseline of the numbers above the river."""
ABOVE = 0.62
"""How far above them the factors stand."""
FOOT = 0.12
"""Air between a number and the hair that leads to it."""
VALUE_WIDTH, FACTOR_WIDTH = 1.65, 3.1
"""Most that a number, and a factor with its name, are wide."""
DIMMED, HIDDEN, WIRES = 0.15, 0.02, 0.1
"""Opacity of what is not spoken of, of what leaves the frame, and of edges."""
EARLY, LATE = (0.0, 0.8), (0.6, 1.0)
"""The shares of a camera move in which things dim, and come back."""
FIRST = (0.0, 0.2)
"""The same for slits, which come back after it: they are tall, and would reach behind the words."""
DRAINED = 0.9
"""Seconds in which the river runs out."""
NEARLY, MORE = 0.8, 1.25
"""Factors between which weights hardly change a gradient."""


class Source(Beat[Story, VanishingStage]):
    """The camera goes into the last two layers, and the river leaves the last one."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where its parts were not recorded."""
        return story.step is not None

    def says(self, story: Story) -> Sentence:
        """Say what the width is."""
        return sentence("Now back: the gradient leaves the last layer, this wide.")

    def shows(self, story: Story) -> Sentence:
        """Describe the move, and the source."""
        return sentence(
            "The camera goes into the last two layers. Out of the units of the last one come amber "
            "strands, which gather into one trunk, as wide as the gradient: {a}.",
            a=_after(story),
        )

    def moves(self, film: VanishingStage) -> None:
        """Go in, draw the two layers apart, and light the last one."""
        network, story = film.network, film.story
        _put_away(film)
        _go_in(film)
        last = network.columns[story.depth]
        film.last_at = last.x
        light = story.light_of_units(story.depth, last.units)
        light[CLOSE_UP:] *= HIDDEN
        film.play(
            slid(network, story.depth, SAFE.right - last.radius),
            network.receive(story.depth, light),
            run_time=MOVE,
        )
        film.river, film.values = _river(film), mn.VGroup()
        # Strands begin, and are pinched, under the circles of their units.
        film.bring_to_back(film.river)

    def moves_on(self, film: VanishingStage) -> None:
        """Let the strands gather into one trunk, and measure it."""
        film.play(film.river.flow(film.river.weighing), run_time=1.4)
        _measure(film, _after(film.story), 0)


class Weights(Beat[Story, VanishingStage]):
    """The river passes the weights."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where `Source` is."""
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
        """Name the factor, and what it makes of the width."""
        if step_of(story).weight_part == 0:
            return sentence("The trunk ends at the weights: times {w}.", w=_weight_part(story))
        return sentence(
            "The weights change the width of the trunk, times {w}: it is {n} wide now.",
            w=_weight_part(story),
            n=_arriving(story),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let the trunk pass the weights."""
        river = film.river
        factor = _factor(film, "weights × {n}", _weight_part(film.story), river.middle)
        film.play(river.flow(river.parting), mn.FadeIn(factor), run_time=1.4)

    def moves_on(self, film: VanishingStage) -> None:
        """Measure it again, and open the units: their curves, and where they stand."""
        _measure(film, _arriving(film.story), 1)
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
        """Say what the slopes let through."""
        part = step_of(story).slope_part
        if part >= 1:
            return sentence("The slopes are all one: they let it all through.")
        name = f"slope_part[{story.depth - 1}]"
        return sentence("The slopes of the units let {p} through.", p=part_of(name, part))

    def shows(self, story: Story) -> Sentence:
        """Name the factor, and what is left."""
        return sentence(
            "The trunk parts, and a strand passes under each unit, which holds its curve, a dot "
            "where it stands, and the tangent there. Strands narrow by the slopes, times {s}, and "
            "gather again: {r} is left.",
            s=_slope_part(story),
            r=_left(story),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let the river part, and pass under the units."""
        river = film.river
        factor = _factor(film, "slopes × {n}", _slope_part(film.story), river.gate)
        film.play(river.flow(river.beyond), mn.FadeIn(factor), run_time=1.7)

    def moves_on(self, film: VanishingStage) -> None:
        """Let it gather again, and measure what is left."""
        film.play(film.river.flow(film.river.mouth), run_time=1.1)
        _measure(film, _left(film.story), 2)


class HowFar(Beat[Story, VanishingStage]):
    """The question before the light."""

    def says(self, story: Story) -> Sentence:
        """Ask how many layers will be lit."""
        layers = counted("depth", story.depth)
        return sentence("The whole way back now. Of {n} layers, how many will light up?", n=layers)

    def shows(self, story: Story) -> Sentence:
        """Say that the whole network is seen again."""
        if story.step is None:
            return sentence("The whole network waits.")
        return sentence("The river runs out, and the camera goes back to the whole network.")

    def moves(self, film: VanishingStage) -> None:
        """Let the river run out, go back, and wait."""
        network, depth = film.network, film.story.depth
        if film.story.step is None:
            _put_away(film)
            film.play(emptied(network, depth), run_time=MOVE)
        else:
            # Numbers leave before what they stand on moves, and the river before the camera.
            film.play(mn.FadeOut(film.values), run_time=QUICK)
            film.play(film.river.drain(run_time=DRAINED))
            film.remove(film.river)
            film.play(mn.FadeOut(film.opened), slid(network, depth, film.last_at), run_time=MOVE)
            dark = {id(node) for n, c in network.columns.items() if n < depth for node in c.nodes}
            back = [([p for p in each if id(p) not in dark], by) for each, by in film.dimmed]
            film.play(
                film.look(network.bounds, COUNTED),
                emptied(network, depth),
                *(dim for each, by in back for dim in _dims(film, each, 1 / by, LATE)),
                run_time=1.8,
            )
        if network.tape is not None:
            film.play(rested(network))
        film.pause()


def _put_away(film: VanishingStage) -> None:
    """Take away what stands around the network."""
    around = (film.network.labels, film.example, film.level)
    there = [each for each in around if each in film.mobjects]
    film.play(*(mn.FadeOut(each) for each in there), run_time=QUICK)
    film.example = None


def _shown(film: VanishingStage) -> tuple[Column, Column, slice, slice]:
    """Return the last two layers, and which units of the first and of the second are shown."""
    before, after = (film.network.columns[film.story.depth - n] for n in (1, 0))
    return before, after, before.beside(after.centers[:CLOSE_UP]), slice(0, CLOSE_UP)


def _go_in(film: VanishingStage) -> None:
    """Let the camera go in around the rows that are shown; what else there is dims."""
    network = film.network
    before, after, rows, outputs = _shown(film)
    seen, place = _near(before.centers[rows], after.centers[outputs], before.radius)
    hidden = network.nodes_outside(seen.bottom, seen.top)
    wires = list(network.edges.values())
    rest = network.all_but([*before.nodes[rows], *after.nodes[outputs]], hidden, wires)
    film.dimmed = ((hidden, HIDDEN), (wires, WIRES), (rest, DIMMED))
    film.play(
        film.look(seen, place),
        *(dim for each, by in film.dimmed for dim in _dims(film, each, by, EARLY)),
        Dim(network, network.tape or (), HIDDEN, during=FIRST),
        run_time=2.0,
    )


def _dims(
    film: VanishingStage,
    parts: Sequence[mn.Mobject],
    by: float,
    during: tuple[float, float],
) -> list[Dim]:
    """Return how parts dim, or come back, in a camera move, but for the slits of the tape."""
    slits = {id(slit) for slit in film.network.tape or ()}
    others = [part for part in parts if id(part) not in slits]
    return [Dim(film.network, others, by, during=during)] if others else []


def _river(film: VanishingStage) -> River:
    """Make the river, of which nothing is seen yet."""
    step = step_of(film.story)
    before, after, rows, outputs = _shown(film)
    units = list(before.units)[rows]
    return River(
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


def _near(before: Array, after: Array, radius: float) -> tuple[Region, Region]:
    """Return what is shown around some units of two columns, and where that lies from near."""
    both = np.concatenate([before, after])
    x, half = float(before[0, 0]), float(after[0, 0] - before[0, 0]) / 2
    low, high = float(both[:, 1].min()) - radius, float(both[:, 1].max()) + radius
    place = Region(MIDDLE - WIDEST / 2, MIDDLE + WIDEST / 2, *ROWS)
    return Region(x - half, x + half, low, high), place


def _after(story: Story) -> Figure:
    """Return the gradient of the last layer."""
    return magnitude(f"signal[{story.depth}]", float(story.profile[-1]))


def _weight_part(story: Story) -> Figure:
    return measured(f"weight_part[{story.depth - 1}]", step_of(story).weight_part)


def _arriving(story: Story) -> Figure:
    """Return the gradient that the weights pass to the layer before the last."""
    part = step_of(story).weight_part
    weighed = float(np.log10(part)) if part > 0 else -np.inf
    return magnitude(f"arriving[{story.depth - 1}]", float(story.profile[-1]) + weighed)


def _slope_part(story: Story) -> Figure:
    return measured(f"slope_part[{story.depth - 1}]", step_of(story).slope_part)


def _left(story: Story) -> Figure:
    """Return the gradient of the layer before the last."""
    return magnitude(f"signal[{story.depth - 1}]", float(story.profile[-2]))


def _measure(film: VanishingStage, width: Figure, trunk: int) -> None:
    """Write above a trunk how wide it is, with an arrow across it."""
    river = film.river
    number = film.pen.label(sentence("{n}", n=width), film.theme.backward, VALUE)
    number.fit_width(VALUE_WIDTH).move_to(point(river.trunks[trunk])).on_baseline(BASELINE)
    measure = mn.VGroup(river.gauge(trunk, BASELINE - FOOT), number)
    film.values.add(measure)
    film.play(mn.FadeIn(measure), run_time=MOVE)


def _factor(film: VanishingStage, template: str, factor: Figure, x: float) -> Typeset:
    """Write a factor with its name above the place where it acts."""
    words = film.pen.label(sentence(template, n=factor), film.theme.ink)
    words.fit_width(FACTOR_WIDTH).move_to(point(x)).on_baseline(BASELINE + ABOVE)
    film.values.add(words)
    return words
