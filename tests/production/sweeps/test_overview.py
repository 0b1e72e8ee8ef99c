"""The overview of a sweep: its numbers, its legibility, and its publication."""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import style
from matplotlib.text import Text
from PIL import Image

from backprop_core import Experiment, run
from scenes.kit import theme as theme_module
from scenes.kit.theme import THEMES
from scenes.production.process.error_messages import RenderError
from scenes.production.sweeps import overview, overview_panels, overview_picture, overview_words
from scenes.production.sweeps.networks import sweep_facts
from scenes.production.sweeps.overview import draw_overview
from scenes.production.sweeps.overview_picture import SIZE, Overview, draw, drawable, style_of
from scenes.production.sweeps.sweep import Sweep, load_sweep
from scenes.production.sweeps.table import Numbers
from scenes.words import figures
from tests.selection import quick_cases

Load = Callable[[str], Sweep]
SMALL = "[experiment]\nnetwork.depth = 3\nnetwork.width = 4\ndata.samples = 20\n"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Return a function that reads a text as the file mine.toml."""

    def load(text: str) -> Sweep:
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        return load_sweep(tmp_path / "mine.toml")

    return load


def facts_of(sweep: Sweep) -> dict[str, Any]:
    return sweep_facts(sweep, Numbers())


# The numbers


def test_each_network_stands_at_its_place_with_the_numbers_of_the_core(load: Load) -> None:
    axes = '[axes]\n"network.gain" = [1.0, 3.0]\nseed = [7, 8, -1]\n'
    facts = facts_of(load(f'films = ["leak", "vanishing"]\n{axes}{SMALL}'))
    assert facts["axes"] == [
        {"fields": ["network.gain"], "values": [[1.0], [3.0]]},
        {"fields": ["seed"], "values": [[7], [8], [-1]]},
    ]
    assert len(facts["networks"]) == 6
    for (gain, seed), network in zip(
        itertools.product((1.0, 3.0), (7, 8, -1)), facts["networks"], strict=True
    ):
        if seed == -1:
            assert network is None
            continue
        base = {"depth": 3, "width": 4, "gain": gain}
        trace = run(Experiment(seed=seed, network=base, data={"samples": 20}))
        assert network["log10"] == list(trace.log10_norm("signal"))
        assert (network["gain"], network["hidden"], network["examples"]) == (gain, [4, 4], 20)


def test_exact_zeros_have_no_logarithm(load: Load) -> None:
    dead = "[experiment]\nseed = 1\nnetwork.activation = 'relu'\nnetwork.width = 1\n"
    (network,) = facts_of(load(f'films = ["leak"]\n{dead}data.samples = 5\n'))["networks"]
    assert network["log10"][:8] == [None] * 8
    assert math.isfinite(network["log10"][8])


def test_fields_that_no_network_depends_on_are_no_axes(load: Load) -> None:
    axes = '[axes]\n"training.epochs" = [-1, 2]\nseed = [1, 2]\n"film.theme" = ["light", "dark"]\n'
    facts = facts_of(load(f'films = ["leak"]\n{axes}{SMALL}'))
    assert [axis["fields"] for axis in facts["axes"]] == [["seed"]]
    assert facts["unread"] == ["training.epochs", "film.theme"]
    # A point that failed for another reason hides none that has the same network.
    assert len(facts["networks"]) == 2
    assert None not in facts["networks"]


def test_axes_side_by_side_are_one_axis_and_no_point_comes_twice(load: Load) -> None:
    axes = 'combine = "zip"\n[axes]\nseed = [1, 1, 2]\n"network.gain" = [1.0, 1.0, 3.0]\n'
    facts = facts_of(load(f'films = ["leak"]\n{axes}{SMALL}'))
    assert facts["axes"] == [{"fields": ["seed", "network.gain"], "values": [[1, 1.0], [2, 3.0]]}]
    assert len(facts["networks"]) == 2


def test_films_with_networks_of_their_own_are_an_axis(load: Load) -> None:
    films = 'films = ["vanishing", "learning_speed", "initialization"]\n'
    facts = facts_of(load(f'{films}[axes]\n"data.samples" = [20, 30]\n'))
    assert facts["axes"][1:] == [
        {"fields": ["film"], "values": [["vanishing, initialization"], ["learning_speed"]]}
    ]
    depths = [len(network["log10"]) for network in facts["networks"]]
    assert depths == [9, 5, 9, 5]
    assert [network["examples"] for network in facts["networks"]] == [20, 20, 30, 30]
    assert facts_of(load(f"{films}{SMALL}"))["axes"] == []


def test_the_theme_is_that_of_the_experiment(load: Load) -> None:
    assert facts_of(load('films = ["leak"]\n'))["theme"] == "dark"
    light = f'films = ["leak"]\n{SMALL}film.theme = "light"\n'
    assert facts_of(load(light))["theme"] == "light"


# Whether it can be read


def network(log10: Iterator[float] | list[float | None], **about: Any) -> dict[str, Any]:
    told = {"examples": 1000, "activation": "leaky_relu", "init": "orthogonal", "gain": 1.0}
    profile = list(log10)
    told |= {"hidden": [30] * (len(profile) - 1), "data": "digits"}
    return {**told, "log10": profile, **about}


def fall(depth: int, slope: float) -> list[float | None]:
    return [slope * (layer - depth) for layer in range(1, depth + 1)]


def facts(*axes: tuple[str, list[Any]], **changes: Any) -> dict[str, Any]:
    """Return facts of a product of axes, with profiles of all kinds."""
    total = math.prod(len(values) for _, values in axes)
    kinds = [
        network(fall(9, 0.6)),
        network(fall(9, -0.4)),
        network([None, None, *fall(7, 0.6)]),
        None,
        network(fall(9, 0.05)),
    ]
    return {
        "name": "gains",
        "theme": "dark",
        "axes": [{"fields": [field], "values": [[v] for v in values]} for field, values in axes],
        "unread": [],
        "networks": [kinds[n % len(kinds)] for n in range(total)],
    } | changes


GAINS = [round(0.1 * 1.2**n, 6) for n in range(40)]
WIDTHS = [[64, *[100 + n] * 6, 10] for n in range(7)]
WORDS = ["sigmoid", "leaky_relu", "tanh", "relu", "identity"]
ZIPPED = ["network.gain", "network.activation", "network.widths", "seed", "data.standardize"]

CASES: dict[str, dict[str, Any]] = {
    "one": facts(),
    "one_failed": facts(networks=[None]),
    "all_failed": facts(("network.depth", [1, 0, -3]), networks=[None] * 3),
    "two": facts(("network.activation", ["sigmoid", "leaky_relu"])),
    "readme": facts(("network.gain", [1.0, 3.0, 10.0]), ("network.depth", [3, 6, 9])),
    "8x5x2": facts(
        ("network.gain", GAINS[:8]), ("network.depth", [2, 3, 4, 5, 6]), ("seed", [1, 2])
    ),
    "1x30": facts(("network.gain", GAINS[:30])),
    "30x2": facts(("network.gain", GAINS[:30]), ("network.activation", ["tanh", "sigmoid"])),
    "40x20x9": facts(
        ("network.gain", GAINS), ("network.width", [*range(1, 61, 3)]), ("seed", [*range(9)])
    ),
    "four_axes": facts(
        ("network.gain", [1.0, 2.5]),
        ("network.init", ["normal", "orthogonal", "xavier"]),
        ("network.activation", WORDS),
        ("data.standardize", [True, False]),
    ),
    "widths": facts(("network.widths", WIDTHS), ("data.standardize", [True, False])),
    "widths_alone": facts(("network.widths", WIDTHS)),
    "zip": facts(
        axes=[
            {
                "fields": ZIPPED,
                "values": [
                    [GAINS[n], WORDS[n % 5], WIDTHS[n % 7], 10**n, n % 2 == 0] for n in range(9)
                ],
            }
        ],
        networks=[network(fall(9, 0.1 * n)) for n in range(9)],
    ),
    "zip_and_films": facts(
        axes=[
            {"fields": ZIPPED[:3], "values": [[GAINS[n], WORDS[0], WIDTHS[n]] for n in range(7)]},
            {"fields": ["film"], "values": [["vanishing, initialization, leak"], ["numerics"]]},
        ],
        networks=[network(fall(9, 0.5)), network(fall(1000, 0.63))] * 7,
    ),
    "depths": facts(
        ("network.depth", [2, 9, 100, 1000]),
        ("network.gain", [0.5, 1.0]),
        networks=[network(fall(d, s)) for d in (2, 9, 100, 1000) for s in (0.9, 0.3)],
    ),
    "explodes": facts(
        ("seed", [*range(9)]),
        networks=[*[network(fall(9, 0.2))] * 7, network(fall(9, -99.0)), network(fall(9, 99.0))],
    ),
    "everything_to_be_noted": facts(
        ("network.gain", GAINS),
        ("seed", [*range(20)]),
        ("network.activation", WORDS),
        networks=[
            (None, network(fall(99, 6.0)), *[network(fall(9, 0.2))] * 8)[n % 10]
            for n in range(4000)
        ],
        unread=["training.learning_rate", "training.batch_size", "circuit.inputs"],
        name="a-name-" * 17,
        theme="light",
    ),
    "strange_words": facts(
        ("network.activation", ["tanh", "#let x = 1", "日本", "a" * 5000, "$x^2$", "\\u202e"])
    ),
}  # fmt: skip


def drawn(case: str) -> Overview:
    with style.context(style_of(THEMES[CASES[case]["theme"]]), after_reset=True):
        picture = Overview(CASES[case])
        picture.canvas.draw()
    return picture


def texts(picture: Overview) -> list[Text]:
    """Return what can be read."""
    found = picture.figure.findobj(Text)
    return [
        text for text in found if isinstance(text, Text) and text.get_visible() and text.get_text()
    ]


def read(picture: Overview) -> list[str]:
    return [text.get_text().replace("\N{NO-BREAK SPACE}", " ") for text in texts(picture)]


@pytest.mark.parametrize("case", quick_cases(CASES, "readme", "everything_to_be_noted"))
def test_any_sweep_can_be_read(case: str) -> None:
    picture, found = drawn(case), CASES[case]
    boxes = {}
    for text in texts(picture):
        box = text.get_window_extent()
        # A line is as high as its highest letters may be.
        boxes[text] = box.expanded(0.98, 0.7)
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= SIZE[0]
        assert box.y1 <= SIZE[1], text
        assert text.get_fontsize() >= 20, text
    for one, other in itertools.combinations(boxes, 2):
        assert not boxes[one].overlaps(boxes[other]), (one, other)
    said = read(picture)
    if any(one is None for one in found["networks"]):
        assert any("failed" in words for words in said)
    # Nothing is left out in silence.
    shown = sum(map(len, picture.panels))
    assert (shown < len(found["networks"])) == any("values of" in words for words in said)


def test_what_is_drawn_and_not_drawn_adds_up() -> None:
    said = read(drawn("1x30"))
    assert said.count("failed") == 6
    assert "6 of 30 networks failed" in said
    assert "0 exactly" in said


def test_words_of_a_person_are_shown_as_typed_or_by_question_marks() -> None:
    said = read(drawn("strange_words"))
    assert {"#let x = 1", "??", "$x^2$", "\\u202e"} <= set(said)
    assert {drawable(words) for words in said} == set(said)


@pytest.mark.parametrize("theme", quick_cases(THEMES, "dark"))
def test_the_same_facts_make_the_same_bytes_in_the_colours_of_the_theme(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = dict(matplotlib.rcParams)
    draw(CASES["readme"] | {"theme": theme}, tmp_path / "one.png")
    # Whatever a person's matplotlibrc says.
    monkeypatch.setitem(matplotlib.rcParams, "text.usetex", True)
    monkeypatch.setitem(matplotlib.rcParams, "lines.linewidth", 20)
    draw(CASES["readme"] | {"theme": theme}, tmp_path / "two.png")
    monkeypatch.undo()
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert dict(matplotlib.rcParams) == settings
    with Image.open(tmp_path / "one.png") as picture:
        colors = {color for _, color in picture.getcolors(2**20)}
        assert picture.getpixel((2, 2)) == to_rgb(THEMES[theme].background)
        assert picture.info == {}
    assert {to_rgb(getattr(THEMES[theme], name)) for name in ("ink", "backward", "grid")} <= colors


def to_rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


# Its way to its place


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "films" / "mine"
    folder.mkdir(parents=True)
    return folder


Draw = Callable[[dict[str, Any], Path], None]


def drawing(calls: list[dict[str, Any]]) -> Draw:
    """Return a substitute for the drawing, which paints the picture in one colour."""

    def draw(facts: dict[str, Any], path: Path) -> None:
        calls.append(facts)
        Image.new("RGB", SIZE, (len(calls), 0, 0)).save(path)

    return draw


def hidden(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".backprop").iterdir())


def test_it_is_drawn(load: Load, root: Path) -> None:
    sweep = load(f'films = ["leak"]\n[axes]\nseed = [1, -1]\n{SMALL}film.theme = "light"\n')
    made = draw_overview(root, sweep, Numbers())
    assert (made.target.picture, made.reused) == (root / "sweep.png", False)
    with Image.open(made.target.picture) as picture:
        assert (picture.size, picture.mode) == ((1920, 1080), "RGB")
        assert picture.getpixel((2, 2)) == (255, 255, 255)
        assert len(picture.getcolors(2**20)) > 50
    assert made.target.picture.stat().st_size < 400_000
    assert hidden(root) == ["sweep.json"]


def test_it_is_drawn_again_only_if_something_has_changed(
    load: Load, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(overview_picture, "draw", drawing(calls))
    text = f'films = ["leak"]\n[axes]\nseed = [1, 2]\n{SMALL}'
    sweep = load(text)

    def make(sweep: Sweep = sweep, **options: Any) -> bool:
        return draw_overview(root, sweep, Numbers(), **options).reused

    assert [make(), make(), make()] == [False, True, True]
    assert [make(force=True), make()] == [False, True]
    whole = (root / "sweep.png").read_bytes()
    (root / "sweep.png").write_bytes(whole[:-1])
    with pytest.raises(RenderError, match=r"sweep\.png: was changed since it was made; rename it"):
        make()
    (root / "sweep.png").write_bytes(whole)
    assert make()
    (root / "sweep.png").unlink()
    assert [make(), make()] == [False, True]
    assert [make(load(text.replace("[1, 2]", "[1, 3]"))), len(calls)] == [False, 5]
    # Its film changes no number, and epochs are not those of this picture.
    assert make(load(text.replace("[1, 2]", "[1, 3]") + "training.epochs = 3\n"))
    with monkeypatch.context() as patch:
        patch.setattr(overview, "version", lambda package: "99")
        assert not make(load(text))
    monkeypatch.setattr(overview, "drawn_by", lambda *sources: {"versions": {"manim": "99"}})
    assert not make(load(text))


def test_whatever_draws_the_picture_counts(
    load: Load, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    honest = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.append(path)
        return honest(path)

    monkeypatch.setattr(overview_picture, "draw", drawing([]))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", noted)
        draw_overview(root, load(f'films = ["leak"]\n{SMALL}'), Numbers())
    counted = {path.resolve() for path in read}
    ours = (overview_picture, overview_panels, overview_words)
    for module in (theme_module, figures, *ours):
        assert Path(module.__file__).resolve() in counted


def test_numbers_that_changed_are_drawn(
    load: Load, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(overview_picture, "draw", drawing(calls))
    sweep = load('films = ["leak"]\n[experiment.data]\nname = "file"\npath = "mine.npz"\n')
    for seed, reused in ((0, False), (0, True), (1, False)):
        x = np.random.default_rng(seed).normal(size=(20, 3))
        np.savez(tmp_path / "mine.npz", x=x, y=np.arange(20) % 2)
        assert draw_overview(root, sweep, Numbers()).reused is reused
    first, second = (facts["networks"][0]["log10"] for facts in calls)
    assert first != second


def broken(error: BaseException) -> Draw:
    def draw(facts: dict[str, Any], path: Path) -> None:
        path.write_bytes(b"half of it")
        raise error

    return draw


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("x\n y"), "KeyError: "),
        (MemoryError(), "ran out of memory"),
        (OSError(28, "No space left on device"), "the disk is full; make room"),
    ],
)
def test_one_that_fails_says_so_in_a_line_and_leaves_the_old_one(
    error: Exception, said: str, load: Load, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = load(f'films = ["leak"]\n{SMALL}')
    monkeypatch.setattr(overview_picture, "draw", drawing([]))
    draw_overview(root, sweep, Numbers())
    before = (root / "sweep.png").read_bytes()
    monkeypatch.setattr(overview_picture, "draw", broken(error))
    with pytest.raises(RenderError) as failed:
        draw_overview(root, sweep, Numbers(), force=True)
    assert str(failed.value).startswith(said)
    assert "\n" not in str(failed.value)
    assert (root / "sweep.png").read_bytes() == before
    assert hidden(root) == ["sweep.json"]
    # What failed was not noted as made.
    assert draw_overview(root, sweep, Numbers()).reused


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("no")])
def test_one_that_ends_early_leaves_nothing(
    error: BaseException, load: Load, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview_picture, "draw", broken(error))
    with pytest.raises((KeyboardInterrupt, RenderError)):
        draw_overview(root, load(f'films = ["leak"]\n{SMALL}'), Numbers())
    assert not root.exists()
