"""Tables for notebooks show the measured values, and escape all texts."""

import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from backprop_core import (
    Diagnosis,
    Experiment,
    Finding,
    Network,
    Trace,
    diagnose,
    mean_field,
    run,
    trace,
)
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.config import parse_override
from backprop_core.html_tables import html_table, magnitude, value
from backprop_core.measures.layers import dead_units, factors, median_slope, saturated_fraction
from backprop_core.measures.theory import Theory

VOID = {"br", "img", "input", "source", "track"}
EXPONENT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


class Page(HTMLParser):
    """Reads HTML as a browser does, and takes offence where it is not well-formed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.texts: dict[str, str] = {}
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"td", "th"}:
            self.rows[-1][-1] += data
        elif self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data

    def column(self, heading: str) -> list[str]:
        head, *rows = self.rows
        at = head.index(heading)
        return [row[at] for row in rows if len(row) == len(head)]


def page(shown: Experiment | Trace | Theory | Diagnosis) -> Page:
    return Page(shown._repr_html_())


def log10(text: str) -> float:
    """Read a number as the tables write it."""
    if text == "0 exactly":
        return -math.inf
    found = re.fullmatch(r"([\d.]+)(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?", text)
    assert found is not None, text
    return math.log10(float(found[1])) + int((found[2] or "0").translate(EXPONENT))


THREE_DIGITS = 0.0022
"""The decimal logarithm of 1.005: half a unit of the third digit."""


def close(texts: list[str], wanted: np.ndarray) -> bool:
    return [log10(text) for text in texts] == pytest.approx(list(wanted), rel=0, abs=THREE_DIGITS)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_a_trace_shows_what_was_measured(activation: str) -> None:
    traced = run(Experiment(network={"depth": 5, "activation": activation}, data={"samples": 40}))
    shown = page(traced)
    assert shown.column("layer") == ["1", "2", "3", "4", "5"]
    assert shown.column("units") == ["30", "30", "30", "30", "10"]
    assert close(shown.column("signal"), traced.log10_norm("signal"))
    assert close(shown.column("norm of dW"), traced.log10_norm("dW"))
    with np.errstate(divide="ignore"):
        assert close(shown.column("factor")[:-1], np.log10(factors(traced).total))
        assert close(shown.column("median slope")[:-1], np.log10(median_slope(traced)))
    shares = [float(text.removesuffix(" %")) / 100 for text in shown.column("saturated")[:-1]]
    assert shares == pytest.approx(saturated_fraction(traced), abs=5.01e-3)
    assert {row[-1] for row in shown.rows[5:]} == {"–"}
    if activation == "relu":
        assert shown.column("dead units")[:-1] == [str(count) for count in dead_units(traced)]
    else:
        assert "dead units" not in shown.rows[0]
    assert f"5 layers, {activation}, 40 examples" in shown.texts["caption"]
    assert float(shown.texts["caption"].split()[-1]) == pytest.approx(traced.loss, rel=0.005)


def test_a_theory_shows_what_it_says() -> None:
    experiment = Experiment(network={"depth": 6}, data={"samples": 40})
    theory = mean_field(experiment, run(experiment).x)
    shown = page(theory)
    assert close(shown.column("q"), np.log10(theory.q))
    assert close(shown.column("χ")[:-1], np.log10(theory.chi))
    assert close(shown.column("factor √χ")[:-1], np.log10(theory.chi) / 2)
    signal = theory.log10_signal(0.0)
    assert close(shown.column("signal / signal of the last layer"), signal)


def test_of_a_thousand_layers_the_first_and_the_last_are_shown() -> None:
    traced = run(Experiment(network={"depth": 1000, "width": 4}, data={"samples": 20}))
    shown = page(traced)
    layers = [*range(1, 9), *range(993, 1001)]
    assert shown.column("layer") == [str(layer) for layer in layers]
    at = np.array(layers) - 1
    # Beyond what a float can hold: its logarithm is about -600.
    assert close(shown.column("signal"), traced.log10_norm("signal")[at])
    assert [row for row in shown.rows if len(row) == 1] == [["984 layers left out, 9 to 992"]]
    (spanning,) = (attrs for tag, attrs in shown.tags if "colspan" in attrs)
    assert spanning["colspan"] == str(len(shown.rows[0]))
    # What a terminal prints of it does not hold its millions of numbers.
    assert repr(traced) == f"<Trace: 1000 layers, sigmoid, 20 examples, loss {value(traced.loss)}>"


@pytest.mark.parametrize(("depth", "rows"), [(24, 25), (25, 18)])
def test_where_shortening_begins(depth: int, rows: int) -> None:
    shown = page(Theory(np.ones(depth), np.ones(depth - 1)))
    assert len(shown.rows) == rows


def test_what_is_no_number_is_said_in_words() -> None:
    assert value(math.nan) == "undefined (0 / 0)"
    assert (value(math.inf), value(-math.inf)) == ("infinite", "minus infinite")
    assert value(0.0) == magnitude(-math.inf) == "0 exactly"
    assert (magnitude(math.inf), magnitude(-1200.5)) == ("infinite", "3.16 × 10⁻¹²⁰¹")
    dead = page(Theory(np.array([0.0, np.inf]), np.array([np.nan])))
    assert dead.column("q") == ["0 exactly", "infinite"]
    assert dead.column("χ") == ["undefined (0 / 0)", "–"]


def test_a_gradient_of_exactly_zero_leaves_no_factor() -> None:
    # Biases that switch every ReLU off.
    network = Network(
        tuple(np.zeros(shape) for shape in ((4, 2), (4, 4), (3, 4))),
        tuple(-np.ones(n) for n in (4, 4, 3)),
        activation="relu",
    )
    shown = page(trace(network, np.ones((5, 2)), np.zeros(5, dtype=int)))
    assert shown.column("signal")[:2] == ["0 exactly", "0 exactly"]
    assert shown.column("factor") == ["undefined (0 / 0)", "0 exactly", "–"]
    assert shown.column("saturated")[0] == "100 %"
    assert shown.column("dead units")[0] == "4"


def test_a_diagnosis_shows_its_findings() -> None:
    found = diagnose(run(Experiment(data={"standardize": False, "scale": 16.0, "samples": 60})))
    assert found.kinds >= {"off_centre", "vanishing"}
    shown = page(found)
    assert shown.column("what is wrong") == [finding.words for finding in found]
    assert shown.column("what to do") == [finding.remedy for finding in found]
    kinds = [finding.kind.replace("_", " ") for finding in found]
    assert shown.column("finding") == kinds
    assert shown.column("where")[0] == "input"
    assert shown.texts["caption"] == f"Diagnosis: {len(kinds)} findings"
    (one,) = page(Diagnosis(found.findings[:1])).texts["caption"].splitlines()
    assert one == "Diagnosis: 1 finding"


def test_a_healthy_network_is_said_to_be_one() -> None:
    experiment = Experiment(network={"depth": 3, "activation": "relu", "init": "he"})
    assert "nothing found" in page(diagnose(run(experiment))).texts["p"]


def test_an_experiment_shows_every_field_under_the_name_of_set() -> None:
    experiment = Experiment(network={"depth": 4, "gain": 2.5}, data={"name": "moons"})
    shown = page(experiment)
    held = experiment.model_dump(exclude_none=True).values()
    assert len(shown.rows[1:]) == sum(len(v) if isinstance(v, dict) else 1 for v in held)
    values = dict(zip(shown.column("field"), shown.column("value"), strict=True))
    changed = {name: text for name, text in values.items() if "(default" in text}
    assert changed == {
        "network.depth": "4 (default 9)",
        "network.gain": "2.5 (default 1.0)",
        "data.name": '"moons" (default "digits")',
    }
    plain = {name: text.partition(" (default")[0] for name, text in values.items()}
    # Each name and value is what the command line takes.
    typed = dict(parse_override(f"{name}={text}") for name, text in plain.items())
    assert Experiment().override(typed) == experiment
    assert all(shown.column("what it is"))


def test_widths_take_the_place_of_depth_and_width() -> None:
    fields = page(Experiment(network={"widths": [64] + [5] * 1000 + [10]})).column("field")
    assert "network.widths" in fields
    assert not {"network.depth", "network.width"} & set(fields)


HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e"


def test_whatever_was_typed_stays_text() -> None:
    finding = Finding(HOSTILE, (1,), 1.0, 1.0, HOSTILE, HOSTILE)
    by_hand = html_table(HOSTILE, [HOSTILE], [[HOSTILE], HOSTILE], HOSTILE)
    for html in (by_hand, Diagnosis((finding,))._repr_html_()):
        read = Page(html)
        assert "script" not in {tag for tag, _ in read.tags}
        assert any("<script>alert(1)</script>\"'&" in cell for row in read.rows for cell in row)
        assert not set("\x1b\u202e") & set(html)
    title = page(Experiment(film={"title": "<b>&amp;"}))
    assert '"<b>&amp;"' in title.column("value")


def test_rows_and_columns_are_named_for_a_screen_reader_and_no_colour_is_set() -> None:
    experiment = Experiment(network={"depth": 30}, data={"samples": 20})
    traced = run(experiment)
    for shown in (experiment, traced, mean_field(experiment, traced.x), diagnose(traced)):
        html = shown._repr_html_()
        read = Page(html)
        assert "caption" in read.texts
        scopes = [attrs.get("scope") for tag, attrs in read.tags if tag == "th"]
        rows = [row for row in read.rows[1:] if len(row) > 1]
        assert scopes == ["col"] * len(read.rows[0]) + ["row"] * len(rows)
        assert not re.search(r"color|background|class=", html)


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (InputError("a: got 1", "b: got 2"), ["InputError: a: got 1", "InputError: b: got 2"]),
        (NumericalError("layer 3: NaN", 3), ["NumericalError: layer 3: NaN"]),
    ],
)
def test_a_notebook_shows_an_error_as_its_lines(
    error: InputError | NumericalError, lines: list[str]
) -> None:
    assert error._render_traceback_() == lines
