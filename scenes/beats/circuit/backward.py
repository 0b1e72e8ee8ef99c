"""The second act: the gradient rides back, and each gate does to it what it does."""

from __future__ import annotations

from scenes.beats.circuit.stage import (
    CURVES,
    DIM,
    HIDDEN,
    MEANWHILE,
    NEARBY,
    VALUE,
    CircuitStage,
    dots,
)
from scenes.kit.beat import Beat
from scenes.kit.layout import Region
from scenes.kit.stage.gate_light import Begin
from scenes.kit.stage.gate_pass import LIFT, Cross, Pass, Passage
from scenes.kit.stage.gate_wire import width_of
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.word_changes import Become, Emerge, Veil
from scenes.stories.circuit import OUTPUT, SUM, CircuitStory, number_of, wire_name
from scenes.words.figures import Sentence, constant, sentence

LONG, MANY = 3.0, 2
"""Width of a product that stands higher, and so many other products whose numbers are hidden."""
SPLIT = Region(-6.4, 6.2, -2.7, 2.4)
"""Where the left part of the circuit lies."""


class Back(Beat[CircuitStory, CircuitStage]):
    """The gradient begins at the output."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say where the way back begins."""
        return sentence("Now back. At the output, the gradient is one.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the last gate."""
        one, inverse = story.gradients()[OUTPUT], constant("gate", "1/x")
        return sentence(
            "The camera goes to the last gate, {inverse}, which opens: inside is its curve, with a "
            "dot where it stands and the tangent there. At its output an amber {one} appears.",
            inverse=inverse,
            one=one,
        )

    def moves(self, film: CircuitStage) -> None:
        """Go to the last gate, and open it."""
        gates = film.gates
        for gate, z in dots(film.story).items():
            gates.marks[gate].hold(CURVES[gate], z)
        gone = [film.output] if film.exponential is None else [film.output, film.exponential]
        film.play(
            film.near(OUTPUT),
            *(film.veil([word], HIDDEN) for word in gone),
            run_time=0.9,
        )
        film.remove(*gone)
        one = film.gradient(film.story.gradients()[OUTPUT], size=NEARBY)
        film.gradients[OUTPUT] = one
        film.play(
            gates.marks[OUTPUT].opens(),
            Begin(gates, OUTPUT, one, width_of(1.0)),
            run_time=1.1,
        )


class Slope(Beat[CircuitStory, CircuitStage]):
    """The last gate multiplies by its slope."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what each gate does to a gradient."""
        if float(story.neuron.local[OUTPUT][0]) == 0:
            return sentence(
                "Each gate multiplies by its own slope; in {f} this one would be zero.",
                f=constant("dtype", "float64"),
            )
        return sentence("Each gate multiplies by its own slope, and passes it on.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        gradients = story.gradients()
        return sentence(
            "The slope of the tangent stands above the gate: times {s}. The {one} goes in at the "
            "right and comes out at the left as {g}.",
            s=story.local(OUTPUT),
            one=gradients[OUTPUT],
            g=gradients["1+exp(-z)"],
        )

    def moves(self, film: CircuitStage) -> None:
        """Show the slope; let the gradient through."""
        gates, story = film.gates, film.story
        slope = film.slopes[OUTPUT] = film.slope(OUTPUT, story.local(OUTPUT))
        film.play(Emerge(slope, gates.marks[OUTPUT].middle), run_time=0.7)
        film.play(film.passing_back(OUTPUT, width=2.8, size=NEARBY), run_time=1.3)

    def moves_on(self, film: CircuitStage) -> None:
        """Ride with the gradient through the other gates."""
        gates, story = film.gates, film.story
        for gate in reversed(gates.chain()[:-1]):
            behind = list(film.slopes.values())
            film.play(
                film.near(gate),
                gates.marks[gate].opens(),
                film.veil(behind, HIDDEN),
                run_time=0.6,
            )
            slope = film.slopes[gate] = film.slope(gate, story.local(gate))
            film.play(
                Emerge(slope, gates.marks[gate].middle),
                film.passing_back(gate, width=2.8, size=NEARBY),
                run_time=1.05,
            )


class Chain(Beat[CircuitStory, CircuitStage]):
    """What is left after the chain."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what arrives at the sum."""
        g = number_of(f"gradient[{SUM}]", story.neuron.gradient[SUM], digits=1)
        if story.saturated:
            return sentence("The neuron is saturated: only about {g} gets back to the plus.", g=g)
        return sentence("Slope after slope: about {g} gets back to the plus.", g=g)

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        gradients = story.gradients()
        return sentence(
            "It has passed +{one}, e to the x and −x: times {p}, times {q}, times {r}. The camera "
            "goes on to the plus with what is left, {g}.",
            one=constant("one", "1"),
            p=story.local("1+exp(-z)"),
            q=story.local("exp(-z)"),
            r=story.local("-z"),
            g=gradients[SUM],
        )

    def moves(self, film: CircuitStage) -> None:
        """Go on to the sum with the gradient."""
        film.play(
            film.at_junction(),
            film.veil(list(film.slopes.values()), HIDDEN),
            film.tie(SUM),
            run_time=1.7,
        )


class Add(Beat[CircuitStory, CircuitStage]):
    """The gradient passes the sum."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what an add gate does."""
        return sentence("Add copies: every input gets the same.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the copies."""
        return sentence(
            "The number goes in at the plus, and copies of it, {g} each, come out along every "
            "wire. Then the camera goes to a multiply gate.",
            g=story.at_sum,
        )

    def moves(self, film: CircuitStage) -> None:
        """Let copies run out of the sum."""
        film.play(film.passing_back(SUM, width=1.75), run_time=1.5)

    def moves_on(self, film: CircuitStage) -> None:
        """Go to a product."""
        gates = film.gates
        product, names = _told(film.story)
        mark, wires = gates.marks[product], [gates.wires[name] for name in names]
        others = [word for name, word in film.gradients.items() if name != product]
        near = [word for n in names for word in (film.values[n], gates.names[n])]
        far = [w for w in film.words_of_ends() if not any(w is each for each in near)]
        right = mark.middle[0] + 4.2 * mark.radius
        half = abs(wires[0].start[1] - wires[1].start[1]) + mark.radius
        y = mark.middle[1]
        film.rest(1.0)
        film.play(
            film.look(Region(gates.bounds.left, right, y - half, y + half), SPLIT),
            film.veil([*others, *far], HIDDEN),
            film.veil(near, 1.0, early=False),
            film.dim_all_but(product, *names),
            run_time=1.5,
        )


class Multiply(Beat[CircuitStory, CircuitStage]):
    """The gradient passes the products."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what a multiply gate does."""
        i = story.told_product
        w, x = (story.neuron.value[f"{kind}{i}"] for kind in "wx")
        names = {"w": wire_name(f"w{i}"), "x": wire_name(f"x{i}")}
        if w and x:
            return sentence("Multiply swaps: each input gets it, times the other one's value.")
        if not w and not x:
            return sentence(
                "Multiply swaps: {w} and {x} are both zero, so neither gets any gradient.", **names
            )
        if w:
            return sentence(
                "Multiply swaps: {x} is zero, so its weight {w} gets no gradient.", **names
            )
        return sentence("Multiply swaps: {w} is zero, so no gradient passes to {x}.", **names)

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        i, gradients, values = story.told_product, story.gradients(), story.values()
        return sentence(
            "The values of the inputs of the multiply gate, {w} and {x}, cross over "
            "in the gate. Each is multiplied by {g}: {gw} for {nw}, {gx} for {nx}. Then the other "
            "products do the same.",
            w=values[f"w{i}"],
            x=values[f"x{i}"],
            g=story.at_sum,
            gw=gradients[f"w{i}"],
            gx=gradients[f"x{i}"],
            nw=wire_name(f"w{i}"),
            nx=wire_name(f"x{i}"),
        )

    def moves(self, film: CircuitStage) -> None:
        """Let the values cross over, and the gradient meet them."""
        gates, story, pen = film.gates, film.story, film.pen
        product, names = _told(story)
        lifts = {names[0]: LIFT, names[1]: -LIFT}
        crossing = {name: film.values[name].copy() for name in names}
        film.play(
            Cross(gates, product, crossing, lifts),
            film.comes_back([film.values[name] for name in names], 1.0),
            run_time=1.5,
        )
        gradient = story.gradients()[product]
        both = {
            name: pen.label(
                sentence("{g} \N{MULTIPLICATION SIGN} {v}", g=gradient, v=story.values()[other]),
                film.theme.backward,
                VALUE,
            )
            .fit_width(5.5)
            .halo(film.theme.background)
            for name, other in (names, names[::-1])
        }
        given = {product: film.gradients.pop(product)}
        wide = max(word.width for word in both.values()) > LONG
        lifts = {name: lift * (1 + wide) for name, lift in lifts.items()}
        film.play(
            Pass(
                gates,
                [Passage(product, given, both, film.widths(names), lifts)],
                back=True,
            ),
            Veil(list(crossing.values()), HIDDEN, MEANWHILE),
            run_time=1.4,
        )
        film.remove(*crossing.values())
        film.rest(0.4)
        for name in names:
            film.gradients[name] = film.gradient(story.gradients()[name])
            film.gradients[name].move_to(both[name])
        film.play(*(Become([both[n]], [film.gradients[n]]) for n in names), run_time=0.7)

    def moves_on(self, film: CircuitStage) -> None:
        """Go back; the other products do the same."""
        gates = film.gates
        told = f"w{film.story.told_product}x{film.story.told_product}"
        others = [name for name in gates.products() if name != told]
        waiting = [film.gradients[name] for name in (*others, "b")]
        film.play(
            film.look(left_part(gates), SPLIT),
            film.light_all(),
            film.veil(waiting, DIM if len(others) < MANY else HIDDEN, early=False),
            film.veil([film.values[name] for name in gates.leaves], HIDDEN),
            film.veil([gates.names[name] for name in gates.leaves], DIM, early=False),
            *(film.tie(name) for name in gates.plan[told].inputs),
            run_time=1.5,
        )
        if others:
            film.play(film.passing_back(*others, width=1.75), run_time=1.4)


def _told(story: CircuitStory) -> tuple[str, tuple[str, str]]:
    """Return the product that is told of, and its two factors."""
    w, x = (f"{kind}{story.told_product}" for kind in "wx")
    return w + x, (w, x)


def left_part(gates: Gates) -> Region:
    """Return the region from the free ends to the sum."""
    low = min(end.get_center()[1] for end in gates.ends.values())
    high = max(end.get_center()[1] for end in gates.ends.values())
    mark = gates.marks[SUM]
    air = mark.radius
    return Region(gates.bounds.left, mark.middle[0] + 5.0 * mark.radius, low - air, high + air)
