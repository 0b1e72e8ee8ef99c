"""The film `circuit` on very different neurons: its layout, and its numbers recomputed."""

from decimal import MIN_EMIN, Context, Decimal
from pathlib import Path

import pytest

import backprop_core as core
from scenes.circuit import Circuit
from scenes.stories.circuit import CircuitStory
from tests.scenes.film_probe import probe
from tests.scenes.recompute.circuit import nudge_of
from tests.scenes.test_films import every_number_is_computed_again, the_text_says_what_the_value_is
from tests.selection import quick_cases

NEURONS = {
    "one input": ([1.0, 0.25], [0.5]),
    "four inputs": ([0.123456, -3.0, 1e-5, 700.5, -2.0], [1.0, -2.0, 3e-7, 0.01]),
    "zeros": ([0.0, 1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]),
    "overflows": ([1000.0] * 5, [-1000.0] * 4),
    "underflows": ([1000.0, 0.0], [1.0]),
    "long numbers": ([-1.23456e-4, -1.23456e-3, -999.123, 3.0], [-1.2e-4, -999.123, -0.0012]),
}


@pytest.mark.parametrize("theme", quick_cases(["dark", "light"], "dark"))
@pytest.mark.parametrize("case", quick_cases(NEURONS, "overflows", "long numbers"))
def test_any_neuron(case: str, theme: str, tmp_path: Path) -> None:
    weights, inputs = NEURONS[case]
    changes = {"circuit.weights": weights, "circuit.inputs": inputs, "film.theme": theme}
    found = probe(Circuit, Circuit.default_experiment().override(changes), tmp_path)
    assert not found.problems
    film = found.film
    assert film is not None
    beyond = "beyond_floats" in {beat.name for beat in film.ledger.beats}
    assert beyond == (case in {"overflows", "underflows"})
    document = film.ledger.document(film.about())
    floats = [entry for entry in document["numbers"] if entry.get("log10") is None]
    others = [entry for entry in document["numbers"] if entry.get("log10") is not None]
    every_number_is_computed_again({**document, "numbers": floats})
    the_text_says_what_the_value_is({**document, "numbers": floats})
    assert bool(others) == beyond
    for entry in others:
        exact = _again(entry["name"], weights, inputs).copy_abs()
        assert entry["log10"] == pytest.approx(float(exact.log10()), rel=1e-12)


def _again(name: str, weights: list[float], inputs: list[float]) -> Decimal:
    if name in {"predicted", "measured"}:
        story = CircuitStory.of(core.Experiment(circuit={"weights": weights, "inputs": inputs}))
        if name == "predicted":
            gradient = core.neuron_circuit(weights, inputs).gradient["w0"]
            return Context(Emin=MIN_EMIN).multiply(gradient, nudge_of(inputs[0]))
        # What moves is computed again, without decimals, in the tests of the story.
        return story.moved
    kind, _, wire = name.removeprefix("folded.").rstrip("]").partition("[")
    if kind == name:  # 1 - a is the output of the opposite neuron.
        kind, wire, weights = "value", "a", [-w for w in weights]
    circuit = core.neuron_circuit(weights, inputs, folded=name.startswith("folded."))
    return circuit.local[wire][0] if kind == "local" else getattr(circuit, kind)[wire]


@pytest.mark.thorough
def test_the_network_makes_no_difference(tmp_path: Path) -> None:
    changes = {"network.depth": 2, "data.name": "moons", "seed": 5, "dtype": "float32"}
    shown = []
    for experiment in (
        Circuit.default_experiment(),
        Circuit.default_experiment().override(changes),
    ):
        found = probe(Circuit, experiment, tmp_path)
        assert found.film is not None
        shown.append((found.film.ledger.numbers, found.film.ledger.beats, found.film.subtitle()))
    assert shown[0] == shown[1]


def test_a_neuron_is_shown_with_the_numbers_of_the_course(tmp_path: Path) -> None:
    found = probe(Circuit, Circuit.default_experiment(), tmp_path)
    assert found.film is not None
    shown = {(entry["name"], entry["text"]) for entry in found.film.ledger.numbers}
    # What is left behind the chain is rounded once more, and then taken times what was typed.
    assert {("value[a]", "0.731"), ("gradient[z]", "0.197"), ("gradient[z]", "0.2")} <= shown
    assert {("gradient[w0]", "−0.2"), ("gradient[x1]", "−0.6")} <= shown
    assert {("folded.local[a]", "0.197"), ("predicted", "−0.002"), ("measured", "−0.002")} <= shown
