"""Curves of training runs over epochs, each labelled at its end."""

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
    """A curve for each run, and a note on what lies beyond the axis.

    Parameters
    ----------
    region
        The area for them. A `SweepChart` with the same top and bottom has an aligned plot.
    epochs
        The last epoch.
    y
        The axis of the losses.
    runs
        Data on that axis for each epoch from 0; None for a run that left the range of floats.
    names, colors
        Names and colours of the runs. A run that overflowed has its own colour.
    note
        A note above the plot on what lies beyond the axis.
    pen
        Typesets the labels.
    left
        Width reserved for the labels of y.

    Attributes
    ----------
    axes, note, curves, names
        The parts, which the film shows one by one.
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
    """Return x = 0, 1, 2, ... and y of a curve, from the point where it first enters the axis."""
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
