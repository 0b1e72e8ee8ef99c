"""The panel of a layer stays in its region, and its histogram lines up with its curve."""

import numpy as np
import pytest

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.layout import Region
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.activation_charts import ActivationChart
from scenes.kit.parts.layer_panel import LayerPanel
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import measured, percent, sentence

REGION = Region(-6.6, -2.7, -2.9, 2.6)
EDGES = np.arange(-16, 17) * 0.76


def panel(pen: Pen, heading: str = "raw inputs") -> LayerPanel:
    line = sentence("mean {m}, standard deviation {s}", m=measured("m", 4.9), s=measured("s", 6.0))
    f = ACTIVATIONS["tanh"]
    made = LayerPanel(
        REGION,
        heading,
        line,
        pen.theme.ink,
        f.f,
        "tanh(z)",
        EDGES,
        np.zeros(34, dtype=bool),
        (-2.3, 2.3),
        0.5,
        pen,
    )
    made.live(0, "saturated", lambda: percent("p", 1e-5), pen.theme.saturated)
    made.live(1, "median slope", lambda: measured("m", 5.24e-14), pen.theme.backward)
    return made


@pytest.mark.parametrize("heading", ["raw", "standardised inputs"])
def test_everything_stays_in_the_region(pen: Pen, heading: str) -> None:
    made = panel(pen, heading)
    assert REGION.holds(made, slack=0.15)
    assert REGION.holds(made.numbers, slack=0.15)


def test_curve_and_histogram_share_the_axis(pen: Pen) -> None:
    made = panel(pen)
    (curve,) = [m for m in made.submobjects if isinstance(m, ActivationChart)]
    for z in (-12.0, 0.0, 3.3):
        across = [chart.positions(z, 0.0)[0] for chart in (curve, made.histogram)]
        assert across[0] == pytest.approx(across[1])


def test_the_longest_numbers_stand_side_by_side(pen: Pen) -> None:
    left, right = [m for m in panel(pen).numbers.get_family() if isinstance(m, LiveNumber)]
    assert left.get_right()[0] < right.get_left()[0]
