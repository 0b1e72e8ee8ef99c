"""Vanishing: a gradient on its way back through a network.

Storyboard, with the numbers of the default experiment (digits, depth 9, 30 sigmoids a layer):

1. The network trains. Its loss falls once, from 7.19 to 3.25, and sticks at what guessing gives.
2. Question: how much gradient reaches the first layer?
3. A digit goes in, light runs forward, and every layer fills.
4. The camera goes into the last two layers: a gradient of 1.62 leaves the last one.
5. Weights make 1.11 of it.
6. It passes the opened units, whose slopes let 0.233 of it through: 0.418 is left.
7. Out again. Question: of nine layers, how many will light up?
8. Light runs back, to scale: one. Then it is dark.
9. The network becomes a strip; bars drop from its columns.
10. The scale dives, until layer 1 can be seen: 70,400 times.
11. Equal zooms become the steps of a logarithmic axis.
12. What slopes of a quarter alone would do, what theory expects, and the band of other draws.
13. Bright at the right, dark at the left, the staircase between: 70,400 times less.
"""

from __future__ import annotations

from collections.abc import Mapping

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from backprop_core.passes.activations import ACTIVATIONS, SATURATED_BELOW
from backprop_core.verdicts.trend import Trend, median_factor
from scenes.kit.beat import Beat
from scenes.kit.charts.scales import covering
from scenes.kit.film import MOVE, QUICK, Film
from scenes.kit.layout import GAP, SAFE, STAGE, Region, apart, point
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.digit_strip import FeatureStrip
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.dive import LEAST_MARGIN, Dive
from scenes.kit.stage.loss_level import LossLevel
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.opened import Opened
from scenes.kit.stage.river import River
from scenes.kit.theme import SMALL
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.vanishing import BAND, CLOSE, FEWEST_FOR_BAND, NEAR, OneStep, VanishingStory
from scenes.words.figures import (
    Figure,
    Sentence,
    count,
    index,
    joined,
    magnitude,
    measured,
    sentence,
    setting,
)
from scenes.words.spoken import counted, part_of, times

Story = VanishingStory | RecordedVanishing
Array = NDArray[np.float64]

TRAINING, DIVE = 4.5, 5.0
"""Seconds of the training run, and of the dive."""
PASSES = 3
"""How often light runs forward in the training run."""
CLOSE_UP = 3
"""Units of a column that the camera shows from near."""
VALUE = 44
"""Font size of a number on its object."""
DIMMED = 0.25
"""Opacity of what is not spoken of."""
HIDDEN = 0.02
"""Opacity of what would lie under the words."""
CLOSE_PLACE = Region(-2.6, 6.4, -2.5, 2.2)
"""Where the close-up of the last two columns lies."""
VALUE_WIDTH = 1.55
"""Least distance between two numbers above the river."""
VALUES = 2.5
"""Baseline of the numbers above the river."""
TALL = Region(STAGE.left, STAGE.right, STAGE.bottom, SAFE.top)
"""The stage without its heading."""
BAR_ROOM = 0.45
"""Room for half a bar."""
SPANS: Mapping[str, tuple[float, float]] = {"sigmoid": (-6.0, 6.0)}
NARROW = (-3.0, 3.0)
"""Pre-activations that an opened unit shows, by its activation."""
NEARLY, MORE = 0.8, 1.25
"""Factors between which weights nearly keep a gradient."""


class Training(Beat[Story, "Vanishing"]):
    """The network trains."""

    def when(self, story: Story) -> bool:
        """Leave it out of a recording of a single pass, which has no loss to show."""
        return isinstance(story, VanishingStory) or story.losses is not None

    def says(self, story: Story) -> Sentence:
        """Name the network and the length of the run."""
        layers = count("depth", story.depth)
        losses = story.losses
        if losses is None:
            return sentence("A network of {n} layers, in training. Watch its loss.", n=layers)
        if isinstance(story, RecordedVanishing):
            passes = count("passes", len(losses))
            words = "{n} layers, recorded in {p} passes. Watch the loss."
            return sentence(words, n=layers, p=passes)
        epochs = count("epochs", len(losses) - 1)
        words = f"{{n}} layers, {{e}} epoch{'s' * (epochs.value != 1)} of training. Watch the loss."
        if epochs.value < story.asked:
            asked = count("asked_epochs", story.asked)
            words = "{n} layers, {e} of {a} epochs of training. Watch the loss."
            return sentence(words, n=layers, e=epochs, a=asked)
        return sentence(words, n=layers, e=epochs)

    def shows(self, story: Story) -> Sentence:
        """Describe network and level."""
        words = (
            "The network fills the picture, a column of units for each layer. Light runs through "
            "it again and again."
        )
        if story.losses is None:
            return sentence(f"{words} Beside it a tank runs over: the loss overflows.")
        return sentence(
            f"{words} Beside it the loss is the level in a tank: it goes from {{a}} to {{b}}.",
            a=measured("loss[0]", float(story.losses[0])),
            b=measured("loss[-1]", float(story.losses[-1])),
        )

    def moves(self, film: Vanishing) -> None:
        """Let light race forward while the level moves."""
        film.train()


class Question(Beat[Story, "Vanishing"]):
    """What the film is about."""

    def says(self, story: Story) -> Sentence:
        """Say how training ended, and ask for the gradient."""
        asks = "How much gradient reaches its first layer?"
        if isinstance(story, RecordedVanishing):
            return sentence(asks.replace("its", "the"))
        if story.learned is None:
            return sentence(f"Its loss has left all bounds. {asks}")
        if story.learned:
            return sentence(f"It has learned. {asks}")
        return sentence(f"After all this, it only guesses. {asks}")

    def shows(self, story: Story) -> Sentence:
        """Say that nothing moves."""
        return sentence("The network waits, its first layer framed.")

    def moves(self, film: Vanishing) -> None:
        """Point at the first layer, and wait."""
        film.point_at_first()
        film.pause()


class Forward(Beat[Story, "Vanishing"]):
    """One example goes in."""

    def when(self, story: Story) -> bool:
        """Leave it out of a recording without activations."""
        return story.fills(0) is not None

    def says(self, story: Story) -> Sentence:
        """Say what light shows; where activations are scaled, say so."""
        if story.has_scaled_fills:
            return sentence(
                "Forward, every layer lights up; each is scaled to its own largest unit."
            )
        return sentence("Forward, an example goes in, and every layer answers.")

    def shows(self, story: Story) -> Sentence:
        """Describe the wave."""
        return sentence(
            "One example flies into the input. Blue light runs from left to right, and units fill "
            "with their activations."
        )

    def moves(self, film: Vanishing) -> None:
        """Let the example in, and light run."""
        film.send_forward()


class TheWayBack(Beat[Story, "Vanishing"]):
    """The camera goes into the last two layers."""

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where its parts were not recorded."""
        return story.step is not None

    def says(self, story: Story) -> Sentence:
        """Say where the gradient begins."""
        return sentence("Now the way back. The gradient starts at the output, this wide.")

    def shows(self, story: Story) -> Sentence:
        """Describe the source."""
        return sentence(
            "The camera goes into the last two layers. Out of the last one comes an amber river, "
            "as wide as the gradient: {a}.",
            a=magnitude(f"signal[{story.depth}]", float(story.profile[-1])),
        )

    def moves(self, film: Vanishing) -> None:
        """Go in, and open the source."""
        film.enter_last_layers()


class Weights(Beat[Story, "Vanishing"]):
    """The river passes the weights."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where `TheWayBack` is."""
        return story.step is not None

    def says(self, story: Story) -> Sentence:
        """Say what the weights do."""
        part = _step(story).weight_part
        if part == 0:
            return sentence("These weights let nothing through.")
        if part < NEARLY:
            return sentence("The weights make it smaller.")
        if part > MORE:
            return sentence("The weights make it larger.")
        return sentence("The weights nearly keep it.")

    def shows(self, story: Story) -> Sentence:
        """Name the factor."""
        return sentence(
            "The river runs along the edges, and its width changes: times {w} by the weights.",
            w=measured(f"weight_part[{story.depth - 1}]", _step(story).weight_part),
        )

    def moves(self, film: Vanishing) -> None:
        """Let the river run to the units."""
        film.pass_weights()

    def moves_on(self, film: Vanishing) -> None:
        """Open the units."""
        film.open_units()


class Slopes(Beat[Story, "Vanishing"]):
    """The river passes the units."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where the weights let nothing through to the units."""
        return story.step is not None and story.step.weight_part > 0

    def says(self, story: Story) -> Sentence:
        """Say what the slopes take."""
        part = _step(story).slope_part
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
            s=measured(f"slope_part[{below}]", _step(story).slope_part),
            r=magnitude(f"signal[{below}]", float(story.profile[-2])),
        )

    def moves(self, film: Vanishing) -> None:
        """Let the river through the units."""
        film.pass_slopes()

    def moves_on(self, film: Vanishing) -> None:
        """Show what is left."""
        film.flow_on()


class HowFar(Beat[Story, "Vanishing"]):
    """The question before the light."""

    def says(self, story: Story) -> Sentence:
        """Ask how many layers will be lit."""
        layers = counted("depth", story.depth)
        return sentence(
            "That was one layer of {n}. How many of them will the gradient light up?", n=layers
        )

    def shows(self, story: Story) -> Sentence:
        """Say that the whole network is seen again."""
        return sentence("The camera goes back: the whole network is seen, and waits.")

    def moves(self, film: Vanishing) -> None:
        """Go back, and wait."""
        film.go_back()
        film.pause()


class Dark(Beat[Story, "Vanishing"]):
    """Light runs back, to scale."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how many layers are lit."""
        seen, row, depth = sum(story.lit), story.lit_in_a_row, story.depth
        if story.no_gradient:
            return sentence("None. The loss is exactly zero, and no gradient sets out.")
        if seen == depth:
            return sentence("All of them. The light gets through.")
        if seen == row == 0:
            return sentence("None that one could see.")
        figure = counted("layers_lit", seen, capital=True)
        if seen == row:
            return sentence("{n}. Then it is dark.", n=figure)
        return sentence("{n} of {m}, with dark ones between.", n=figure, m=counted("depth", depth))

    def shows(self, story: Story) -> Sentence:
        """Describe the light."""
        return sentence(
            "Amber light runs back from the output. The width and brightness of an edge are in "
            "proportion to the gradient on it: {n} of {m} layers can be seen.",
            n=count("layers_lit", sum(story.lit)),
            m=count("depth", story.depth),
        )

    def moves(self, film: Vanishing) -> None:
        """Let light run back."""
        film.send_back()


class Bars(Beat[Story, "Vanishing"]):
    """The network becomes a strip, and bars drop from it."""

    def says(self, story: Story) -> Sentence:
        """Say what the bars are."""
        if story.trend is Trend.VANISHES and np.isfinite(story.ratio):
            return sentence("To scale: under each layer, its gradient. Where is the first one?")
        if abs(story.zoom) < np.log10(2.0) and not story.no_gradient:
            return sentence("To scale: under each layer, its gradient. All are in sight.")
        return sentence("To scale: under each layer, its gradient.")

    def shows(self, story: Story) -> Sentence:
        """Describe the bars."""
        return sentence(
            "The network moves up and becomes a strip. Under each of its columns a bar drops, as "
            "tall as the gradient of that layer."
        )

    def moves(self, film: Vanishing) -> None:
        """Make the strip, and drop the bars."""
        film.drop_bars()


class Zoom(Beat[Story, "Vanishing"]):
    """The scale dives."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where all layers are in sight."""
        return bool(abs(story.zoom) >= np.log10(2.0))

    def says(self, story: Story) -> Sentence:
        """Say by how much the scale had to change."""
        zoom = story.zoom
        if zoom < 0:
            return sentence(
                "To hold them all, the picture shrinks {z} times.", z=times("zoom", -zoom)
            )
        if np.isneginf(story.profile[0]):
            return sentence(
                "Enlarged {z} times, and the first still gets nothing.", z=times("zoom", zoom)
            )
        return sentence("To see the first layer, enlarge {z} times.", z=times("zoom", zoom))

    def shows(self, story: Story) -> Sentence:
        """Name the factor."""
        zoom = story.zoom
        way = "enlarged" if zoom >= 0 else "shrunk"
        return sentence(
            f"The scale is {way} in one take, by {{z}} in all; bars grow out of the picture or "
            "into it.",
            z=magnitude("zoom", abs(zoom)),
        )

    def moves(self, film: Vanishing) -> None:
        """Dive."""
        film.dive_in()

    def moves_on(self, film: Vanishing) -> None:
        """Point at the layer that is seen now."""
        film.point_at_first()


class Axis(Beat[Story, "Vanishing"]):
    """Equal zooms become a logarithmic axis."""

    def says(self, story: Story) -> Sentence:
        """Say what a layer does to the gradient."""
        if np.isneginf(story.profile).any():
            return sentence("Now equal zooms are equal steps. An open circle is exactly zero.")
        factor = magnitude("median_factor", median_factor(story.profile))
        return sentence("Now equal zooms are equal steps: times {f} at a layer.", f=factor)

    def shows(self, story: Story) -> Sentence:
        """Describe the axis."""
        return sentence(
            "The tops of the bars sink to their places on a logarithmic axis, and a line joins "
            "them: {b} at layer {l}, {a} at layer {k}.",
            **_ends(story),
        )

    def moves(self, film: Vanishing) -> None:
        """Turn the axis, and draw the line."""
        film.turn_axis()


class Why(Beat[Story, "Vanishing"]):
    """The bound, theory and other draws."""

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where the units are not known."""
        return not story.no_gradient and story.bound is not None

    def says(self, story: Story) -> Sentence:
        """Say what the slopes alone would do, and what theory expects."""
        assert story.activation is not None
        top = setting("max_slope", ACTIVATIONS[story.activation].max_slope)
        alone = "Slopes alone would draw the dotted line"
        if not isinstance(story, VanishingStory) or story.theory is None:
            return sentence(f"{alone}: at most {{s}} a layer.", s=top)
        off = story.off_theory
        if off is None:
            return sentence(f"{alone}. Theory, dashed, knows no exact zero.")
        if off < CLOSE:
            return sentence(f"{alone}. Theory, dashed, agrees with the network.")
        if off < NEAR:
            return sentence(f"{alone}. Theory, dashed, comes near.")
        return sentence(f"{alone}. Theory, dashed, is for wider layers.")

    def shows(self, story: Story) -> Sentence:
        """Describe the lines."""
        parts = [
            sentence(
                "A dotted line: what slopes of {s} alone would make of it.",
                s=setting("max_slope", ACTIVATIONS[story.activation or "identity"].max_slope),
            )
        ]
        if isinstance(story, VanishingStory):
            if story.theory is not None:
                factor = magnitude("theory_factor", median_factor(story.theory))
                parts.append(sentence("A dashed one: theory, {t} a layer.", t=factor))
            if story.band is not None:
                parts.append(joined([sentence("A band:"), _band_words(story)], " "))
        return joined(parts, " ")

    def moves(self, film: Vanishing) -> None:
        """Draw them beside the measured line."""
        film.compare()


class Later(Beat[Story, "Vanishing"]):
    """What became of the profile in a recorded training."""

    def when(self, story: Story) -> bool:
        """Show it of a recording with a later pass."""
        return story.other is not None

    def says(self, story: Story) -> Sentence:
        """Say what the last pass is like."""
        assert isinstance(story, RecordedVanishing)
        return story.later()

    def shows(self, story: Story) -> Sentence:
        """Name its factor."""
        assert story.other is not None
        return sentence(
            "One more line, of the last pass: a factor of {f} a layer.",
            f=magnitude("contrast_factor", median_factor(story.other)),
        )

    def moves(self, film: Vanishing) -> None:
        """Draw its line."""
        film.show_later()


class Verdict(Beat[Story, "Vanishing"]):
    """The last picture."""

    def says(self, story: Story) -> Sentence:
        """Say how the first layer compares with the last."""
        if story.no_gradient:
            return sentence("Where the loss is zero, nothing is left to learn.")
        if np.isinf(story.ratio):
            return sentence("The first layer receives no gradient at all.")
        factor = times("ratio", abs(story.ratio))
        if abs(story.ratio) < np.log10(2.0):
            return sentence("The first layer receives as much gradient as the last, or nearly.")
        more = "less" if story.ratio > 0 else "more"
        return sentence(
            f"The first layer receives {{r}} times {more} gradient than the last.", r=factor
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the last picture."""
        return sentence("All but the measured line dims, and one number stands beside it.")

    def moves(self, film: Vanishing) -> None:
        """Keep what matters."""
        film.conclude()


class Vanishing(Film):
    """A gradient runs back through a network, to scale, and is lost from sight."""

    order = 50
    title = "A gradient on its way back"
    summary = "How far the gradient gets on its way back, why, and what theory expects"
    description = (
        "A net that does not learn. Forward, every layer lights up; back, the light is gone after "
        "one. One step in close-up, then a dive of the scale until the first layer can be seen."
    )
    seconds = 75
    reads = ("seed", "dtype", "network", "data", "training", "film")
    recordings = 1
    directed = True
    sources = (
        "Schoenholz et al., Deep Information Propagation (2017); "
        "Karpathy, Yes you should understand backprop (2016)"
    )

    beats = (
        Training(),
        Question(),
        Forward(),
        TheWayBack(),
        Weights(),
        Slopes(),
        HowFar(),
        Dark(),
        Bars(),
        Zoom(),
        Axis(),
        Why(),
        Later(),
        Verdict(),
    )

    def compute(self) -> None:
        """Train and trace the network, compute theory and other draws, within the budget."""
        self.story: Story = (
            RecordedVanishing.of(self.recorded[0], self.experiment.film.theme)
            if self.recorded
            else VanishingStory.of(self.experiment)
        )

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return sentence(
            "Above, the network as a strip, bright where its gradient can be seen. Below, its "
            "gradient at each layer on a logarithmic axis: from {b} at layer {l} to {a} at layer "
            "{k}.",
            **_ends(self.story),
        )

    # The stage

    def lay_out(self) -> None:
        """Put the network across the stage, the example at its left and the loss at its right."""
        story = self.story
        left, middle, right = STAGE.columns(0.12, 0.7, 0.18, gap=GAP)
        self.network = NetworkStage(middle, story.widths, self.pen)
        self.level = LossLevel(
            right, story.losses, self.pen, guess=story.guessed, names=(story.x_name, "loss")
        )
        self.example_place = left
        self.example: FeatureStrip | None = None
        self.river: River | None = None
        self.values = mn.VGroup()
        self.add(self.network, self.network.labels)
        if story.losses is not None or isinstance(story, VanishingStory):
            self.add(self.level)

    # Motion

    def train(self) -> None:
        """Run the training: light forward, again and again, and the level of the loss."""
        race = mn.Succession(
            *(self.network.race(run_time=TRAINING / PASSES) for _ in range(PASSES))
        )
        with self.counting(*self.level.numbers):
            self.play(race, self.level.run(run_time=TRAINING, rate_func=first_epochs_slowly))
        self.play(self.heading_leaves(), run_time=QUICK)

    def point_at_first(self) -> None:
        """Let the first layer flash."""
        if self.has_heading:
            self.play(self.heading_leaves(), run_time=QUICK)
        self.play(self.network.pulse(1), run_time=MOVE)

    def send_forward(self) -> None:
        """Let one example in, and light run forward."""
        story, network = self.story, self.network
        leaving = [each for each in (self.level,) if each in self.mobjects]
        if leaving:
            self.play(*(mn.FadeOut(each, shift=GAP * mn.RIGHT) for each in leaving), run_time=QUICK)
        if (picture := story.picture) is not None:
            self.example = FeatureStrip(
                self.example_place, picture, self.pen, square=story.is_picture
            )
            self.play(mn.FadeIn(self.example, shift=GAP * mn.RIGHT), run_time=MOVE)
            self.play(self.example.enter(network.columns[0].centers), run_time=1.2)
        fills = {n: fill for n in network.columns if (fill := story.fills(n)) is not None}
        self.play(network.forward(fills))

    def enter_last_layers(self) -> None:
        """Go into the last two columns, and let the gradient out of the last one."""
        network, story = self.network, self.story
        depth, step = story.depth, _step(story)
        before, after = (network.columns[layer] for layer in (depth - 1, depth))
        rows = before.beside(after.centers[:CLOSE_UP])
        near = _around(before.centers[rows], after.centers[:CLOSE_UP], before.radius)
        self.wide = network.bounds
        spoken = [*before.nodes[rows], *after.nodes[:CLOSE_UP]]
        hidden = network.nodes_outside(near.bottom, near.top)
        self.hidden, self.dimmed = hidden, network.all_but(spoken, hidden)
        words = [
            each for each in (network.labels, self.example, self.level) if each in self.mobjects
        ]
        self.play(*(mn.FadeOut(each) for each in words), run_time=QUICK)
        self.example = None
        self.play(
            self.look(near, CLOSE_PLACE),
            Dim(network, self.dimmed, DIMMED),
            Dim(network, hidden, HIDDEN, during=(0.0, 0.3)),
            run_time=2.4,
        )
        units = list(before.units)[rows]
        self.river = River(
            after,
            before,
            rows,
            step.weight_part,
            step.slope_part,
            step.arrives[units],
            step.slopes[units],
            self.pen,
        )
        self.units = units
        river = self.river
        wanted = [
            (river.mouth + river.beyond) / 2 - GAP,
            river.gate,
            (river.gate + river.source + river.radius) / 2,
            after.x,
        ]
        # From left to right, as the river is read from right to left.
        self.value_places = apart(wanted, VALUE_WIDTH, SAFE.left + 1, SAFE.right - 1)
        source = magnitude(f"signal[{depth}]", float(story.profile[-1]))
        lit = story.light_of_units(depth, after.units[:CLOSE_UP])
        self.play(network.receive(depth, lit), run_time=MOVE)
        self._value("gradient", source, 3)
        self.play(
            self.river.flow(self.river.source - self.river.run / 4),
            mn.FadeIn(self.values[-1]),
            run_time=1.2,
        )

    def pass_weights(self) -> None:
        """Let the river run along the edges, to the units."""
        river = self.river
        assert river is not None
        below = self.story.depth - 1
        part = measured(f"weight_part[{below}]", _step(self.story).weight_part)
        self._value("weights", part, 2, times=True)
        self.play(river.flow(river.brink), mn.FadeIn(self.values[-1]), run_time=1.8)

    def open_units(self) -> None:
        """Open the units: their curves, and where they stand."""
        story, river = self.story, self.river
        assert river is not None
        step = _step(story)
        f = ACTIVATIONS[story.activation or "identity"]
        curve = ActivationCurve.fitted(
            f.f, f.slope, SPANS.get(f.name, NARROW), saturated_below=SATURATED_BELOW * f.max_slope
        )
        self.opened = Opened(river.centers, river.radius, step.z[self.units], curve, self.pen)
        self.play(mn.FadeIn(self.opened), run_time=MOVE)

    def pass_slopes(self) -> None:
        """Let the river pass the units."""
        river, below = self.river, self.story.depth - 1
        assert river is not None
        part = measured(f"slope_part[{below}]", _step(self.story).slope_part)
        self._value("slopes", part, 1, times=True)
        self.play(river.flow(river.beyond), mn.FadeIn(self.values[-1]), run_time=2.0)

    def flow_on(self) -> None:
        """Let the river flow on, as wide as what is left."""
        river, below = self.river, self.story.depth - 1
        assert river is not None
        left = magnitude(f"signal[{below}]", float(self.story.profile[-2]))
        self._value("left", left, 0)
        self.play(river.flow(river.mouth), mn.FadeIn(self.values[-1]), run_time=1.6)

    def go_back(self) -> None:
        """Let the camera see the whole network again."""
        if self.river is None:
            return
        gone = [each for each in (self.river, self.opened) if each is not None]
        self.play(mn.FadeOut(self.values), run_time=QUICK)
        self.play(
            self.look(self.network.bounds, self.wide),
            Dim(self.network, self.dimmed, 1 / DIMMED),
            Dim(self.network, self.hidden, 1 / HIDDEN, during=(0.7, 1.0)),
            *(Dim(each, [each], 0.0) for each in gone),
            run_time=2.0,
        )
        self.remove(*gone)

    def send_back(self) -> None:
        """Let the gradient run back, to scale."""
        network, story = self.network, self.story
        edges = {
            layer: story.light_of_edges(
                layer, network.columns[layer].units, network.columns[layer - 1].units
            )
            for layer in network.edges
        }
        units = {
            layer: story.light_of_units(layer, column.units)
            for layer, column in network.columns.items()
            if layer
        }
        self.play(network.backward(edges, units, story.light_of_layers))

    def drop_bars(self) -> None:
        """Make the strip, and drop the bars."""
        story, network = self.story, self.network
        upper, lower = TALL.rows(0.26, 0.74, gap=GAP)
        left, right = lower.left + LEAST_MARGIN + BAR_ROOM, lower.right - BAR_ROOM
        places = np.linspace(left, right, story.depth)
        step = places[1] - places[0]
        layers = {layer: float(x) for layer, x in enumerate(places, start=1)}
        layers[0] = max(lower.left + BAR_ROOM, left - step)
        profiles = [story.profile, *(story.band or ())]
        profiles += [each for each in (story.theory, story.other) if each is not None]
        self.dive = Dive(
            lower,
            places,
            story.profile,
            self.pen,
            decades=covering(*profiles),
        )
        self.play(network.strip(upper, layers))
        self.strip_places = layers
        self.play(self.dive.drop(run_time=2.4))
        self.below = lower

    def dive_in(self) -> None:
        """Enlarge the scale until the first layer can be seen."""
        with self.counting(self.dive.number):
            self.play(self.dive.dive(run_time=min(DIVE, 2 + abs(self.story.zoom))))

    def turn_axis(self) -> None:
        """Turn the axis logarithmic, and draw the line."""
        self.play(self.dive.to_axis())
        self.play(self.dive.to_dots())
        if not self.story.no_gradient:
            self.play(self.dive.line())

    def compare(self) -> None:
        """Draw the bound, theory and the band beside the measured line."""
        story, dive = self.story, self.dive
        assert story.bound is not None
        top = setting("max_slope", ACTIVATIONS[story.activation or "identity"].max_slope)
        self.play(dive.bound(story.bound, sentence("slopes of {s}", s=top)), run_time=1.5)
        if story.theory is not None:
            self.play(dive.theory(story.theory, "theory"), run_time=1.5)
        if isinstance(story, VanishingStory) and story.band is not None:
            self.play(dive.band(*story.band, _band_words(story)), run_time=1.5)

    def show_later(self) -> None:
        """Draw the profile of the last pass of a recording."""
        story = self.story
        assert isinstance(story, RecordedVanishing)
        assert story.other is not None
        self.play(self.dive.theory(story.other, story.later_name()), run_time=1.5)

    def conclude(self) -> None:
        """Put the one number beside the line, and cite."""
        story = self.story
        if np.isfinite(story.ratio) and abs(story.ratio) >= 1:
            ratio = magnitude("ratio", abs(story.ratio))
            number = self.pen.number(ratio, self.theme.backward, 2 * VALUE)
            words = "times less at layer {n}" if story.ratio >= 0 else "times more at layer {n}"
            name = self.pen.label(sentence(words, n=index(1)), self.theme.ink)
            group = mn.VGroup(number, name.next_to(number, mn.DOWN, buff=GAP))
            for line in group:
                line.halo(self.theme.background)
            group.move_to(_empty_corner(self.below, rising=story.ratio >= 0))
            self.play(mn.FadeIn(group), run_time=MOVE)
        upper = self.network.bounds
        low = Region(upper.left, upper.right, upper.bottom, STAGE.top)
        self.play(self.network.strip(low, self.strip_places), run_time=MOVE)
        self.cite()

    def _value(self, words: str, figure: Figure, place: int, *, times: bool = False) -> None:
        """Set a number, or a factor, with its name above a stretch of the river."""
        x = self.value_places[place]
        said = sentence("× {n}" if times else "{n}", n=figure)
        number = self.pen.label(said, self.theme.ink, VALUE)
        name = self.pen.label(words, size=SMALL)
        number.move_to(point(x)).on_baseline(VALUES)
        name.move_to(point(x)).on_baseline(VALUES + 0.62)
        self.values.add(mn.VGroup(number, name))


def first_epochs_slowly(share: float) -> float:
    """Return the share of the epochs that have passed: a loss falls most in the first ones."""
    return float(share**2.2)


def _step(story: Story) -> OneStep:
    assert story.step is not None
    return story.step


def _around(before: Array, after: Array, radius: float) -> Region:
    """Return the region that holds some units of two columns."""
    both = np.concatenate([before, after])
    (left, bottom), (right, top) = both[:, :2].min(axis=0), both[:, :2].max(axis=0)
    return Region(left - radius, right + radius, bottom - radius, top + radius)


def _empty_corner(chart: Region, *, rising: bool) -> Point3D:
    """Return the middle of the corner of a chart above a line that rises to the right, or falls."""
    plot = chart.inset(left=LEAST_MARGIN)
    corner = plot.columns(0.5, 0.5)[0 if rising else 1].rows(0.5, 0.5)[0]
    return corner.center


def _ends(story: Story) -> Mapping[str, Figure]:
    """Return the first and the last layer, and their gradients."""
    depth = story.depth
    return {
        "k": index(1),
        "l": index(depth),
        "a": magnitude("signal[1]", float(story.profile[0])),
        "b": magnitude(f"signal[{depth}]", float(story.profile[-1])),
    }


def _band_words(story: VanishingStory) -> Sentence:
    """Name the band."""
    seeds = count("seeds", story.seeds)
    if story.seeds < FEWEST_FOR_BAND:
        return sentence(f"{{n}} draw{'s' * (story.seeds > 1)}", n=seeds)
    low, high = (count("percentile", end) for end in BAND)
    return sentence("{n} draws, {low} to {high} %", n=seeds, low=low, high=high)
