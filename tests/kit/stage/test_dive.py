"""Bars are as high as the numbers say at every moment of the dive, and on the axis after it."""

from itertools import combinations

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts.scales import Logarithmic
from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.bars import LANDING
from scenes.kit.stage.decades import RUN
from scenes.kit.stage.dive import LEAST_MARGIN, Dive
from scenes.kit.stage.profiles import EVERY, WORD_SHARE
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import index
from tests.kit.pictures.dives import (
    DEEP,
    DEFAULT,
    EXPLODING,
    HOLDING,
    SAMPLED,
    SAMPLED_LAYERS,
    STAIR,
    TWO,
    ZEROS,
    compared,
    dive_in,
    dived,
    played,
)

NETWORKS = {
    "default": DEFAULT,
    "two": TWO,
    "deep": DEEP,
    "exploding": EXPLODING,
    "zeros": ZEROS,
    "holding": HOLDING,
    "one layer": np.array([-3.0]),
    "all zero": np.full(4, -np.inf),
    "the last zero": np.array([-2.0, -1.0, -np.inf]),
    "beyond floats": np.array([300.0, -500.0, -1000.0]),
}
every_network = pytest.mark.parametrize("log10", NETWORKS.values(), ids=NETWORKS)


def tops(dive: Dive) -> dict[int, float]:
    """The highest point of each bar, as a fraction of the plot, by its number from the left."""
    plot, found = dive.bars.plot, {}
    middles = dive.bars.places(np.zeros(len(dive.log10)))[:, 0]
    for path in dive.bars.paths:
        for bar in path.get_subpaths():
            assert bar[:, 1].min() == pytest.approx(plot.bottom)
            middle = (bar[:, 0].min() + bar[:, 0].max()) / 2
            column = int(np.argmin(abs(middles - middle)))
            found[column] = float((bar[:, 1].max() - plot.bottom) / plot.height)
    return found


def picture(dive: Dive) -> list[np.ndarray]:
    return [member.points.copy() for member in dive.get_family() if len(member.points)]


def words(dive: Dive) -> list[Typeset]:
    family = dive.get_family()
    return [m for m in family if isinstance(m, Typeset) and m.get_fill_opacity() > 0]


def overlap(a: mn.Mobject, b: mn.Mobject) -> bool:
    gap = abs(a.get_center() - b.get_center())
    return bool(gap[0] < (a.width + b.width) / 2 and gap[1] < (a.height + b.height) / 2)


def test_bars_rise_to_scale(pen: Pen) -> None:
    dive = dive_in(STAGE, DEFAULT, pen)
    played(dive.rise())
    shares = 10 ** (DEFAULT - DEFAULT.max())
    assert tops(dive) == pytest.approx(dict(enumerate(shares)), rel=1e-6)


def test_the_last_layer_rises_first_and_no_bar_hangs_in_the_air(pen: Pen) -> None:
    dive = dive_in(STAGE, HOLDING, pen)
    end = 10 ** (HOLDING - HOLDING.max())
    for alpha in (0.1, 0.3, 0.6, 1.0):
        played(dive.rise(), alpha)
        posture = dive.bars.posture
        assert (posture.low == 0).all()
        risen = posture.high / end
        assert (np.diff(risen) >= 0).all()
        assert risen[-1] > 0


@pytest.mark.parametrize("alpha", [0.0, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("log10", [DEFAULT, TWO, EXPLODING, HOLDING])
def test_bars_and_number_grow_with_one_factor(pen: Pen, log10: np.ndarray, alpha: float) -> None:
    dive = dived(dive_in(STAGE, log10, pen), alpha)
    shrinks = dive.end < 0
    factor = 10 ** dive.zoom.get_value()
    largest = log10[-1] if shrinks else log10.max()
    heights = np.minimum(10 ** (log10 - largest) * factor, 1)
    seen = tops(dive)
    assert [seen.get(n, 0.0) for n in range(len(log10))] == pytest.approx(heights, abs=1e-6)
    shown = dive.number.figures[0].value
    assert shown == pytest.approx(1 / factor if shrinks else factor, rel=1e-9)


@pytest.mark.parametrize(
    ("log10", "end"),
    [(DEFAULT, 4.85), (TWO, 0.6), (EXPLODING, -15), (ZEROS, 3), (HOLDING, 0.4), (DEEP, DEEP[-1])],
)
def test_the_dive_ends_where_the_first_layer_fills_the_height(
    pen: Pen, log10: np.ndarray, end: float
) -> None:
    dive = dived(dive_in(STAGE, log10, pen))
    if log10 is DEEP:
        end = float(DEEP.max() - DEEP[0])
    assert dive.zoom.get_value() == dive.end == pytest.approx(end)
    first = int(np.isfinite(log10).argmax())
    assert tops(dive)[first] == pytest.approx(1)
    assert dive.bars.posture.torn[first] == 0


def test_equal_factors_take_equal_times(pen: Pen) -> None:
    dive = dive_in(STAGE, DEFAULT, pen)
    motion = dive.dive()
    motion.begin()
    zooms = []
    for alpha in (0.3, 0.4, 0.5, 0.6, 0.7):
        motion.interpolate(alpha)
        zooms.append(dive.zoom.get_value())
    assert np.diff(zooms) == pytest.approx(zooms[1] - zooms[0])


def test_a_bar_beyond_the_ceiling_is_torn_and_dim_and_as_wide_as_before(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    posture = dive.bars.posture
    assert posture.torn[1:].tolist() == posture.dim[1:].tolist() == [1] * 8
    assert posture.width == 1
    dimmest = dive.bars.paths[-1].points.reshape(8, -1, 3)
    assert np.ptp(dimmest[:, :, 0], axis=1) == pytest.approx(dive.bars.bar_width)
    # The teeth go up to the ceiling and down from it.
    assert len({round(float(y), 6) for y in dimmest[0, :, 1]}) > 2


@every_network
def test_every_network_ends_on_its_axis(pen: Pen, log10: np.ndarray) -> None:
    dive = dived(dive_in(STAGE, log10, pen))
    played(dive.to_axis())
    scale = dive._axis.scale
    wanted = (log10 - scale.low) / (scale.high - scale.low)
    seen = tops(dive)
    for column, height in enumerate(wanted):
        expected = height if np.isfinite(height) else 0.0
        assert seen.get(column, 0.0) == pytest.approx(expected, abs=1e-6)
    assert not dive.bars.posture.torn.any()
    assert not [m for m in dive.get_family() if m is dive.number]


def test_a_bar_that_still_sinks_is_torn_and_dim(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    goal = dive._axis.heights(dive.log10)
    motion = dive.to_axis()
    motion.begin()
    assert dive.bars.posture.torn[0] == 0
    motion.interpolate(0.6)
    posture = dive.bars.posture
    sinking = posture.high > goal + LANDING
    assert sinking[0]
    assert not sinking[-1]
    assert posture.torn[sinking] == pytest.approx(1)
    assert posture.dim[sinking] == pytest.approx(1)
    assert (posture.torn[posture.high == goal] == 0).all()


def test_equal_steps_arrive_at_equal_intervals(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, np.linspace(-8, 0, 9), pen))
    motion = dive.to_axis()
    motion.begin()
    times = np.linspace(0.2, 1, 401)
    landed = np.full(9, np.nan)
    goal = dive._axis.heights(dive.log10)
    for time in times:
        motion.interpolate(time)
        new = np.isnan(landed) & (abs(dive.bars.posture.high - goal) < 1e-9)
        landed[new] = time
    assert np.diff(landed[2:8]) == pytest.approx(landed[3] - landed[2], abs=0.006)
    assert (np.diff(landed) < 0).all()


@every_network
def test_a_jump_to_the_end_equals_every_step(pen: Pen, log10: np.ndarray) -> None:
    stepped, jumped = (dive_in(STAGE, log10, pen) for _ in range(2))
    lower = np.where(np.isfinite(log10), log10 - 1, -5.0)
    for name in ("rise", "dive", "to_axis", "to_dots", "line", "stairs", "later"):
        arguments = (lower,) if name in {"stairs", "later"} else ()
        played(getattr(jumped, name)(*arguments))
        slow = getattr(stepped, name)(*arguments)
        slow.begin()
        for alpha in (0.1, 0.35, 0.8):
            slow.interpolate(alpha)
        slow.finish()
        for dive in (stepped, jumped):
            dive.number.settle()
        ours, theirs = picture(stepped), picture(jumped)
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            assert a == pytest.approx(b, abs=1e-9)


@every_network
def test_nothing_leaves_the_region_or_lies_on_another_word(pen: Pen, log10: np.ndarray) -> None:
    dive = dive_in(STAGE, log10, pen)
    finite = np.where(np.isfinite(log10), log10, -4.0)
    verbs = [dive.rise, dive.dive, dive.to_axis, dive.to_dots, dive.line]
    verbs += [lambda: dive.stairs(finite), lambda: dive.later(finite)]
    for verb in verbs:
        motion = verb()
        motion.begin()
        for alpha in (0, 0.2, 0.5, 0.8, 1):
            motion.interpolate(alpha)
            for member in dive.get_family():
                if len(member.points):
                    assert STAGE.holds(member, 0.11), (motion, alpha, member)
        motion.finish()
        dive.number.settle()
        shown = words(dive)
        for a, b in combinations(shown, 2):
            assert not overlap(a, b), (a.plain, b.plain)
        assert min(word.font_size for word in shown) >= SMALL


def test_a_dive_into_sampled_layers_says_which_they_are(pen: Pen) -> None:
    dive = compared(dive_in(STAGE, SAMPLED, pen, layers=SAMPLED_LAYERS))
    sampled = {index(layer).plain for layer in SAMPLED_LAYERS}
    numbers = {w.plain for w in words(dive) if w.plain.replace(",", "").isdigit()} - {"1"}
    assert {"2,000", "1,000"} <= numbers <= sampled


def test_exact_zeros_have_open_marks_and_one_word(pen: Pen) -> None:
    dive = compared(dive_in(STAGE, ZEROS, pen))
    assert [word.plain for word in words(dive)].count("0 exactly") == 1
    rings, _, dots = dive._front
    circle = len(mn.Circle().points)
    assert len(rings.points) == 3 * circle
    assert len(dots.points) == 6 * circle
    assert rings.get_center()[1] == pytest.approx(dive.bars.plot.bottom)
    # The line does not cross them.
    line = dive._measured[0][-1]
    assert line.get_left()[0] == pytest.approx(dive.bars.places(np.zeros(9))[3, 0])


def test_many_layers_have_no_dots_and_their_stems_go(pen: Pen) -> None:
    dive = compared(dive_in(STAGE, DEEP, pen))
    assert not len(dive._front[-1].points)
    assert not tops(dive)


def test_a_line_that_leaves_the_axis_is_cut_and_named_where_it_enters(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, np.linspace(-1, 0, 9), pen, decades=Logarithmic(-2, 1)))
    played(dive.to_axis())
    played(dive.later(np.linspace(-16, 0, 9)))
    path = dive._over[-1]
    columns = dive.bars.places(np.zeros(9))[:, 0]
    # It falls by two decades a layer, and the axis ends two decades below.
    assert path.get_left()[0] == pytest.approx(columns[7], abs=0.02)
    label = dive._guides.labels[0]
    assert columns[5] < label.get_center()[0] < columns[7]
    assert not overlap(label, path)


def test_a_line_beyond_the_axis_is_left_out(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    played(dive.to_axis())
    played(dive.later(np.full(9, -100.0)))
    assert not dive._guides.labels


def test_names_that_stand_already_make_room(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    for verb in (dive.to_axis, dive.to_dots, dive.line):
        played(verb())
    played(dive.later(DEFAULT))
    before = dive._guides.labels[0].get_center()[1]
    played(dive.later(DEFAULT))
    first, second = dive._guides.labels
    assert first.get_center()[1] != before
    assert abs(first.get_center()[1] - second.get_center()[1]) > (first.height + second.height) / 2


def test_stairs_go_down_to_each_layer_and_are_named_above(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    for verb in (dive.to_axis, dive.to_dots, dive.line):
        played(verb())
    quarters = DEFAULT[-1] - np.log10(4) * np.arange(8, -1, -1)
    wanted = dive._axis.places(quarters)
    motion = dive.stairs(quarters, STAIR)
    played(motion, 0.5)
    path, names = dive._over[-2:]
    shown = [round(name.get_fill_opacity(), 6) for name in names]
    # Every other one is named, the first of all.
    assert shown == [1.0] * 2 + [0.0] * 2
    motion.finish()
    corners = path.points.reshape(-1, 4, 3)
    ends = np.concatenate([corners[:1, 0], corners[:, -1]])
    assert ends[::2] == pytest.approx(wanted[::-1], abs=1e-6)
    # A tread is level, and ends above the next layer.
    assert ends[1::2, 1] == pytest.approx(wanted[:0:-1, 1], abs=1e-6)
    assert ends[1::2, 0] == pytest.approx(wanted[-2::-1, 0], abs=1e-6)
    for name, tread in zip(names, wanted[:0:-1][::EVERY], strict=True):
        assert name.get_bottom()[1] > tread[1]
        assert name.width <= WORD_SHARE * (wanted[1, 0] - wanted[0, 0]) + 1e-9
    assert not any(overlap(a, b) for a, b in combinations(names, 2))


def test_a_profile_of_many_layers_has_no_stairs(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEEP, pen))
    played(dive.to_axis())
    played(dive.stairs(np.linspace(DEEP[0], 0, len(DEEP)), STAIR))
    path, names = dive._over[-2:]
    assert not len(names)
    assert len(path.points) == 4 * (len(DEEP) - 1)


def test_the_ruler_comes_down_with_the_tops_line_by_line(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    motion = dive.to_axis()
    motion.begin()
    ruler, plot = dive._ruler, dive.bars.plot
    for alpha in (0.05, 0.3, 0.5, 0.8):
        motion.interpolate(alpha)
        level = float(dive.bars.posture.high.min())
        for label in ruler.labels:
            height = (label.get_center()[1] - plot.bottom) / plot.height
            shown = label.get_fill_opacity()
            if height > level + 0.01:
                assert shown == pytest.approx(1)
            elif height < level - RUN - 0.01:
                assert shown == 0
    motion.finish()
    assert all(label.get_fill_opacity() == pytest.approx(1) for label in ruler.labels)


def test_the_factor_is_written_in_full_below_a_million(pen: Pen) -> None:
    dive = dived(dive_in(STAGE, DEFAULT, pen))
    (figure,) = dive.number.figures
    assert figure.plain == "70,800"
    assert figure.value == pytest.approx(10**4.85)


def test_a_dive_that_was_moved_goes_on_where_it_stands(pen: Pen) -> None:
    moved, still = (dive_in(STAGE, DEFAULT, pen) for _ in range(2))
    for dive in (moved, still):
        played(dive.rise())
    moved.shift(0.5 * mn.UP)
    for dive in (moved, still):
        played(dive.dive(), 0.5)
    for ours, theirs in zip(moved.bars.paths, still.bars.paths, strict=True):
        assert ours.points == pytest.approx(theirs.points + 0.5 * mn.UP)


def test_columns_without_room_are_refused(pen: Pen) -> None:
    region = Region(-4, 4, -2, 2)
    with pytest.raises(ValueError, match="from the left end"):
        Dive(region, [region.left + LEAST_MARGIN, 3.0], TWO, pen)
    with pytest.raises(ValueError, match="right end"):
        Dive(region, [0.0, region.right], TWO, pen)
    with pytest.raises(ValueError, match="differ in number"):
        Dive(region, [0.0, 1.0, 2.0], TWO, pen)
