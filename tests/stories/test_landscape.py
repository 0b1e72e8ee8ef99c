"""Every sentence of `landscape` is true of numbers that are computed here once more."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest

from backprop_core import Experiment, InputError, landscape
from scenes.stories.landscape import ASPECT, BOWL, FEW, LandscapeStory, telling_example
from scenes.words.figures import Sentence

CASES: dict[str, dict[str, dict[str, object]]] = {
    "default": {},
    "another seed": {"seed": 5},
    "noise": {"data": {"name": "noise"}},
    "blobs": {"data": {"name": "blobs"}},
    "separable": {"data": {"name": "blobs", "standardize": False}, "seed": 1},
    "two classes": {"data": {"name": "moons"}},
    "one example": {"data": {"samples": 1, "standardize": False}},
    "three examples": {"data": {"samples": 3}},
    "zeros": {"data": {"scale": 0.0}},
    "one of zeros": {"data": {"samples": 1}},
    "raw": {"data": {"scale": 16.0, "standardize": False}},
    "tiny": {"data": {"scale": 1e-6, "standardize": False}},
    "single": {"dtype": "float32"},
    "five": {"data": {"samples": 5, "name": "moons"}},
}


@dataclass
class Told:
    """A story, and the losses by another way."""

    story: LandscapeStory

    def said(self, name: str, *arguments: int) -> str:
        words = getattr(self.story, name)(*arguments)
        assert isinstance(words, Sentence)
        return words.plain

    @cached_property
    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        reach = self.story.land.reach
        return np.linspace(-reach, reach, 81), ASPECT * np.linspace(-reach, reach, 45)

    def loss(self, a: np.ndarray, b: np.ndarray, examples: int) -> np.ndarray:
        """The mean loss of the first examples at places, from scores."""
        land = self.story.land
        U, V = land.directions
        total = np.zeros(len(a))
        for x, y in zip(land.x[:examples], land.y[:examples], strict=True):
            s = (land.weights @ x)[:, None] + np.outer(U @ x, a) + np.outer(V @ x, b)
            total += np.maximum(0, s - s[y] + 1).sum(axis=0) - 1
        return total / examples

    def on_map(self, examples: int) -> np.ndarray:
        a, b = np.meshgrid(*self.grid)
        return self.loss(a.ravel(), b.ravel(), examples).reshape(a.shape)

    def still(self, examples: int) -> float:
        """The share of the map where neighbours have one loss, to the last digits."""
        loss = self.on_map(examples)
        size = max(float(np.ptp(loss)), 1e-300)
        over, up = np.abs(np.diff(loss, axis=1)), np.abs(np.diff(loss, axis=0))
        return float(((over[:-1] < 1e-9 * size) & (up[:, :-1] < 1e-9 * size)).mean())


def story_of(settings: dict[str, dict[str, object]]) -> LandscapeStory:
    return LandscapeStory.of(Experiment(**settings))


@pytest.fixture(params=CASES, scope="module")
def told(request: pytest.FixtureRequest) -> Told:
    return Told(story_of(CASES[request.param]))


def sentences(story: LandscapeStory) -> list[Sentence]:
    stages = [story.average(stage) for stage in range(1, len(story.stages))]
    names = ("ramps", "total", "slope", "plane", "facets", "downhill_words", "flat_words")
    return [*(getattr(story, name)() for name in names), *stages, story.verdict()]


def percent(words: str) -> float | None:
    found = re.search(r"(\d+(?:\.\d+)?)\u202f%", words)
    return float(found[1]) / 100 if found else None


def test_captions_are_short(told: Told) -> None:
    for words in sentences(told.story):
        assert len(words.plain.split()) <= 16, words.plain
        assert words.plain.endswith(".")
    assert len(told.said("subtitle")) < 115


def test_captions_of_a_hundred_classes_are_short_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    path = tmp_path / "hundred.npz"
    np.savez(path, x=rng.normal(size=(1000, 12)), y=np.arange(1000) % 100)
    story = story_of({"data": {"name": "file", "path": str(path)}})
    for words in sentences(story):
        assert len(words.plain.split()) <= 16, words.plain
    assert story.lines(100).plain.replace(",", "").isdigit()
    assert story.sums.shape[1] * story.sums.shape[2] * story.land.c.size < 2.5e8


def test_the_map_is_the_mean_of_the_first_examples(told: Told) -> None:
    story = told.story
    a, b = np.meshgrid(story.a[::20], story.b[::11])
    for examples in story.stages:
        expected = told.loss(a.ravel(), b.ravel(), examples).reshape(a.shape)
        np.testing.assert_allclose(story.mean(examples)[::11, ::20], expected, rtol=1e-9, atol=1e-9)
        assert story.lowest(examples).value == pytest.approx(story.mean(examples).min())
        assert story.highest(examples).value == pytest.approx(story.mean(examples).max())
    assert story.stages[-1] == story.examples == len(story.land.y)
    assert story.stages[0] == 1


def test_what_the_subtitle_says(told: Told) -> None:
    words, (classes, inputs) = told.said("subtitle"), told.story.land.weights.shape
    assert f"{classes} classes, {inputs} inputs" in words
    assert f"{told.story.examples} example" in words
    assert "unregularised" in words
    assert words.endswith("the clearest first") == (told.story.examples > 1)


def test_ramps_and_kinks_are_counted(told: Told) -> None:
    story, land = told.story, told.story.land
    ramps, total, slope = told.said("ramps"), told.said("total"), told.said("slope")
    assert f"xample {story.example + 1}" in ramps
    wrong = len(land.weights) - 1
    if not land.x[0].any():
        assert "all inputs are zero" in ramps
        assert "no kink" in total
        assert "Without a kink" in slope
        return
    assert ("the wrong class" in ramps) == (wrong == 1)
    if wrong > 1:
        assert f"each of {wrong} wrong classes" in ramps
    # Bends of the loss from scores, looked for densely.
    a = np.linspace(-land.reach, land.reach, 20001)
    loss = told.loss(a, np.zeros_like(a), 1)
    bends = np.abs(np.diff(loss, 2)) > 1e-9 * loss.max()
    seen = np.sum(bends & ~np.concatenate([[False], bends[:-1]]))
    here = len(story.kinks)
    assert here - 1 <= seen <= here + 1
    if here > 1:
        numbers = [int(n) for n in re.findall(r"\d+", total)]
        assert numbers == ([here, wrong] if here < wrong else [here])
    else:
        assert ("no kink" in total) == (here == 0)
        assert ("1 kink" in total) == (here == 1)
    slopes = np.diff(loss)
    flat = np.abs(slopes).min() < 1e-12 * loss.max()
    assert ("exactly zero" in slope) == bool(flat and here)


def test_lines_and_flat_parts_of_one_example(told: Told) -> None:
    story = told.story
    facets, downhill = told.said("facets"), told.said("downhill_words")
    k = int(story.lines(1).value)
    assert ("single plane" in facets) == (k == 0)
    assert ("two plane facets" in facets) == (k == 1)
    if k > 1:
        assert f"; {k} lines" in facets
    still = told.still(1)
    if "All over this map" in downhill:
        assert still == 1
    elif (share := percent(downhill)) is not None:
        assert share == pytest.approx(still, abs=0.05)
    else:
        assert downhill.startswith("Arrows point")
        assert still == pytest.approx(0, abs=0.01)


def test_arrows_point_downhill(told: Told) -> None:
    story = told.story
    for examples in story.stages:
        field = story.downhill(examples)
        for row, column in ((1, 2), (4, 7), (6, 12)):
            step = 1e-7 * story.land.reach
            a = (column + 0.5) / 15 * 2 - 1
            b = ASPECT * ((row + 0.5) / 8 * 2 - 1)
            here = np.array([a, b]) * story.land.reach
            near = here[:, None] + step * np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
            right, left, up, down = told.loss(near[0], near[1], examples)
            slope = np.array([right - left, up - down]) / (2 * step)
            size = np.abs(story.land.d).max(initial=1e-300)
            np.testing.assert_allclose(field[:, row, column], -slope, atol=3e-3 * size * 10)


def test_averages(told: Told) -> None:
    story = told.story
    for stage in range(1, len(story.stages)):
        words, examples = told.said("average", stage), story.stages[stage]
        lines, before = (story.lines(n).value for n in (examples, story.stages[stage - 1]))
        assert words.startswith(f"Average over {examples} examples: {lines:.0f} kink line")
        blends = lines >= BOWL and examples == story.examples
        assert ("smaller facets" in words) == (lines > before and not blends)
        assert ("times weaker" in words) == blends
        if "bowl" in words:
            loss = told.on_map(examples)
            edge = min(loss[0].min(), loss[-1].min(), loss[:, 0].min(), loss[:, -1].min())
            assert loss.min() < edge
            assert told.still(examples) == 0
    assert FEW in story.stages or story.examples < FEW


def test_what_is_flat_in_the_end(told: Told) -> None:
    story, words = told.story, told.said("flat_words")
    still = told.still(story.examples)
    if words.startswith("No facet"):
        assert still == pytest.approx(0, abs=0.01)
        assert ("any more" in words) == (story.flat(1).value > 0)
    elif words.startswith("All over"):
        assert still == 1
    else:
        share = percent(words)
        assert share is not None
        assert share == pytest.approx(still, abs=0.05)
    assert ("averaging" in told.said("verdict")) == (story.examples > 1)


@pytest.mark.parametrize(
    ("case", "name", "words"),
    [
        ("default", "slope", "Between kinks"),
        ("blobs", "slope", "exactly zero"),
        ("separable", "flat_words", "On "),
        ("blobs", "flat_words", "any more"),
        ("zeros", "flat_words", "All over"),
        ("three examples", "flat_words", "No facet"),
        ("two classes", "facets", "two plane facets"),
        ("zeros", "downhill_words", "All over"),
        ("default", "downhill_words", "hatched"),
    ],
)
def test_each_kind_is_among_them(case: str, name: str, words: str) -> None:
    assert words in Told(story_of(CASES[case])).said(name)


def test_the_last_average_of_the_default_is_a_bowl() -> None:
    assert Told(story_of({})).said("average", 2).endswith("100 times weaker: a bowl.")


def test_the_example_is_chosen_by_its_kinks() -> None:
    land = landscape(Experiment())
    chosen = telling_example(land)
    reaches = (land.reach, land.reach * ASPECT)

    def gap(i: int) -> float:
        return float(np.diff([-land.reach, *land.kinks(i, land.reach), land.reach]).max())

    flat = [land.starting_with(i).flat_share(1, *reaches) for i in range(len(land.y))]
    fit = [i for i, share in enumerate(flat) if 0.05 <= share <= 0.4]
    assert chosen == min(fit, key=gap)


def test_targets_are_no_classes(tmp_path: Path) -> None:
    path = tmp_path / "targets.npz"
    np.savez(path, x=np.eye(4), y=np.eye(4) / 2)
    with pytest.raises(InputError, match="allowed classes"):
        story_of({"data": {"name": "file", "path": str(path)}})
