"""The second act: a layer, and the two ways on which its gradient leaves."""

from __future__ import annotations

import manim as mn
from manim.typing import Point3D

from scenes.beats.saturation.stage import SaturationStage, Story, stuck
from scenes.kit.beat import Beat
from scenes.kit.layout import FRAME, GAP, Region
from scenes.kit.motion import Frame, Motion
from scenes.kit.stage.channels import Band
from scenes.kit.stage.tiles import sampled
from scenes.kit.stage.unit import Unit
from scenes.kit.stage.wall import MOST
from scenes.stories.saturation import SCALES
from scenes.words.figures import Kind, Sentence, count, sentence
from scenes.words.spoken import counted

MARK = 80
ARRIVES = 0.5
"""The part of the time after which light has run through the weights to the units."""
AT_ONCE, SPREAD = 0.12, 0.8
"""The parts of a camera move by which the beam within the unit is gone, and by which all units of
the layer are there: they come when no beam lies on them any more."""


class Layer(Beat[Story, SaturationStage]):
    """The camera goes back: the unit is one of a layer."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what the tiles are."""
        units, shown = len(story.weights), len(sampled(len(story.weights), MOST))
        word = story.example_word
        if units == 1:
            return sentence(f"It is the one unit of a layer, and reads one {word}.")
        if shown < units:
            return sentence(
                f"It is one of {{n}} units. Here are {{m}}, reading one {word}.",
                n=count("units", units),
                m=counted("shown", shown),
            )
        return sentence(
            f"It is one of {{n}} units that read one {word}.",
            n=counted("units", units),
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the wall."""
        if story.border is None:
            return sentence(
                "The camera goes back: the unit is a tile in a wall of units, each with its dot "
                "and its tangent on its own curve."
            )
        return sentence(
            "The dot slides back. The camera goes back: the unit is a tile in a wall of units, "
            "each with its dot and its tangent on its own curve, and its beam becomes the stream "
            "of all of them. Light runs forward through the weights; the dots slide to where the "
            "units stand. "
            f"{{k}} of {{n}} are {story.state}.",
            k=counted("shown_saturated[1.0]", stuck(story, 1.0), capital=True, kind=Kind.MEASURED),
            n=counted("shown", len(sampled(len(story.weights), MOST))),
        )

    def moves(self, film: SaturationStage) -> None:
        """Let the unit stand as all do that read nothing, go back from it, and read."""
        film.build_layer()
        self._slide_back(film)
        unit, wall = film.unit, film.wall
        film.fixed += [film.parting]
        seen = _around(unit.middle, unit.radius)
        place = _around(wall.centers[film.first], wall.radius)
        wall.scale(seen.width / place.width, about_point=place.center)
        wall.shift(seen.center - place.center)
        wall.draw(wall.pose)
        film.add(film.parting, wall, unit)
        film.play(
            film.look(seen, place),
            wall.spread_out(rate_func=_spreading),
            unit.lose_beam(rate_func=_at_once),
            _follow(unit),
            film.parting.inherit(lambda: _band(unit)),
            run_time=2.2,
        )
        self._read(film)

    def moves_on(self, film: SaturationStage) -> None:
        """Let the layer read the example, and show how many are saturated."""
        wall, goal = film.wall, film.story.z(1.0)
        start = film.story.z(0.0)
        film.play(
            film.weights.read(run_time=1.6),
            wall.take(lambda part: (1 - part) * start + part * goal, run_time=1.8, rate_func=_late),
        )
        if len(film.share_tag):
            film.play(mn.FadeIn(film.share_tag), run_time=0.5)

    def _slide_back(self, film: SaturationStage) -> None:
        """Let the dot go where a unit stands that reads nothing, as all of them do."""
        z = float(film.story.z(0.0)[film.wall.shown[film.first]])
        named = [film.state] if len(film.state) else []
        with film.counting(film.slope):
            film.play(
                film.unit.slide_to(z, run_time=0.9),
                *(mn.FadeOut(each, run_time=0.4) for each in named),
            )
        film.play(mn.FadeOut(film.names), mn.FadeOut(film.slope), run_time=0.3)

    def _read(self, film: SaturationStage) -> None:
        """Let the example and the weights come."""
        coming: list[mn.Animation] = [mn.FadeOut(film.unit, run_time=0.4)]
        coming.append(mn.FadeIn(film.weights))
        coming.append(mn.FadeIn(film.weights_word))
        film.add(film.weights, film.parting, film.wall, film.unit)
        if film.example is not None:
            away = film.example.get_right()[0] - FRAME.left + GAP
            film.example.shift(away * mn.LEFT)
            coming.append(_shifted(film.example, away * mn.RIGHT))
        film.play(*coming, run_time=0.9)


class Streams(Beat[Story, SaturationStage]):
    """The gradient leaves on two ways."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Name the two ways."""
        return sentence("The gradient goes two ways: to these weights, and back to the input.")

    def shows(self, story: Story) -> Sentence:
        """Describe the streams."""
        return sentence(
            "The amber stream has narrowed as it passed the layer, as slopes let it through. It "
            "leaves at the left on two ways: one arm bends down, to the weights of the layer, "
            "and one passes the weights, a sheaf of hairlines, back to the input. Both are as "
            "wide as they are large."
        )

    def moves(self, film: SaturationStage) -> None:
        """Let the streams run."""
        film.play(film.parting.leave(), run_time=1.8)
        film.play(*map(mn.FadeIn, film.ways), run_time=0.5)

    def moves_on(self, film: SaturationStage) -> None:
        """Let them run on."""
        film.play(film.parting.run_on(run_time=2.6))


class Question(Beat[Story, SaturationStage]):
    """The question."""

    def says(self, story: Story) -> Sentence:
        """Ask which of the two grows."""
        return sentence(
            "Make these weights {n} times larger. Which of the two grows?",
            n=counted("largest_scale", SCALES[-1]),
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the knob and the question marks."""
        return sentence(
            "A knob comes to the word weights. A question mark stands on each of the two arms."
        )

    def moves(self, film: SaturationStage) -> None:
        """Bring the knob, put a question mark on each stream, and wait."""
        film.marks = mn.VGroup()
        for name in ("own", "passed"):
            mark = film.pen.label("?", film.theme.ink, MARK).halo(film.theme.background)
            film.marks.add(mark.move_to(film.spot(name)))
        film.play(mn.FadeIn(film.knob, scale=0.5), mn.FadeIn(film.scale_tag), run_time=0.7)
        film.play(
            mn.LaggedStart(*(mn.GrowFromCenter(each) for each in film.marks), lag_ratio=0.5),
            run_time=1.1,
        )
        film.pause()


def _around(middle: Point3D, radius: float) -> Region:
    x, y, _ = middle
    return Region(x - radius, x + radius, y - radius, y + radius)


def _follow(unit: Unit) -> Motion:
    """Let the lines of a unit be as wide as suits its size while the camera moves."""
    return Motion(unit, lambda: lambda part: unit.wear(None))


def _shifted(moved: mn.Mobject, way: Point3D) -> Motion:
    """Let something come to where it belongs from outside the frame."""

    def prepare() -> Frame:
        parts = [part for part in moved.get_family() if len(part.points)]
        starts = [part.points.copy() for part in parts]

        def frame(share: float) -> None:
            for part, points in zip(parts, starts, strict=True):
                part.points = points + share * way

        return frame

    return Motion(moved, prepare, rate_func=mn.smooth)


def _band(unit: Unit) -> Band:
    """Return the beam that enters a unit, where that is now."""
    assert unit.beam is not None
    x, y, _ = unit.middle
    return Band(float(x), float(y), unit.beam.height * unit.radius)


def _at_once(part: float) -> float:
    return min(1.0, part / AT_ONCE)


def _spreading(part: float) -> float:
    return min(1.0, max(0.0, part - AT_ONCE) / (SPREAD - AT_ONCE))


def _late(part: float) -> float:
    return float(mn.smooth(max(0.0, (part - ARRIVES) / (1 - ARRIVES))))
