"""The explorer in a browser: the same numbers as the core, its configuration, and accessibility."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from jinja2 import Environment, PackageLoader

from backprop_core import ACTIVATIONS, Trace, factors, run, saturated_fraction
from backprop_core.experiment.config import parse_experiment
from backprop_core.passes.initializers import INITIALIZERS
from scenes.cli.main import main
from scenes.production.gallery.explorer import (
    DEPTHS,
    GAINS,
    SEEDS,
    TEMPLATE,
    WIDTHS,
    explored,
    explorer_files,
    explorer_fragment,
    explorer_settings,
)
from scenes.production.gallery.palette import palette_css
from scenes.production.gallery.site import POLICY
from scenes.words.figures import magnitude, measured, percent
from tests.browser import Visit
from tests.production.gallery.explorer_claims import NUMBER, contradictions
from tests.production.gallery.explorer_claims import factors as factors_of
from tests.selection import quick_cases

PHONE = {"width": 390, "height": 844}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Explorer</title>
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="palette.css"><link rel="stylesheet" href="gallery.css">
<link rel="stylesheet" href="{{ explorer.style }}"></head>
<body><main><h1>Explorer</h1>{% include template %}</main></body></html>
"""

AT_FIRST = explorer_settings()["atFirst"]
EXACTLY_ZERO = {"activation": "relu", "width": 2, "depth": 20}
CHAOTIC = [
    {"activation": "tanh", "gain": 30.0, "depth": 12},
    {"activation": "tanh", "gain": 10.0, "init": "orthogonal", "depth": 20, "width": 13},
    {"activation": "tanh", "gain": 30.0, "depth": 30, "width": 30},
    {"activation": "sigmoid", "gain": 30.0, "init": "he", "depth": 30},
]
CALM = [
    {},
    EXACTLY_ZERO,
    *({"depth": depth, "seed": seed} for depth, seed in zip(DEPTHS, SEEDS[1:], strict=True)),
    {"depth": DEPTHS[1], "gain": GAINS[0]},
    {"depth": DEPTHS[1], "gain": GAINS[0], "activation": "leaky_relu", "init": "xavier"},
    {"depth": DEPTHS[1], "gain": GAINS[-1], "activation": "relu", "init": "he"},
    {"width": WIDTHS[0], "gain": GAINS[-1]},
    *(
        {"activation": activation, "init": init, "width": 5 + n % 9, "depth": 3 + n % 5}
        | {"gain": (0.3, 1.0, 2.5, 8.0)[n % 4], "seed": SEEDS[n % 3]}
        for n, (activation, init) in enumerate(product(ACTIVATIONS, INITIALIZERS))
    ),
]
"""Networks on which any two machines agree: all activations with all initializations, extremes."""

COMPUTE = """async ([networks, constants]) => {
    const results = [];
    for (const network of networks) {
        await Promise.all(Draws.needed(network).map((part) => Draws.fetched(part, "")));
        const layers = Network.run(network, Draws.of(network), constants);
        const { digits } = Network.agreement(layers, network.activation);
        const shown = { settings: network, layers };
        const summary = Words.summary(shown, SETTINGS.lost[network.activation]);
        results.push({ layers: layers.slice(1), digits, summary, factors: Words.factors(layers) });
    }
    return results;
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with nothing but the explorer."""
    folder = tmp_path_factory.mktemp("explorer")
    write_page(folder)
    return folder / "index.html"


def write_page(folder: Path) -> None:
    loader = PackageLoader("scenes.production.gallery")
    environment = Environment(loader=loader, autoescape=True)
    words = {"explorer": explorer_fragment(), "template": TEMPLATE, "policy": POLICY}
    (folder / "index.html").write_text(
        environment.from_string(PAGE).render(words), encoding="utf-8"
    )
    (folder / "palette.css").write_text(palette_css(), encoding="utf-8")
    (folder / "gallery.css").write_bytes(gallery_css())
    for name, content in explorer_files().items():
        (folder / name).write_bytes(content)


def gallery_css() -> bytes:
    from importlib.resources import files

    return (files("scenes.production.gallery") / "static" / "gallery.css").read_bytes()


@pytest.fixture
def opened(page: Path, visit: Callable[..., Visit]) -> Iterator[Callable[..., Visit]]:
    """Open the page and wait for its first network; at the end, it has done nothing wrong."""
    visits = []

    def open_it(**settings: Any) -> Visit:
        found = visit(page, **settings)
        visits.append(found)
        said(found, "The signal is")
        return found

    yield open_it
    assert [found.misdeeds for found in visits] == [[]] * len(visits)


def said(found: Visit, words: str) -> str:
    """Wait until the sentence below the chart holds these words; return it."""
    summary = found.page.locator("#explorer-summary", has_text=words)
    summary.wait_for()
    return summary.inner_text()


def settled(found: Visit, line: str) -> None:
    """Wait until the printed file has this line."""
    found.page.locator("#explorer-toml", has_text=line).wait_for()


def worst(computed: list[dict[str, float]], trace: Trace) -> float:
    """Return the largest relative error of what the browser computed of a network."""
    hidden, parts = computed[:-1], factors(trace)
    pairs = [
        ([layer["factor"] for layer in hidden], parts.total),
        ([layer["weightPart"] for layer in hidden], parts.weight_part),
        ([layer["slopePart"] for layer in hidden], parts.slope_part),
    ]
    signal = np.array([layer["log10Signal"] for layer in computed])
    expected = trace.log10_norm("signal")
    alive = np.isfinite(expected)
    assert (signal[~alive] == expected[~alive]).all()
    errors = [np.abs(10 ** (signal[alive] - expected[alive]) - 1)]
    for found, known in pairs:
        some = np.nan_to_num(known) > 0
        assert np.array_equal(np.array(found)[~some], known[~some], equal_nan=True)
        errors.append(np.abs(np.array(found)[some] / known[some] - 1))
    return max(map(np.max, filter(len, errors)))


def lost_in_float32(trace: Trace) -> list[float]:
    """Return the share of the gradient at z of each layer that NumPy rounds to 0."""
    with np.errstate(over="ignore"):
        return [float((delta.astype(np.float32) == 0).mean()) for delta in trace.delta]


def test_the_numbers_are_those_of_the_core(opened: Callable[..., Visit]) -> None:
    networks = [AT_FIRST | settings for settings in [*CALM, *CHAOTIC]]
    constants = explorer_settings()["constants"]
    results = opened().page.evaluate(COMPUTE, [networks, constants])
    digits, lowest, zeros = [], 0.0, 0
    for settings, result in zip(networks, results, strict=True):
        trace = run(explored(**settings))
        computed = result["layers"]
        error = worst(computed, trace)
        assert error <= 10.0 ** -min(result["digits"], 9), settings
        digits.append(result["digits"])
        if result["digits"] >= 9:
            saturated = [layer["saturated"] for layer in computed[:-1]]
            np.testing.assert_allclose(saturated, saturated_fraction(trace), atol=1e-12)
            # An entry may lie just where float32 ends.
            found = [layer["lostInFloat32"] for layer in computed]
            np.testing.assert_allclose(found, lost_in_float32(trace), atol=1e-3)
        signal = trace.log10_norm("signal")
        lowest = min(lowest, signal[np.isfinite(signal)].min())
        zeros += int((signal == -np.inf).sum())
    assert min(digits[: len(CALM)]) >= 9
    assert max(digits[len(CALM) :]) < 9
    assert len(CALM) >= 20
    assert lowest < -40
    assert zeros > 0


@pytest.mark.parametrize(
    ("depth", "gain", "width"),
    quick_cases(
        [
            *product((DEPTHS[0], 9, DEPTHS[1]), (GAINS[0], 1.0, 6.0, GAINS[-1]), (30,)),
            *((9, gain, 3) for gain in GAINS),
            (9, 6.0, 10),
        ],
        (9, 6.0, 10),
    ),
)
def test_nothing_that_is_said_contradicts_the_numbers(
    opened: Callable[..., Visit], depth: int, gain: float, width: int
) -> None:
    networks = [
        AT_FIRST | {"activation": f, "init": init, "depth": depth, "gain": gain, "width": width}
        for f, init in product(ACTIVATIONS, INITIALIZERS)
    ]
    constants = explorer_settings()["constants"]
    results = opened().page.evaluate(COMPUTE, [networks, constants])
    wrong = {
        str(network): found
        for network, result in zip(networks, results, strict=True)
        if (found := list(contradictions(result["summary"], result["layers"])))
    }
    assert wrong == {}
    for result in results:
        known = factors_of(result["layers"])
        numbers = [text for text in re.findall(NUMBER, result["factors"]) if text != "1"]
        assert len(numbers) == min(len(set(map(round_to_three, known))), 2), result["factors"]


def round_to_three(log10: float) -> str:
    return magnitude("", log10).plain


LINKS: list[tuple[str, dict[str, Any], str | None]] = [
    ("#depth=12&gain=3", {"depth": 12, "gain": 3.0}, "#depth=12&gain=3"),
    (
        "#gain=6&init=he&activation=relu&seed=2&width=5&depth=2",
        {"depth": 2, "width": 5, "activation": "relu", "init": "he", "gain": 6.0, "seed": 2},
        "#seed=2&depth=2&width=5&activation=relu&init=he&gain=6",
    ),
    # What no control can show is the nearest that one can, or ignored.
    ("#depth=1000&width=-3&gain=2.9", {"depth": 30, "width": 2, "gain": 3.0}, None),
    ("#gain=-1&depth=3.6", {"gain": 0.1, "depth": 4}, "#depth=4&gain=0.1"),
    ("#depth=&width=many&gain=NaN&seed=7&init=HE&constructor=1", {}, None),
    ("#depth=3&activation=<script>&depth=5", {"depth": 3}, "#depth=3"),
    ("#depth=%E0%A4%A&gain=Infinity", {}, None),
    ("#depth=9&width=30", {}, ""),
    ("#explorer", {}, "#explorer"),
]
"""Fragments, what they set, and the address that follows, where it is known."""


@pytest.mark.parametrize(("fragment", "differs", "address"), quick_cases(LINKS, LINKS[2]))
def test_a_link_begins_with_its_settings(
    page: Path,
    visit: Callable[..., Visit],
    fragment: str,
    differs: dict[str, Any],
    address: str | None,
) -> None:
    found = visit(page.as_uri() + fragment)
    said(found, "The signal is")
    experiment = parse_experiment(found.page.inner_text("#explorer-toml"), "explored.toml")
    assert experiment == explored(**{**AT_FIRST, **differs})
    if address is not None:
        assert found.page.url == page.as_uri() + address
    assert found.misdeeds == []


def test_the_address_keeps_the_settings(opened: Callable[..., Visit], page: Path) -> None:
    found = opened()
    assert found.page.url == page.as_uri()
    found.page.get_by_label("Depth").press("ArrowRight")
    found.page.get_by_label("Initialization").select_option("he")
    link = found.page.locator("#explorer-link", has_text="#depth=10&init=he")
    link.wait_for()
    assert found.page.url == link.inner_text() == f"{page.as_uri()}#depth=10&init=he"
    # Another link into this page, and back to what was there at first.
    found.page.evaluate("location.hash = '#depth=4'")
    settled(found, "depth = 4")
    settled(found, 'init = "normal"')
    found.page.get_by_role("button", name="Start again").click()
    settled(found, "depth = 9")
    found.page.locator("#explorer-link").filter(has_not_text="#").wait_for()
    assert found.page.url == page.as_uri()


def test_the_keyboard_changes_the_network(opened: Callable[..., Visit]) -> None:
    found = opened()
    page = found.page
    before = page.get_attribute("#explorer-signal-chart", "aria-label")
    page.get_by_label("Depth").press("ArrowRight")
    page.get_by_label("Activation").select_option("relu")
    page.get_by_label("Draw").select_option("1")
    settled(found, 'activation = "relu"')
    settled(found, "seed = 1")
    said(found, "off (z")
    assert page.inner_text("#explorer-depth-value") == "10"
    assert page.get_attribute("#explorer-signal-chart", "aria-label") != before
    page.get_by_role("button", name="Start again").click()
    settled(found, "depth = 9")
    said(found, "saturated")
    assert page.get_attribute("#explorer-signal-chart", "aria-label") == before


def test_what_is_printed_is_what_is_seen(opened: Callable[..., Visit]) -> None:
    found = opened()
    questions = explorer_settings()["questions"]
    buttons = found.page.locator("[data-explorer-question]")
    assert buttons.count() == len(questions) > 1
    for n, settings in enumerate(questions):
        buttons.nth(n).click()
        for name in ("depth", "gain"):
            settled(found, f"{name} = {settings[name]}")
        for name in ("init", "activation"):
            settled(found, f'{name} = "{settings[name]}"')
        text = found.page.inner_text("#explorer-toml")
        experiment = parse_experiment(text, "explored.toml")
        assert experiment == explored(**settings)
        assert table(found) == expected_table(run(experiment))


def table(found: Visit) -> list[list[str]]:
    rows = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    return found.page.locator("#explorer-rows tr").evaluate_all(rows)


def expected_table(trace: Trace) -> list[list[str]]:
    """Write the table as the films would."""
    parts, saturated = factors(trace), saturated_fraction(trace)
    rows = []
    for n, signal in enumerate(trace.log10_norm("signal")):
        cells = ["", "", "", ""]
        if n < trace.depth - 1:
            values = (parts.total[n], parts.weight_part[n], parts.slope_part[n])
            cells = [*(measured("", value).plain for value in values)]
            cells.append(percent("", saturated[n]).plain)
        lost = percent("", lost_in_float32(trace)[n]).plain
        rows.append([str(n + 1), magnitude("", signal).plain, *cells, lost])
    return rows


@pytest.mark.thorough
def test_the_command_films_the_file(
    opened: Callable[..., Visit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened().page
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").click()
    assert download.value.suggested_filename == "explored.toml"
    monkeypatch.chdir(tmp_path)
    download.value.save_as("explored.toml")
    program, *words = page.inner_text("#explorer-command").split()
    assert program == "backprop"
    result = CliRunner().invoke(main, [*words, "--dry-run", "--json"])
    assert result.exit_code == 0, result.output
    assert "vanishing" in json.dumps(json.loads(result.stdout))


@pytest.mark.thorough
def test_copying_and_selecting_where_a_browser_does_not_copy(opened: Callable[..., Visit]) -> None:
    page = opened().page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the file").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.text_content("#explorer-toml")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('no')); }")
    page.get_by_role("button", name="Copy the command").click()
    page.get_by_text("Selected").wait_for()
    assert page.evaluate("String(getSelection())") == page.inner_text("#explorer-command")


def test_a_curve_is_kept_for_comparison(opened: Callable[..., Visit]) -> None:
    found = opened()
    page = found.page
    kept = page.get_by_text("kept: depth 9, width 30, sigmoid")
    assert not kept.is_visible()
    page.get_by_role("button", name="Keep this curve").click()
    page.locator("[data-explorer-question]").nth(1).click()
    settled(found, "depth = 2")
    assert kept.is_visible()
    points = page.get_attribute("path.explorer-kept", "d")
    assert points is not None
    assert points.count("L") == 8
    page.get_by_role("button", name="Forget it").click()
    assert not kept.is_visible()
    assert page.evaluate("document.activeElement.id") == "explorer-keep"


@pytest.mark.parametrize(
    "settings",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark", "viewport": PHONE, "reduced_motion": "reduce"},
    ],
)
@pytest.mark.thorough
def test_no_one_is_shut_out(settings: dict[str, Any], opened: Callable[..., Visit]) -> None:
    found = opened(**settings)
    page = found.page
    page.get_by_role("button", name="Keep this curve").click()
    page.locator("[data-explorer-question]").last.click()
    page.get_by_text("0 exactly in float32").wait_for()
    page.get_by_text("The numbers as a table").click()
    assert found.barriers() == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


@pytest.mark.thorough
def test_a_missing_part_is_named(tmp_path: Path, visit: Callable[..., Visit]) -> None:
    write_page(tmp_path)
    (tmp_path / "explorer-uniform-0.js").unlink()
    found = visit(tmp_path / "index.html")
    said(found, "The signal is")
    found.page.get_by_label("Initialization").select_option("xavier")
    assert "explorer-uniform-0.js is missing" in said(found, "Make the gallery again")
    found.page.get_by_label("Initialization").select_option("he")
    said(found, "The signal is")


@pytest.mark.thorough
def test_without_javascript_the_page_says_what_to_type(
    page: Path, visit: Callable[..., Visit]
) -> None:
    found = visit(page, java_script_enabled=False)
    assert "backprop numbers" in found.page.inner_text("main")
    assert not found.page.locator("form").is_visible()
