"""Entries of a key side by side."""

from itertools import pairwise

import numpy as np

from scenes.kit.charts.chips import LINE_STEP, SAMPLE, Chip, lines_of, put_lines, width_of
from scenes.kit.charts.marks import polyline
from scenes.kit.layout import STAGE
from scenes.kit.type.typesetting import Pen

WORDS = ["one", "a longer one", "seed", "many words that take some room", "five", "last of all"]


def test_entries_follow_each_other_and_go_on_in_the_next_line(pen: Pen) -> None:
    chips = [Chip(words, pen) for words in WORDS]
    region = STAGE.inset(right=STAGE.width / 2)
    lines = lines_of(chips, region.width)
    assert [chip for line in lines for chip in line] == chips
    assert len(lines) > 1
    put_lines(lines, region)
    for line in lines:
        assert width_of(line) <= region.width
        for left, right in pairwise(line):
            assert right.get_left()[0] > left.get_right()[0]
            assert right.words.baseline == left.words.baseline
    for upper, lower in pairwise(lines):
        assert abs(upper[0].words.baseline - lower[0].words.baseline - LINE_STEP) < 1e-9
        assert width_of([*upper, lower[0]]) > region.width
    assert all(region.holds(chip) for chip in chips)


def test_they_may_end_at_the_right(pen: Pen) -> None:
    chips = [Chip(words, pen) for words in WORDS[:2]]
    put_lines([chips], STAGE, right=True)
    assert abs(chips[-1].get_right()[0] - STAGE.right) < 0.05


def test_a_sample_stands_before_its_words(pen: Pen) -> None:
    drawn = []

    def sample(start: np.ndarray, end: np.ndarray) -> object:
        drawn.append(end[0] - start[0])
        return polyline(np.stack([start, end]), pen.theme.ink)

    chip = Chip("seed", pen, sample)
    assert drawn == [SAMPLE]
    assert chip[0].get_right()[0] < chip.words.get_left()[0]
    assert chip.room > Chip("seed", pen).room
