"""The level of a loss is in proportion to it, from zero."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.loss_level import LossLevel
from scenes.kit.theme import NARRATION
from scenes.kit.type.typesetting import Pen, Typeset
from tests.kit.pictures.dives import played

REGION = Region(-6.0, -3.2, STAGE.bottom, STAGE.top)
LOSSES = np.array([8.0, 4.0, 2.0, 1.0])


def height(level: LossLevel) -> float:
    """The height of the liquid as a fraction of the tank."""
    bottom = level._liquid.get_bottom()[1]
    assert bottom == pytest.approx(level._box.bottom)
    return float((level._liquid.get_top()[1] - bottom) / level._box.height)


@pytest.mark.parametrize(
    ("epoch", "share"), [(0, 1.0), (0.5, 0.75), (1, 0.5), (2, 0.25), (2.5, 0.1875), (3, 0.125)]
)
def test_the_level_is_in_proportion(pen: Pen, epoch: float, share: float) -> None:
    level = LossLevel(REGION, LOSSES, pen)
    played(level.run(to=epoch))
    assert height(level) == pytest.approx(level.level) == pytest.approx(share)


def test_the_level_of_guessing_is_held_back_until_it_is_named(pen: Pen) -> None:
    level = LossLevel(REGION, LOSSES, pen, guess=2.0)
    assert level._notes["guessing"].get_fill_opacity() == level._line.get_stroke_opacity() == 1
    level.hold_back()
    played(level.run())
    assert level._notes["guessing"].get_fill_opacity() == level._line.get_stroke_opacity() == 0
    played(level.name_guess())
    assert level._notes["guessing"].get_fill_opacity() == level._line.get_stroke_opacity() == 1


def test_a_level_without_guessing_has_nothing_to_name(pen: Pen) -> None:
    level = LossLevel(REGION, LOSSES, pen)
    level.hold_back()
    played(level.name_guess())
    assert not level._notes


@pytest.mark.parametrize("share", [0.52, 0.8])
def test_numbers_say_the_nearest_epoch_and_its_loss(pen: Pen, share: float) -> None:
    level = LossLevel(REGION, LOSSES, pen, names=("epochs run", "training.loss"))
    played(level.run(), share)
    for number in level.numbers:
        number.settle()
    epoch, loss = (number.figures[0] for number in level.numbers)
    assert (epoch.name, epoch.plain) == ("epochs run", "2")
    assert (loss.name, loss.value) == ("training.loss[2]", 2.0)


@pytest.mark.parametrize("epoch", [0.3, 0.4, 0.5, 1.55, 2.0, 2.6])
def test_a_number_that_flows_says_what_the_level_is(pen: Pen, epoch: float) -> None:
    level = LossLevel(REGION, LOSSES, pen, flows=True)
    played(level.run(to=epoch))
    loss = level.numbers[1]
    loss.settle()
    (figure,) = loss.figures
    assert figure.value == pytest.approx(level.level * level.top, rel=1e-3)
    assert level.level == pytest.approx(height(level))


def test_a_number_does_not_flow_into_an_overflow(pen: Pen) -> None:
    level = LossLevel(REGION, [2.0, np.inf], pen, flows=True)
    for epoch, name in ((0.45, "loss[0]"), (0.55, "loss[1]")):
        played(level.run(to=epoch))
        level.numbers[1].settle()
        assert level.numbers[1].figures[0].name == name


@pytest.mark.parametrize("counted", ["epoch", "pass"])
def test_what_is_counted_is_named(pen: Pen, counted: str) -> None:
    level = LossLevel(REGION, LOSSES, pen, names=(counted, "loss"))
    words = {each.plain for each in level.get_family() if isinstance(each, Typeset)}
    assert counted in words
    assert words & {"epoch", "pass"} == {counted}
    assert [number.label for number in level.numbers] == [counted, "loss"]


def test_epochs_pass_under_a_loss_that_stands_still(pen: Pen) -> None:
    level = LossLevel(REGION, [2.0, 2.0, 2.0], pen)
    widths = []
    for epoch in (0.5, 1, 2):
        played(level.run(to=epoch))
        widths.append(level._past.width)
        assert height(level) == pytest.approx(1)
    assert widths == pytest.approx(
        [0.25 * level._box.width, 0.5 * level._box.width, level._box.width]
    )


def test_guessing_is_marked_at_its_loss(pen: Pen) -> None:
    level = LossLevel(REGION, LOSSES, pen, guess=2.0)
    line = level._fittings[1]
    box = level._box
    assert (line.get_center()[1] - box.bottom) / box.height == pytest.approx(0.25)
    assert level._notes["guessing"].get_center()[1] == pytest.approx(line.get_center()[1])


def test_guessing_above_every_loss_is_inside_the_tank(pen: Pen) -> None:
    level = LossLevel(REGION, LOSSES, pen, guess=16.0)
    assert height(level) == pytest.approx(0.5)
    assert level._fittings[1].get_center()[1] == pytest.approx(level._box.top)


def test_an_overflow_stands_above_the_rim_with_its_word(pen: Pen) -> None:
    level = LossLevel(REGION, [2.0, 4.0, np.inf, np.nan], pen, guess=4.0)
    played(level.run(to=1))
    assert height(level) == pytest.approx(1)
    word = level._notes["overflow"]
    assert word.get_fill_opacity() == 0
    played(level.run())
    assert height(level) > 1
    assert word.get_fill_opacity() == 1
    level.numbers[1].settle()
    assert level.numbers[1].figures[0].plain == "inf"
    other = level._notes["guessing"]
    assert abs(word.get_center()[1] - other.get_center()[1]) > word.height


def test_a_run_without_any_loss_has_no_scale(pen: Pen) -> None:
    level = LossLevel(REGION, None, pen)
    assert height(level) > 1
    marks = [m for m in level._fittings.get_family() if isinstance(m, Typeset)]
    assert not marks


@pytest.mark.parametrize("guess", [None, 0.01, 2.3, 9.0])
@pytest.mark.parametrize(
    "losses", [LOSSES, [0.0, 0.0], [1e-9, 2e-9], [12345.0, 3.0], [1.0, np.inf], None]
)
def test_all_of_it_stays_in_the_region(
    pen: Pen, losses: list[float] | None, guess: float | None
) -> None:
    level = LossLevel(REGION, losses, pen, guess=guess)
    for epoch in (0, 0.5, 1):
        if losses is not None:
            played(level.run(to=epoch))
        for number in level.numbers:
            number.settle()
        assert REGION.holds(level, 0.02)


def test_a_jump_to_the_end_equals_every_step(pen: Pen) -> None:
    stepped, jumped = (LossLevel(REGION, LOSSES, pen, guess=2.0) for _ in range(2))
    for name in ("run", "shrink_to_tag"):
        slow = getattr(stepped, name)()
        slow.begin()
        for alpha in (0.2, 0.7):
            slow.interpolate(alpha)
        slow.finish()
        played(getattr(jumped, name)())
        for level in (stepped, jumped):
            for number in level.numbers:
                number.settle()
        for a, b in zip(stepped.get_family(), jumped.get_family(), strict=True):
            assert a.points == pytest.approx(b.points, abs=1e-9)


def test_the_tag_is_the_loss_alone_and_goes_where_it_should(pen: Pen) -> None:
    level = LossLevel(REGION, LOSSES, pen, guess=2.0)
    played(level.run())
    for number in level.numbers:
        number.settle()
    played(level.shrink_to_tag(2 * mn.UP))
    (tag,) = level.submobjects
    assert tag is level.numbers[1]
    assert tag.get_center() == pytest.approx(2 * mn.UP)
    assert tag[0].font_size == pytest.approx(NARRATION)
    # It may count on where it stands, at its new size.
    level.epoch.set_value(1)
    tag.settle()
    assert tag.figures[0].value == 4.0
    assert tag.get_left()[0] == pytest.approx(0, abs=0.5)
    assert tag[0].font_size == pytest.approx(NARRATION)


def test_a_region_that_is_too_narrow_is_refused(pen: Pen) -> None:
    with pytest.raises(ValueError, match="too narrow"):
        LossLevel(Region(0, 1.5, -2, 2), LOSSES, pen, guess=2.0)


def test_two_tanks_can_have_one_scale(pen: Pen) -> None:
    level = LossLevel(REGION, LOSSES, pen, top=16.0)
    assert height(level) == pytest.approx(0.5)
