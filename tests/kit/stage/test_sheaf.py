"""The lines of weights thicken with them, and light runs forward through them."""

from collections.abc import Callable

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import Region
from scenes.kit.stage.sheaf import LINES, Sheaf, SheafPose
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import one_by_one, played

READ = Region(-6.6, -3.8, -0.4, 2.3)
UNITS = Region(0.7, 6.0, -2.4, 2.2)


def sheaf(pen: Pen) -> Sheaf:
    return Sheaf(READ, UNITS, pen)


def test_lines_are_as_thick_as_the_weights_are_large(pen: Pen) -> None:
    drawn = sheaf(pen)
    thin = drawn._lines.stroke_width
    played(drawn.take(lambda part: 1 + 29 * part))
    assert drawn._lines.stroke_width == pytest.approx(30 * thin)
    assert len(drawn._lines.points) == 4 * LINES
    # Even then they can be told apart where they fan out.
    apart = np.ptp(drawn._lines.points[::4, 1]) / (LINES - 1)
    assert drawn._lines.stroke_width / 100 < apart


def test_lines_touch_what_is_read_and_the_units(pen: Pen) -> None:
    lines = sheaf(pen)._lines
    for ends, touched, x in (
        (lines.points[::4], READ, READ.right),
        (lines.points[3::4], UNITS, UNITS.left),
    ):
        assert ends[:, 0] == pytest.approx(x)
        assert touched.bottom < ends[:, 1].min() < ends[:, 1].max() < touched.top


def test_light_runs_from_what_is_read_to_the_units(pen: Pen) -> None:
    drawn = sheaf(pen)
    x = []
    for part in (0.02, 0.5, 0.98):
        drawn.draw(SheafPose(read=part))
        x.append(float(drawn._flash.get_center()[0]))
    assert x == sorted(x)
    assert drawn._flash.get_right()[0] == pytest.approx(UNITS.left, abs=0.05)
    drawn.draw(SheafPose(read=1.0))
    assert not len(drawn._flash.points)


VERBS: dict[str, Callable[[Sheaf], mn.Animation]] = {
    "take": lambda drawn: drawn.take(lambda part: 30**part),
    "read": lambda drawn: drawn.read(),
    "shine": lambda drawn: drawn.shine(0.2),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_motion_does_not_depend_on_the_frames_drawn(verb: str, pen: Pen) -> None:
    assert one_by_one(lambda: sheaf(pen), VERBS[verb])
