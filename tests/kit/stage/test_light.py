"""Light on edges is to scale, and stays on them."""

import numpy as np
import pytest

from scenes.kit.stage.light import LEVELS, THIN, WIDE, Light, flash

STARTS = np.column_stack([np.zeros(40), np.linspace(-3, 3, 40), np.zeros(40)])
ENDS = np.column_stack([np.full(40, 2.0), np.linspace(2, -1, 40), np.zeros(40)])


def edges_of(path: object) -> np.ndarray:
    return np.asarray(path.points).reshape(-1, 4, 3)  # type: ignore[attr-defined]


def test_width_and_opacity_are_in_proportion_in_steps() -> None:
    shares = np.linspace(0, 1.5, 40)
    light = Light(STARTS, ENDS, shares, "#ffaa00")
    light.reach(1.0)
    drawn: dict[int, tuple[float, float]] = {}
    for path in light:
        width, opacity = float(path.get_stroke_width()), float(path.get_stroke_opacity())
        for edge in edges_of(path):
            (number,) = np.flatnonzero((edge[0] == STARTS).all(axis=1))
            assert edge[3] == pytest.approx(ENDS[number])
            drawn[int(number)] = width, opacity
    half = 0.5 / LEVELS
    for number, share in enumerate(np.clip(shares, 0, 1)):
        if share < half:
            assert number not in drawn
            continue
        width, opacity = drawn[number]
        assert opacity == pytest.approx(share, abs=half + 1e-9)
        assert (width - THIN) / (WIDE - THIN) == pytest.approx(opacity)
        assert (opacity * LEVELS).is_integer()
    assert len(light) == LEVELS


@pytest.mark.parametrize("share", [0.0, 0.0624, 1e-300])
def test_an_edge_below_half_a_step_is_dark(share: float) -> None:
    assert not len(Light(STARTS, ENDS, np.full(40, share), "#ffaa00"))


def test_light_comes_from_the_starts() -> None:
    light = Light(STARTS, ENDS, np.ones(40), "#ffaa00")
    light.reach(0.25)
    (path,) = light
    edges = edges_of(path)
    assert edges[:, 0] == pytest.approx(STARTS)
    assert edges[:, 3] == pytest.approx(STARTS + (ENDS - STARTS) / 4)


def test_light_that_flashes_is_to_scale_and_gone_in_the_end() -> None:
    light = Light(STARTS, ENDS, np.linspace(0, 1, 40), "#ffaa00")
    for share in (0.0, 1.0):
        light.flash(share)
        assert not any(len(path.points) for path in light)
    light.flash(0.5)
    edges = [edge for path in light for edge in edges_of(path)]
    assert 0 < len(edges) < 40
    assert all(0 < edge[0][0] < edge[3][0] < 2.0 for edge in edges)
    light.reach(1.0)
    assert all(edge[3][0] == 2.0 for path in light for edge in edges_of(path))


def test_a_flash_never_leaves_its_edges_and_is_gone_in_the_end() -> None:
    path, run = flash(STARTS, ENDS, "#ffaa00", 3.0)
    middles = []
    for share in np.linspace(0, 1, 41):
        run(float(share))
        if not len(path.points):
            continue
        edges = edges_of(path)
        along = ENDS - STARTS
        lengths = (along**2).sum(axis=1)
        for point in np.moveaxis(edges, 1, 0):
            part = ((point - STARTS) * along).sum(axis=1) / lengths
            assert ((part > -1e-9) & (part < 1 + 1e-9)).all()
            assert point == pytest.approx(STARTS + part[:, None] * along)
        middles.append(edges[0].mean(axis=0)[0])
    assert len(path.points) == 0
    assert (np.diff(middles) > 0).all()
    run(0.0)
    assert len(path.points) == 0
