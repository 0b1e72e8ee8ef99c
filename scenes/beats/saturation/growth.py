"""The third act: the weights grow, and the two gradients part ways."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np

from scenes.beats.saturation.stage import SaturationStage, Story, bounds
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP, SAFE, STAGE, Region
from scenes.kit.motion import Motion, cruise
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.heap import Heap
from scenes.stories.saturation import SCALES
from scenes.words.figures import Figure, Sentence, count, measured, percent, sentence, setting, tick

HEAP_ROOM = -5.3
"""How far the layer moves aside for the heap."""
BINS = 10
EARLY, LATE = (0.0, 0.5), 0.65
"""The share of a camera move in which the heap goes, and that after which it comes."""
MORE = 0.05
"""A share of saturated units that grows by more than this has grown."""
FACTOR, WIDEST = 48, 1.8
"""Size of the factor of a stream, and how wide it may be to stand on it."""


class Grow(Beat[Story, SaturationStage]):
    """One take from the weights as they are to thirty times as much."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what became of the units."""
        first, last = story.passes[0].saturated, story.passes[-1].saturated
        if story.no_weights:
            return sentence("The weights are zero, and stay zero at any scale.")
        if story.border is None:
            return sentence("The units move far out, and their slope stays the same.")
        if first == last == 0:
            return sentence(f"Still no unit is {story.state}.")
        if abs(last - first) <= MORE:
            return sentence(f"As many units are {story.state} as before.")
        if last < first:
            return sentence(f"Now fewer units are {story.state} than before.")
        if len(story.weights) == 1:
            share = (
                "every example" if last == 1 else "most examples" if last > 0.5 else "more examples"
            )
            return sentence(f"For {share} its unit is {story.state} now.")
        if last == 1:
            return sentence(f"Over all examples, every unit is {story.state} now.")
        if last > 0.5:
            return sentence(f"Over all examples, most of the units are {story.state} now.")
        return sentence(f"Over all examples, more units are {story.state} now.")

    def shows(self, story: Story) -> Sentence:
        """Describe the take."""
        last = story.passes[-1]
        figures = {
            "s": count("largest_scale", SCALES[-1]),
            "a": measured(f"dW[{float(SCALES[-1])!r}]", last.rms_dW),
            "b": measured(f"dx[{float(SCALES[-1])!r}]", last.rms_dx),
        }
        if story.border is None:
            return sentence(
                "The weights grow to {s} times. The dots slide along their curves. dW is {a} now, "
                "dx is {b}.",
                **figures,
            )
        return sentence(
            "The weights grow to {s} times. The dots slide along their curves; whatever tile "
            f"becomes {story.state} turns rust and is hatched, {{p}} over all examples at the "
            "end. The widths of the streams follow: dW is {a} now, dx is {b}.",
            p=percent(f"saturated[{float(SCALES[-1])!r}]", last.saturated),
            **figures,
        )

    def moves(self, film: SaturationStage) -> None:
        """Let the weights grow, and all that follows them follow."""
        story = film.story
        how: dict[str, Any] = {"rate_func": cruise, "run_time": 6.5}
        film.play(mn.FadeOut(film.marks), film.parting.mark(), run_time=0.8)
        with film.counting(*film.live):
            film.play(
                film.wall.take(lambda part: story.z(SCALES[-1] ** part), **how),
                film.parting.take(lambda part: story.sizes.at(SCALES[-1] ** part), **how),
                _growing(film, **how),
            )

    def moves_on(self, film: SaturationStage) -> None:
        """Let the streams run off."""
        film.play(film.parting.run_on(run_time=2.0))
        leaving = [*film.streams, film.tags[0]]
        if film.example is not None:
            leaving.append(film.example)
        film.play(film.parting.drain(), *map(mn.FadeOut, leaving), run_time=1.4)
        film.remove(film.parting)
        film.home = bounds(film.wall)


class Slopes(Beat[Story, SaturationStage]):
    """The dots fall out of their units, and heap up where their slopes are."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say where the slopes are."""
        shown, way = story.shown_saturated, story.shown_slope_way
        if story.border is None:
            return sentence("The slope of a linear unit is one, wherever it stands.")
        if story.activation == "relu":
            return sentence("A slope is one or nothing here, however large the weights are.")
        if story.activation == "leaky_relu":
            return sentence("A slope is one or a hundredth here, however large the weights are.")
        if len(story.weights) == 1:
            if shown == 1:
                return sentence("Its slope lies next to zero.")
            return sentence(
                {
                    "holds": "Its slope is about what it was.",
                    "falls": "Its slope is smaller than it was.",
                    "rises": "Its slope is larger than it was.",
                }[way]
            )
        if shown == 1:
            return sentence("All of its slopes lie next to zero.")
        if shown > 0.5:
            return sentence("Most of its slopes lie next to zero.")
        return sentence(
            {
                "holds": "Its slopes are about what they were.",
                "falls": "Its slopes are smaller than they were.",
                "rises": "Its slopes are larger than they were.",
            }[way]
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the heap."""
        return sentence(
            "The camera goes along to the right. The dots fall out of "
            "the tiles onto an axis of the slope, from nothing to {top}, and heap up.",
            top=setting("max_slope", story.max_slope),
        )

    def moves(self, film: SaturationStage) -> None:
        """Make room at the right, and let the dots fall."""
        wall, home = film.wall, film.home
        film.heap = _heap(film, home.right + HEAP_ROOM)
        film.play(
            film.look(home, _moved(home, HEAP_ROOM)),
            mn.FadeIn(film.heap, shift=GAP * mn.LEFT, rate_func=_late),
            run_time=1.6,
        )
        film.play(
            wall.drop_into(film.heap, lambda z: np.asarray(film.curve.slope(z))), run_time=2.4
        )

    def moves_on(self, film: SaturationStage) -> None:
        """Let the dots fly back once the heap has been seen."""
        film.rest(1.2)
        film.play(film.wall.back(), run_time=1.8)


class Own(Beat[Story, SaturationStage]):
    """The gradient comes again, and leaves for the weights."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what became of dW, and why."""
        if story.passes[-1].rms_dW == 0:
            return sentence("Without any slope, its own gradient is exactly zero.")
        if story.own_way == "falls" and story.slope_way == "falls":
            return sentence("Less slope, so its own gradient shrinks.")
        if story.own_way == "rises" and story.slope_way == "rises":
            return sentence("More slope, so its own gradient grows.")
        return sentence(
            {
                "falls": "Its own gradient shrinks.",
                "rises": "Its own gradient grows.",
                "holds": "Its own gradient is slope times input: it hardly changes.",
            }[story.own_way]
        )

    def shows(self, story: Story) -> Sentence:
        """Describe what comes."""
        return sentence(
            "The camera goes back. The gradient comes in again, and leaves for the "
            "weights only: {a}.",
            a=measured(f"dW[{float(SCALES[-1])!r}]", story.passes[-1].rms_dW),
        )

    def moves(self, film: SaturationStage) -> None:
        """Go back, and let the gradient in."""
        parting, wall = film.parting, film.wall
        _, own, source = film.streams
        film.play(
            film.look(bounds(wall), film.home),
            Dim(film.heap, [film.heap], 0.0, during=EARLY),
            run_time=1.4,
        )
        film.remove(film.heap)
        film.add(parting, wall)
        film.play(parting.enter(), mn.FadeIn(source), run_time=2.2)
        film.play(mn.FadeIn(own), run_time=0.6)

    def moves_on(self, film: SaturationStage) -> None:
        """Bring what the gradient has not met yet: weights and input."""
        film.play(film.parting.run_on(run_time=1.8))
        coming = [film.tags[0]] + ([film.example] if film.example is not None else [])
        film.play(*map(mn.FadeIn, coming), run_time=0.8)


class Passed(Beat[Story, SaturationStage]):
    """The gradient leaves through the weights, too."""

    def says(self, story: Story) -> Sentence:
        """Say what became of dx, and why."""
        if story.no_weights:
            return sentence("And weights of zero send nothing back.")
        if story.passes[-1].rms_dx == 0:
            return sentence("So nothing at all goes back.")
        if story.passed_way == "rises":
            return sentence("But what goes back also meets the larger weights.")
        if story.passed_way == "falls":
            return sentence("What goes back shrinks too, in spite of larger weights.")
        return sentence("What goes back hardly changes: larger weights make up for less slope.")

    def shows(self, story: Story) -> Sentence:
        """Describe the second stream."""
        return sentence(
            "The second stream sets out from the layer, as thin as the first one, and its width "
            "changes as it passes the weights: {b}.",
            b=measured(f"dx[{float(SCALES[-1])!r}]", story.passes[-1].rms_dx),
        )

    def moves(self, film: SaturationStage) -> None:
        """Show the weights, and let the stream pass them."""
        film.play(
            film.parting.pass_back(),
            mn.Indicate(film.tags[0], color=film.theme.ink, rate_func=mn.there_and_back),
            run_time=2.4,
        )
        film.play(mn.FadeIn(film.streams[0]), film.parting.run_on(run_time=1.6))


class Verdict(Beat[Story, SaturationStage]):
    """What large weights do, in two factors."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what large weights do to this layer, and to what comes before it."""
        if story.no_weights:
            return sentence("Weights of zero are stuck: no scale makes them pass anything back.")
        own, passed = story.own_way, story.passed_way
        if passed == "rises" and not story.floods:
            return sentence(
                {
                    "falls": "It starves itself, and sends a little more back.",
                    "holds": "It keeps its own gradient, and sends a little more back.",
                    "rises": "Both of its gradients grow.",
                }[own]
            )
        return sentence(
            {
                ("falls", "rises"): "It starves itself, and floods what comes before.",
                ("falls", "falls"): "It starves itself, and what comes before.",
                ("falls", "holds"): "It starves itself, and not what comes before.",
                ("holds", "rises"): "It keeps its own gradient, and floods what comes before.",
                ("holds", "falls"): "It keeps its own gradient, and starves what comes before.",
                ("holds", "holds"): "Large weights change neither of its gradients.",
                ("rises", "rises"): "It floods itself, and what comes before.",
                ("rises", "falls"): "It floods itself, and starves what comes before.",
                ("rises", "holds"): "It floods itself, and not what comes before.",
            }[own, passed]
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the factors."""
        found = factors(story)
        if len(found) < 2:
            return sentence("The whole picture stays.")
        return sentence(
            "On each stream stands what became of it: dW times {a}, dx times {b}.",
            a=found["own"],
            b=found["passed"],
        )

    def moves(self, film: SaturationStage) -> None:
        """Put the factors on the streams."""
        found = mn.VGroup()
        for name, factor in factors(film.story).items():
            words = film.pen.label(sentence("× {r}", r=factor), film.theme.ink, FACTOR)
            words.move_to(film.parting.straight(name))
            half, mark = film.parting.width_of(name) / 2, film.parting.marked(name) / 2
            if half > mark + words.height + GAP and words.width < WIDEST:
                words.set_color(film.theme.background).halo(film.theme.backward)
                words.shift((mark + words.height / 2 + GAP / 2) * mn.UP)
            else:
                words.halo(film.theme.background).align_to(film.parting.mouth(name), mn.LEFT)
                words.shift((max(half, mark) + words.height / 2 + GAP / 2) * mn.UP)
            found.add(words)
        if len(found):
            film.play(
                mn.LaggedStart(*(mn.GrowFromCenter(each) for each in found), lag_ratio=0.6),
                run_time=1.8,
            )

    def moves_on(self, film: SaturationStage) -> None:
        """Let the streams run on, and show the sources."""
        film.play(film.parting.run_on(run_time=2.0))
        film.cite()


def factors(story: Story) -> dict[str, Figure]:
    """Return by what factor each of the two gradients changed, of those that were not zero."""
    first, last = story.passes[0], story.passes[-1]
    sizes = {"own": (first.rms_dW, last.rms_dW, "dW"), "passed": (first.rms_dx, last.rms_dx, "dx")}
    return {
        name: measured(f"{word}_ratio", after / before)
        for name, (before, after, word) in sizes.items()
        if before > 0
    }


def _late(part: float) -> float:
    return float(mn.smooth(max(0.0, (part - LATE) / (1 - LATE))))


def _moved(region: Region, by: float) -> Region:
    return Region(region.left + by, region.right + by, region.bottom, region.top)


def _heap(film: SaturationStage, left: float) -> Heap:
    """Create the axis of the slopes at the right of where the layer will be."""
    top = film.story.max_slope
    place = Region(left + 3 * GAP, SAFE.right, STAGE.bottom, STAGE.top)
    ticks = {x: sentence("{x}", x=tick(x)) for x in (0.0, 0.4 * top, 0.8 * top)}
    edges = np.linspace(0, top, BINS + 1)
    return Heap(place, edges, len(film.wall.shown), ticks, "slope", film.pen)


def _growing(film: SaturationStage, **how: Any) -> Motion:
    """Let the weights grow, for the numbers that are read from them."""

    def frame(part: float) -> None:
        film.grown.set_value(part)

    return Motion(film.grown, lambda: frame, **how)
