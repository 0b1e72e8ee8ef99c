"""Every sentence of `circuit` is true of numbers that are computed here once more."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import pytest

from backprop_core import Experiment
from scenes.circuit import Circuit
from scenes.stories.circuit import CircuitStory
from scenes.words.figures import Figure
from tests.selection import quick_cases
from tests.stories.spoken import said

CASES: dict[str, tuple[list[float], list[float]]] = {
    "default": ([2.0, -3.0, -3.0], [-1.0, -2.0]),
    "one input": ([1.0, 0.25], [0.5]),
    "four inputs": ([0.123456, -3.0, 1e-5, 700.5, -2.0], [1.0, -2.0, 3e-7, 0.01]),
    "nothing": ([0.0, 0.0], [0.0]),
    "zero weight": ([1.0, 0.0, -0.5], [2.0, 3.0]),
    "zero input": ([1.0, 2.0, -0.5], [2.0, 0.0]),
    "both zero": ([1.0, 0.0, -0.5], [2.0, 0.0]),
    "tie": ([2.0, 2.0, -1.0], [1.5, 1.5]),
    "equal in decimals alone": ([0.1, 0.3, 0.0], [3.0, 1.0]),
    "saturated": ([5.0, 5.0, 0.0], [1.0, 0.5]),
    "almost saturated": ([4.5, 0.0], [1.0]),
    "overflows": ([-1000.0, 0.0], [1.0]),
    "at the edge": ([-709.7, 0.0], [1.0]),
    "lost on the way back": ([-380.0, 0.0], [1.0]),
    "just beyond": ([-709.8, 0.0], [1.0]),
    "underflows": ([1000.0, 0.0], [1.0]),
    "most": ([1000.0] * 5, [-1000.0] * 4),
    "tiny": ([1e-300, 1e-300, 1e-300], [1e-300, 1e-300]),
}


@dataclass
class Told:
    """A story, and the neuron by another way."""

    experiment: Experiment
    story: CircuitStory
    w: list[mpmath.mpf]
    x: list[mpmath.mpf]

    @property
    def products(self) -> list[mpmath.mpf]:
        return [w * x for w, x in zip(self.w, self.x, strict=False)]

    @property
    def terms(self) -> list[Fraction]:
        """The terms of the sum as fractions, which compare exactly."""
        given = self.experiment.circuit
        w, x = ([Fraction(repr(each)) for each in many] for many in (given.weights, given.inputs))
        return [*(one * other for one, other in zip(w, x, strict=False)), w[-1]]

    @property
    def z(self) -> mpmath.mpf:
        return mpmath.fsum([*self.products, self.w[-1]])

    @property
    def slope(self) -> mpmath.mpf:
        e = mpmath.exp(-abs(self.z))
        return e / (1 + e) ** 2

    def said(self, name: str) -> str:
        return said(Circuit, self.story, name)


@pytest.fixture(
    params=quick_cases(
        CASES, "default", "four inputs", "tie", "at the edge", "lost on the way back"
    )
)
def told(request: pytest.FixtureRequest):
    weights, inputs = CASES[request.param]
    experiment = Experiment(circuit={"weights": weights, "inputs": inputs})
    with mpmath.workdps(800):
        exact = [[mpmath.mpf(repr(each)) for each in many] for many in (weights, inputs)]
        yield Told(experiment, CircuitStory.of(experiment), *exact)


def written(figure: Figure) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Return the number that is read on screen, and half a unit of its last digit."""
    if figure.plain == "0 exactly":
        return mpmath.mpf(0), mpmath.mpf(0)
    mantissa, exponent = figure.mantissa.replace("−", "-"), figure.exponent or 0
    decimals = len(mantissa.partition(".")[2])
    return mpmath.mpf(f"{mantissa}e{exponent}"), mpmath.mpf(f"0.5e{exponent - decimals}")


def reads(figure: Figure, number: mpmath.mpf) -> bool:
    value, half = written(figure)
    # log10 of a very large number leaves nine digits of it.
    return bool(abs(value - number) <= half * (1 + mpmath.mpf("1e-6")) + abs(number) * 1e-8)


def test_the_sentences_can_be_read_in_time(told: Told) -> None:
    story = told.story
    spoken = [beat.says(story) for beat in Circuit.beats]
    for each in spoken:
        assert len(each.plain.split()) <= 16, each.plain
        assert len(each.plain) < 90
    for each in [*spoken, story.subtitle()]:
        assert not re.search(r"[{}]|nan|\binf\b", each.plain)
        assert not re.search(r"\b1 inputs", each.plain), each.plain


def test_the_subtitle_counts_the_inputs(told: Told) -> None:
    assert told.story.subtitle().plain.startswith(f"one sigmoid neuron, {len(told.x)} input")


def test_every_number_reads_as_it_is(told: Told) -> None:
    story, slope, z = told.story, told.slope, told.z
    a, e = 1 / (1 + mpmath.exp(-z)), mpmath.exp(-z)
    values = {"z": z, "-z": -z, "exp(-z)": e, "1+exp(-z)": 1 + e, "a": a, "b": told.w[-1]}
    gradients = {"a": 1, "exp(-z)": -a * a, "-z": -slope, "z": slope, "b": slope}
    for i, (w, x) in enumerate(zip(told.w, told.x, strict=False)):
        values |= {f"w{i}": w, f"x{i}": x, f"w{i}x{i}": w * x}
        gradients |= {f"w{i}": slope * x, f"x{i}": slope * w, f"w{i}x{i}": slope}
    assert set(values) == set(story.values()) == set(story.gradients())
    gradients["1+exp(-z)"] = gradients["exp(-z)"]
    for shown, numbers in ((story.values(), values), (story.gradients(), gradients)):
        for name, number in numbers.items():
            assert reads(shown[name], mpmath.mpf(number)), (name, shown[name].plain)
    for gate, number in {"a": -a * a, "exp(-z)": e, "-z": -1, "z": 1, "1+exp(-z)": 1}.items():
        assert reads(story.local(gate), mpmath.mpf(number)), gate
    for figure, number in zip(story.sigma(), (slope, a * e, a), strict=True):
        assert reads(figure, number), figure.plain


def test_what_arrives_at_the_sum(told: Told) -> None:
    assert told.said("forward").endswith(f"which is {told.story.values()['a'].plain}.")
    chain, arrives = told.said("chain"), told.story.gradients()["z"].plain
    assert arrives in chain
    assert arrives in told.said("add_gate")
    assert ("saturated" in chain) == (told.slope < 0.01)
    assert ("saturated" in told.said("verdict")) == (told.slope < 0.01)


def test_where_floats_end(told: Told) -> None:
    e = mpmath.exp(-told.z)
    try:
        outside = math.exp(-float(told.z)) == 0
    except OverflowError:
        outside = True
    assert told.story.leaves_float64 == outside
    if outside:
        assert ("overflow" in told.said("beyond_floats")) == (e > 1)
    assert ("overflow" in told.said("fold")) == (outside and e > 1)
    # Below 2^-1075 a float is zero.
    lost = 1 / (1 + e) ** 2 < mpmath.mpf(2) ** -1075
    assert ("would be zero" in told.said("rule")) == lost


def test_multiplying_by_zero_is_told(told: Told) -> None:
    said = told.said("multiply_gates")
    pairs = list(zip(told.w, told.x, strict=False))
    zero = next((i for i, (w, x) in enumerate(pairs) if w * x == 0), None)
    if zero is None:
        assert "the other one's value" in said
        return
    w, x = pairs[zero]
    name = "₀₁₂₃"[zero]
    if w == 0 and x == 0:
        assert f"w{name} and x{name} are both zero" in said
    elif w == 0:
        assert f"w{name} is zero, so no gradient passes to x{name}" in said
    else:
        assert f"x{name} is zero, so its weight w{name} gets no gradient" in said


def test_where_max_sends_its_gradient(told: Told) -> None:
    first, second = told.terms[:2]
    said, gradients = told.said("max_gate"), list(told.story.routed_gradients().values())
    assert ("equal" in said) == (first == second)
    if first != second:
        largest = told.story.routed_values()["max"].plain.replace(" exactly", "")
        assert said.endswith(f"the larger input, {largest}.")
        largest_of_all = mpmath.mpf(max(first, second).numerator) / max(first, second).denominator
        assert reads(told.story.routed_values()["max"], largest_of_all)
    routed = [g.value for g in gradients]
    assert routed == ([1, 0, 1] if first >= second else [0, 1, 1])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("default", "larger input, 6.00"),
        ("equal in decimals alone", "equal"),
        ("tie", "by convention the first"),
    ],
    indirect=["told"],
)
def test_the_words_about_max(told: Told, words: str) -> None:
    assert words in told.said("max_gate")
