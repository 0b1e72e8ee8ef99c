"""Code as a stage: letters, lines and words can be spoken of, at any size."""

import numpy as np
import pytest

from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.code_stage import DRY, RESTING, CodeStage
from scenes.kit.stage.world import Look
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played
from tests.kit.pictures.listings import LINES, listing

LEFT = STAGE.columns(0.43, 0.57)[0]


@pytest.fixture
def code(pen: Pen) -> CodeStage:
    return listing(LEFT, pen)


def opacities(code: CodeStage) -> list[float]:
    return [float(line[0].get_fill_opacity()) for line in code.lines]


def test_the_pieces_of_a_line_are_the_line(code: CodeStage, pen: Pen) -> None:
    for line, text in zip(code.lines, LINES, strict=True):
        assert "".join(piece.plain for piece in line) == text.strip()
        whole = pen.code(text.strip(), size=line[0].font_size)
        assert line.width == pytest.approx(whole.width)
        assert sum(len(piece.points) for piece in line) == len(whole.points)


def test_a_word_lies_between_its_neighbours(code: CodeStage) -> None:
    before, word, after = code.lines[3]
    assert word is code.words[3]
    assert before.get_right()[0] < word.get_left()[0]
    assert word.get_right()[0] < after.get_left()[0]


def test_it_fills_its_region_and_is_legible(code: CodeStage) -> None:
    assert code.lines.width == pytest.approx(LEFT.width, rel=0.05)
    assert all(piece.font_size >= SMALL for line in code.lines for piece in line)


def test_letters_come_one_after_the_other(code: CodeStage) -> None:
    full = [len(piece.points) for line in code.lines for piece in line]
    write = code.write()
    write.begin()
    counts = []
    for share in np.linspace(0, 1, 30):
        write.interpolate(share)
        counts.append(sum(len(piece.points) for line in code.lines for piece in line))
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] == sum(full)


def test_what_is_there_already_is_not_written(code: CodeStage) -> None:
    first = len(code.lines[0][0].points)
    write = code.write(len(LINES[0]))
    write.begin()
    assert len(code.lines[0][0].points) == first
    assert not len(code.lines[1][0].points)


def test_lines_part_from_one_on(code: CodeStage) -> None:
    played(code.check())
    before = [code.middle_of(number) for number in range(len(LINES))]
    ticks, em = [float(tick.get_center()[1]) for tick in code.ticks], code.em
    code.part(3, 1.5)
    down = np.array(before) - [code.middle_of(number) for number in range(len(LINES))]
    assert down == pytest.approx([0, 0, 0, 1.5 * em, 1.5 * em])
    moved = np.array(ticks) - [float(tick.get_center()[1]) for tick in code.ticks]
    assert moved == pytest.approx(down)


def test_a_word_dries_up_letter_by_letter(code: CodeStage, pen: Pen) -> None:
    word = code.words[3]
    points, there = len(word.points), len(code.submobjects)
    dry = code.dry(3)
    dry.begin()
    letters = code.submobjects[there:]
    assert len(letters) == len(word.plain)
    assert sum(len(letter.points) for letter in letters) == points
    dry.interpolate(0.2)
    assert word.get_fill_opacity() == 0
    assert {each.get_fill_color().to_hex() for each in letters} == {pen.theme.backward}
    dry.interpolate(0.6)
    shown = [float(each.get_fill_opacity()) for each in letters]
    assert shown == sorted(shown)
    assert shown[0] == pytest.approx(DRY)
    assert shown[-1] == 1
    dry.interpolate(1.0)
    assert [float(each.get_fill_opacity()) for each in letters] == pytest.approx([DRY] * 8)


def test_a_letter_goes_out_when_it_is_told(code: CodeStage) -> None:
    there = len(code.submobjects)
    spans = [(0.2 + 0.1 * n, 0.3 + 0.1 * n) for n in range(8)]
    dry = code.dry(3, spans)
    dry.begin()
    letters = code.submobjects[there:]
    for gone in (0, 3, 7):
        dry.interpolate(0.2 + 0.1 * gone)
        shown = [float(each.get_fill_opacity()) for each in letters]
        assert shown == pytest.approx([DRY] * gone + [1] * (8 - gone))


def test_one_line_glows(code: CodeStage, pen: Pen) -> None:
    played(code.kindle(3))
    assert opacities(code) == pytest.approx([RESTING, RESTING, RESTING, 1, RESTING])
    colors = {piece.get_fill_color().to_hex() for piece in code.lines[3]}
    assert colors == {pen.theme.backward}


def test_every_line_gets_one_tick(code: CodeStage) -> None:
    check = code.check()
    played(check, 0.5)
    assert 0 < sum(float(tick.get_stroke_opacity()) for tick in code.ticks) < len(LINES)
    check.interpolate(1.0)
    assert len(code.ticks) == len(LINES)
    for number, tick in enumerate(code.ticks):
        assert tick.get_right()[0] < code.lines.get_left()[0]
        assert abs(tick.get_center()[1] - code.middle_of(number)) < code.em / 2


def test_the_camera_makes_it_larger(code: CodeStage) -> None:
    em, size = code.em, code.words[3].font_size
    played(Look([code], code.bounds, Region(-6, 6, -3, 3)))
    assert code.em > 1.5 * em
    assert code.words[3].font_size / size == pytest.approx(code.em / em)
    assert code.bounds.width <= 12 + 1e-6
