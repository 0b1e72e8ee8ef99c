"""The last act: the sum of this circuit becomes a max, and a weight is turned until it wins."""

from __future__ import annotations

import manim as mn

from scenes.beats.circuit.fold import ASIDE
from scenes.beats.circuit.stage import (
    DIM,
    FEW,
    HIDDEN,
    LARGE,
    LONGEST_BAR,
    RAIL_ABOVE,
    VALUE,
    CircuitStage,
)
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import Motion, even
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.gate_choice import SPUR, Choose, Jump, Stops
from scenes.kit.stage.gate_fold import PassOn
from scenes.kit.stage.gate_light import Drain
from scenes.kit.stage.gate_pass import Pass, Passage
from scenes.kit.stage.gate_trio import GateTrio
from scenes.kit.stage.gate_wire import WIDEST
from scenes.kit.stage.rail import Rail
from scenes.kit.stage.word_changes import Emerge, Vanish, Veil
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import NUDGED, SUM, CircuitStory, wire_name
from scenes.words.figures import Sentence, sentence

NEARLY, ON = 1.6, 1.9
"""Seconds for which the weight is turned until another input is the largest, and then."""
TRIO = Region(-6.6, 6.6, -2.3, 3.4)
"""Where the three gates stand in the last picture; their words stand at its lower side."""


class Exchange(Beat[CircuitStory, CircuitStage]):
    """The plus becomes a max."""

    def says(self, story: CircuitStory) -> Sentence:
        """Ask where the gradient will go."""
        return sentence("Drop the sigmoid, make the plus a max. Who gets the gradient now?")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the new gate."""
        return sentence(
            "The amber drains away, and the gate σ leaves. The plus turns into max; the numbers "
            "that come in stand on its wires. Only {m} comes out of it, and stands at the ruler.",
            m=story.largest,
        )

    def moves(self, film: CircuitStage) -> None:
        """Turn the sum into a max; the largest number comes through."""
        gates, story = film.gates, film.story
        words = [film.prediction, film.asked, film.output, *film.gradients.values(), *film.ticks]
        words.append(film.named)
        film.play(
            Drain(gates),
            Vanish(film.target, film.rail),
            film.ruler.slides(0.0),
            Veil(words, HIDDEN),
            Veil([*film.values.values(), *(gates.names[name] for name in gates.leaves)], DIM),
            run_time=0.7,
        )
        film.remove(*words)
        film.gradients = {}
        figures = story.terms_in()
        film.terms = {name: film.value(figures[name], 1.3) for name in story.terms}
        for name, number in film.terms.items():
            number.move_to(film.rest_place(name, number))
        film.play(
            PassOn(gates),
            gates.marks[SUM].turns_into("max"),
            *(Emerge(n) for n in film.terms.values()),
            run_time=0.9,
        )
        film.live = _live(film)
        # Where wires are close, no number slides across the others.
        chosen = [story.winner] if story.inputs <= FEW else []
        coming = {name: film.terms[name].copy() for name in chosen}
        film.play(
            Pass(gates, [Passage(SUM, coming, {})]),
            film.comes_back([film.terms[name] for name in chosen], 1.0),
            Emerge(film.live[1]),
            run_time=0.8,
        )
        film.pause(1.5)


class MaxGate(Beat[CircuitStory, CircuitStage]):
    """The gradient passes the max gate."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what a max gate does."""
        if story.is_tie:
            return sentence("Max sends it all one way: of equal inputs, the first gets it.")
        return sentence("Max sends it all to the largest.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        return sentence(
            "Bars close the other wires. Back comes a gradient of {g}: it tries each wire, and all "
            "of it goes along the one that is open.",
            g=story.one,
        )

    def moves(self, film: CircuitStage) -> None:
        """Close the losers; light comes, and tries each wire."""
        gates, story = film.gates, film.story
        losers = [name for name in story.terms if name != story.winner]
        film.stops = Stops({name: gates.wires[name] for name in story.terms}, film.pen)
        others = [film.terms[name] for name in losers]
        film.play(film.stops.closes(losers), Veil(others, DIM), run_time=0.5)
        film.play(self._light(film, 0.0, SPUR), run_time=1.2)

    def moves_on(self, film: CircuitStage) -> None:
        """Let the light go on along the open wire."""
        film.play(self._light(film, SPUR, 1.0), run_time=1.0)

    def _light(self, film: CircuitStage, low: float, high: float) -> Choose:
        """Return a part of the motion in which light chooses."""
        return Choose(
            film.gates,
            SUM,
            film.story.winner,
            film.stops,
            WIDEST,
            rate_func=lambda part: low + part * (high - low),
        )


class Turn(Beat[CircuitStory, CircuitStage]):
    """The weight is turned until another input is the largest."""

    speaks_last = True

    def when(self, story: CircuitStory) -> bool:
        """Return whether turning the weight changes its product."""
        return story.turns

    def says(self, story: CircuitStory) -> Sentence:
        """Say when the light jumps."""
        return sentence("Until another becomes the largest. Then that one gets everything.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        w, product, largest = story.turn.figures(1.0)
        return sentence(
            "A knob turns {w} to {v}, and its product becomes {p}. As another input becomes the "
            "largest, the light jumps to its wire, and the bar to the old one. {m} comes out.",
            w=wire_name(NUDGED),
            v=w,
            p=product,
            m=largest,
        )

    def moves(self, film: CircuitStage) -> None:
        """Turn the weight until the largest input and the first product are nearly equal."""
        turn = film.story.turn
        way = 1.0 if turn.end > turn.weight else -1.0
        zero = film.gates.ends[NUDGED].get_center() + RAIL_ABOVE * mn.UP
        if way < 0:
            zero = zero + LONGEST_BAR * mn.RIGHT
        reach = (0.0, 1.0) if way > 0 else (-1.0, 0.0)
        rail = film.turning = Rail(zero, LONGEST_BAR, reach, film.theme.forward, film.pen)
        term, value = film.terms[film.story.terms[0]], film.values[NUDGED]
        lit = [film.gates.names[NUDGED], film.gates.names["x0"], film.values["x0"], term]
        product, _, weight = film.live
        _above(rail, weight)
        film.play(
            Emerge(rail, rail.knob),
            Emerge(weight, rail.knob),
            Veil(lit, 1.0),
            Veil([value], HIDDEN),
            run_time=0.7,
        )
        film.remove(term, value)
        film.add(product)
        self._turns(film, 0.0, max(0.0, film.story.turn.crossing), NEARLY)

    def moves_on(self, film: CircuitStage) -> None:
        """Turn it on: the light jumps, and what comes out begins, or ceases, to move."""
        story = film.story
        new = story.rival if story.loses else story.terms[0]
        wires = (story.winner, new)
        jump = Jump(film.gates, wires, film.stops, 0.0, run_time=ON, rate_func=even)
        self._turns(film, max(0.0, story.turn.crossing), 1.0, ON, jump)

    def _turns(
        self, film: CircuitStage, low: float, high: float, seconds: float, *others: mn.Animation
    ) -> None:
        """Turn the weight from one part of the turn to another."""
        rail, ruler, (product, largest, weight) = film.turning, film.ruler, film.live
        assert rail is not None
        if high <= low:
            return
        way = 1.0 if rail.reach[1] > 0 else -1.0
        sign = -1.0 if film.story.loses else 1.0

        def follow(share: float) -> None:
            film.turned = low + share * (high - low)
            rail.draw(way * film.turned)
            ruler.draw(sign * film.story.turn.risen(film.turned))
            _beside(ruler, largest)
            _above(rail, weight)

        with film.counting(product, largest, weight):
            turn = Motion(mn.Group(rail, ruler), lambda: follow, run_time=seconds)
            film.play(turn, *others)


class Three(Beat[CircuitStory, CircuitStage]):
    """The three gates, side by side."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what each of them does."""
        return sentence("Add copies, multiply swaps, max chooses.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the three gates."""
        return sentence(
            "Three gates come out of the circuit and stand side by side, with amber light on their "
            "wires. Plus, with the word copies: three equal streams. Times, with swaps: the names "
            "of its inputs have changed places. Max, with chooses: one stream; bars close the rest."
        )

    def moves(self, film: CircuitStage) -> None:
        """Take the gates out of the circuit."""
        gates = film.gates
        words = [m for m in film.mobjects if isinstance(m, Typeset) and m is not film.narration]
        sums = gates.marks[SUM].middle, gates.marks[SUM].radius
        product = gates.marks[film.story.terms[0]]
        film.trio = GateTrio(TRIO, film.pen)
        turning = [] if film.turning is None else [film.turning]
        things = [film.ruler, film.stops, *film.live, *turning]
        film.play(
            mn.FadeOut(mn.Group(*things), run_time=0.5),
            Veil(words, HIDDEN, run_time=0.4),
            Dim(gates, gates.submobjects, HIDDEN, run_time=0.6),
            film.trio.comes([sums, (product.middle, product.radius), sums], run_time=1.3),
        )
        film.remove(gates, *words)

    def moves_on(self, film: CircuitStage) -> None:
        """Let light run back through each; cite the sources once the sentence is read."""
        pen, trio = film.pen, film.trio
        said = [pen.label(word, film.theme.ink, LARGE) for word in ("copies", "swaps", "chooses")]
        for word, cell in zip(said, trio.cells.values(), strict=True):
            word.move_to(point(cell.mark.middle[0])).on_baseline(TRIO.bottom)
        words = mn.LaggedStart(*(Emerge(word) for word in said), lag_ratio=0.6, run_time=2.1)
        film.play(
            *(Emerge(name, run_time=0.6) for name in trio.names), trio.streams(run_time=2.3), words
        )
        film.cite()


def _live(film: CircuitStage) -> tuple[LiveNumber, LiveNumber, LiveNumber]:
    """Make the numbers that count while the weight is turned: its product, the largest, itself."""
    story, theme = film.story, film.theme
    film.turned = 0.0
    term = film.terms[story.terms[0]]
    product = LiveNumber(
        film.pen,
        lambda: story.turn.figures(film.turned)[1],
        left=float(term.get_left()[0]),
        baseline=term.baseline,
        color=theme.forward,
        size=term.font_size,
    ).halo(theme.background)
    largest = LiveNumber(
        film.pen,
        lambda: story.turn.figures(film.turned)[2],
        left=0.0,
        baseline=0.0,
        color=theme.forward,
        size=LARGE,
    )
    _beside(film.ruler, largest)
    weight = LiveNumber(
        film.pen,
        lambda: story.turn.figures(film.turned)[0],
        left=0.0,
        baseline=0.0,
        color=theme.forward,
        size=VALUE,
    )
    return product, largest, weight


def _beside(ruler: Rail, number: LiveNumber) -> None:
    """Let a number stand beside the knob of the ruler."""
    x, y, _ = ruler.knob + ASIDE * mn.RIGHT
    number.stand(x, y - number.height / 2)


def _above(rail: Rail, number: LiveNumber) -> None:
    """Let a number stand above the knob of the rail."""
    x, y, _ = rail.knob + GAP * mn.UP
    number.stand(x - number.width / 2, y)
