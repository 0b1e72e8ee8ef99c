"""Training runs over their epochs, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import dot, haloed, polyline
from scenes.kit.charts.scales import Linear, Scale
from scenes.kit.layout import GAP, Region
from scenes.kit.parts.sweep_chart import SweepChart, cross
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

Array = NDArray[np.float64]


class RunCurves(mn.VGroup):
    """A curve for each run, and what is beyond its axis.

    Parameters
    ----------
    region
        What they may take up; a `SweepChart` of the same top and bottom has its plot beside it.
    epochs
        The last epoch.
    y
        The axis of the losses.
    runs
        Data of that axis after each epoch from 0 on; None for a run that left the range of floats.
    names, colors
        Of the runs; one that overflowed has a colour of its own.
    note
        What stands above the plot, on what lies beyond the axis.
    pen
        Sets the labels.
    left
        Room for the labels of y.

    Attributes
    ----------
    axes, note, curves, names
        The parts, to be brought in one by one.
    ends
        A mark at the end of each run.
    """

    def __init__(
        self,
        region: Region,
        epochs: int,
        y: Scale,
        runs: Sequence[Array | None],
        names: Sequence[Sentence],
        colors: Sequence[str],
        note: Sentence | None,
        pen: Pen,
        *,
        left: float,
    ) -> None:
        super().__init__()
        background = pen.theme.background
        lost = pen.theme.saturated
        colors = [lost if r is None else c for r, c in zip(runs, colors, strict=True)]
        labels = [pen.label(name, color) for name, color in zip(names, colors, strict=True)]
        self.axes = chart = SweepChart(
            region,
            Linear(0.0, float(epochs), 5),
            y,
            pen,
            x_name="epoch",
            y_name="loss",
            left=left,
            right=max(label.width for label in labels) + GAP / 2,
        )
        lasts = [np.inf if run is None else float(run[-1]) for run in runs]
        chart.name_ends(labels, lasts)
        self.names, self.curves, self.ends = mn.VGroup(*labels), mn.VGroup(), mn.VGroup()
        places = chart.places(float(epochs), lasts)
        for run, place, color in zip(runs, places, colors, strict=True):
            if run is None:
                self.ends.add(cross(place, color))
                continue
            line = polyline(chart.positions(*entering(y, run)), color)
            self.curves.add(haloed(line, background))
            self.ends.add(dot(place, color, background))
        self.note = mn.VGroup() if note is None else mn.VGroup(chart.note(note))
        self.add(self.axes, self.note, self.curves, self.names)


def entering(scale: Scale, y: Array) -> tuple[Array, Array]:
    """Return x = 0, 1, 2, ... and y of a curve from where it first comes below the top."""
    x = np.arange(len(y), dtype=np.float64)
    beyond = y > scale.high
    if not beyond[0] or beyond.all():
        return x, y
    first = int(np.argmin(beyond))
    share = (scale.high - y[first]) / (y[first - 1] - y[first])
    return (
        np.concatenate([[first - share], x[first:]]),
        np.concatenate([[scale.high], y[first:]]),
    )
