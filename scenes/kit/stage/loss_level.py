"""A loss as the level of a liquid in a tank."""

from __future__ import annotations

from typing import Any, cast

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import dotted, polygons, polyline, segments, strokes
from scenes.kit.charts.scales import Linear
from scenes.kit.layout import Region, apart, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import Frame, Motion, fade
from scenes.kit.theme import CURVE, HAIR, LABEL, LINE, NARRATION, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Kind, count, infinite, measured

PAD, TICK = 0.12, 0.1
HEAD, FOOT = 1.25, 0.55
"""Room above the tank for the loss, and below it for the epoch."""
NUMBER = 48
CHANGES = 0.25
"""The share of an epoch in which the level changes."""
WIDEST, NARROWEST = 1.0, 0.4
"""Width of the tank."""
LIQUID = 0.55
CROWN, LIP = 0.16, 0.1
"""How far an over-full tank's liquid stands above its rim, and beyond its sides."""
ROW = 0.42
UNDER = 0.09
"""Distance from the tank to the line under it, which is as long as the epochs that have passed."""
BEAD = 6.0


class LossLevel(mn.VGroup):
    """A tank whose level falls with the loss, from the largest loss, where it is full, to zero.

    Parameters
    ----------
    region
        The area for the tank and its words.
    losses
        The loss before training and after each epoch, (E + 1,). Where it is not finite, the tank is
        over-full. None is a run without any finite loss.
    pen
        Typesets words and numbers.
    guess
        The loss of guessing, marked by a dotted line; none by default.
    names
        Ledger names of the epoch, or of what else is counted, and of the loss; the loss after epoch
        3 is ``loss[3]``. The first one stands below the tank.
    top
        The loss that fills the tank, to compare it with another; by default the largest one.
    flows
        Whether the number goes with the level from the loss of one epoch to that of the next, as
        ``loss[2.5]``; by default it is that of the nearest epoch.

    Attributes
    ----------
    epoch
        The time that has passed, in epochs.
    numbers
        The epoch and the loss, live.
    """

    def __init__(
        self,
        region: Region,
        losses: ArrayLike | None,
        pen: Pen,
        *,
        guess: float | None = None,
        names: tuple[str, str] = ("epoch", "loss"),
        top: float | None = None,
        flows: bool = False,
    ) -> None:
        super().__init__()
        self._pen, self._names, self._flows = pen, names, flows
        self.losses = np.asarray([np.inf] if losses is None else losses, dtype=np.float64)
        known = [*self.losses[np.isfinite(self.losses)], *([] if guess is None else [guess])]
        self.top = top or float(max(known, default=0.0)) or 1.0
        self.epoch = mn.ValueTracker(0.0)
        # Where no loss is known, the tank has no scale.
        scale = Linear(0.0, self.top, most_ticks=4 if known else 0)
        ticks = [(at, pen.number(each, pen.theme.muted, SMALL)) for at, each in scale.ticks()]
        words = self._words(guess)
        right = max((word.width for word, _ in words), default=0.0) + 2 * PAD
        room = region.width - right - LIP - NARROWEST
        if ticks and room < max(label.width for _, label in ticks) + PAD + TICK:
            # Large losses have long ticks; the number above the tank is enough.
            ticks = []
        left = max((label.width + PAD + TICK for _, label in ticks), default=LIP)
        width = min(WIDEST, region.width - left - right - LIP)
        if width < NARROWEST:
            raise ValueError("a region is too narrow for a tank")
        start = region.center[0] - (left + width + right - (2 * PAD if words else 0)) / 2 + left
        start = max(region.left + left, min(start, region.right - right - width))
        self._tank = mn.VMobject(stroke_width=0, stroke_opacity=0, fill_opacity=0)
        box = Region(start, start + width, region.bottom + FOOT, region.top - HEAD)
        self._tank.set_points(polygons(_corners(box)[None]))
        self._liquid = mn.VMobject(
            fill_color=pen.theme.forward, fill_opacity=LIQUID, stroke_width=0
        )
        self._surface = mn.VMobject(stroke_color=pen.theme.forward, stroke_width=CURVE)
        self._past = mn.VMobject(stroke_color=pen.theme.muted, stroke_width=CURVE)
        marks, self._line = self._marks(box, ticks), self._guess_line(box, guess)
        glass = self._glass(box)
        self._notes = self._place(words, box)
        self.numbers = self._count(box, region)
        self._fittings = mn.VGroup(marks, self._line, glass)
        self.add(self._tank, self._liquid, self._surface, self._past, self._fittings)
        self.add(*self._notes.values(), *self.numbers, self._labels)
        self.paint()

    @property
    def level(self) -> float:
        """The height of the liquid as a fraction of the tank; more than 1 where it is over-full."""
        shares = np.where(np.isfinite(self.losses), self.losses / self.top, np.inf)
        before, after, part = self._between
        brim = 1 + CROWN / self._box.height
        below, above = min(shares[before], brim), min(shares[after], brim)
        return float(below + (above - below) * part)

    @property
    def _between(self) -> tuple[int, int, float]:
        """The epochs before and after, and which part of the change between them is done."""
        at = self._at
        # It changes around the middle of an epoch, where the nearest one does.
        part = float(np.clip((at - np.floor(at) - 0.5) / CHANGES + 0.5, 0.0, 1.0))
        return int(np.floor(at)), int(np.ceil(at)), part

    @property
    def _at(self) -> float:
        return float(np.clip(self.epoch.get_value(), 0, len(self.losses) - 1))

    def run(self, to: float | None = None, **how: Any) -> mn.Animation:
        """Let the epochs pass at an even rate, up to the last one or to epoch `to`."""
        goal = len(self.losses) - 1 if to is None else to

        def prepare() -> Frame:
            start = self.epoch.get_value()

            def frame(alpha: float) -> None:
                self.epoch.set_value(start + (goal - start) * alpha)
                self.paint()

            return frame

        return Motion(self, prepare, **{"run_time": 3.0} | how)

    def hold_back(self) -> None:
        """Hide the level of guessing until `name_guess`, as it tells what a loss may come to."""
        self._show_guess(0.0)

    def name_guess(self, **how: Any) -> mn.Animation:
        """Let the level of guessing, and its name, come in."""
        return Motion(self, lambda: self._show_guess, **{"run_time": 0.8} | how)

    def _show_guess(self, share: float) -> None:
        self._line.set_stroke(opacity=share)
        if "guessing" in self._notes:
            fade(self._notes["guessing"], share)

    def shrink_to_tag(self, to: NDArray[np.float64] | None = None, **how: Any) -> mn.Animation:
        """Shrink to the loss alone, a small number that stays.

        Parameters
        ----------
        to
            Where its middle comes to lie; where it stands by default.
        """
        loss = self.numbers[1]

        def prepare() -> Frame:
            number = cast(Typeset, loss[0])
            center, digits = number.get_center(), number.points.copy()
            size = number.font_size
            goal = center if to is None else to
            paths = self._tank_parts()
            shapes = [path.points.copy() for path in paths]
            inks = [(path, path.get_stroke_opacity(), path.get_fill_opacity()) for path in paths]
            words = [*self._labels, *self._notes.values(), *self.numbers[0]]
            shown = [word.get_fill_opacity() for word in words]

            def frame(alpha: float) -> None:
                share = float(mn.smooth(alpha))
                middle = center + share * (goal - center)
                scale = 1 + share * (NARRATION / size - 1)
                number.set_points(middle + scale * (digits - center))
                number.font_size = size * scale
                for (path, stroke, fill), shape in zip(inks, shapes, strict=True):
                    path.set_points(shape + share * (middle - shape))
                    path.set_stroke(opacity=stroke * (1 - share))
                    path.set_fill(opacity=fill * (1 - share))
                for word, opacity in zip(words, shown, strict=True):
                    fade(word, opacity * max(0.0, 1 - 3 * alpha))
                if alpha == 1:
                    self.remove(*[each for each in self.submobjects if each is not loss])

            return frame

        return Motion(self, prepare, **{"run_time": 1.0} | how)

    @property
    def _box(self) -> Region:
        corners = self._tank.points.reshape(-1, 4, 3)[:, 0]
        (left, bottom), (right, top) = corners[0, :2], corners[2, :2]
        return Region(float(left), float(right), float(bottom), float(top))

    def paint(self, level: float | None = None) -> None:
        """Draw the liquid at this level, or at that of the loss."""
        box, level = self._box, self.level if level is None else level
        surface = box.bottom + min(level, 1.0) * box.height
        full = np.array([[box.left, box.bottom], [box.right, box.bottom], [box.right, surface]])
        over = max(0.0, level - 1.0) * box.height
        lip = LIP * min(1.0, over / CROWN)
        # A crown of liquid above the rim, flat where the tank is not over-full.
        angles = np.linspace(0, np.pi, 13)
        across = (box.left + box.right) / 2 + np.cos(angles) * (box.width / 2 + lip)
        crown = np.stack([across, surface + over * np.sin(angles) ** 0.5], axis=-1)
        outline = np.concatenate([full, crown, [[box.left, surface]]])
        flat = np.concatenate([outline, np.zeros((len(outline), 1))], axis=1)
        self._liquid.set_points(polygons(flat[None]))
        self._surface.set_points_as_corners(flat[3:-1])
        self._surface.set_stroke(opacity=float(level > 0))
        # A loss may stand still while epochs pass; this line shows that they do.
        share = self.epoch.get_value() / max(len(self.losses) - 1, 1)
        foot = point(box.left, box.bottom - UNDER)
        self._past.set_points(strokes(foot[None], (foot + share * box.width * mn.RIGHT)[None]))
        self._past.set_stroke(opacity=float(share > 0))
        if "overflow" in self._notes:
            reached = not np.isfinite(self.losses[self._done])
            fade(self._notes["overflow"], float(reached))

    @property
    def _done(self) -> int:
        """The epoch whose end is nearest: the level is close to its loss."""
        return int(np.rint(self._at))

    def _loss_after(self, epoch: int) -> Figure:
        loss, name = float(self.losses[epoch]), f"{self._names[1]}[{epoch}]"
        return measured(name, loss) if np.isfinite(loss) else infinite(name)

    def _loss_now(self) -> Figure:
        before, after, part = self._between
        ends = self.losses[[before, after]]
        if not self._flows or part in {0.0, 1.0} or not np.isfinite(ends).all():
            return self._loss_after(self._done)
        loss = float(ends[0] + (ends[1] - ends[0]) * part)
        return measured(f"{self._names[1]}[{self._at!r}]", loss)

    def _count(self, box: Region, region: Region) -> tuple[LiveNumber, LiveNumber]:
        """Write the loss above the tank and the epoch below it, each with its name."""
        pen, top = self._pen, region.top
        word, name = pen.label(self._names[0], size=LABEL), pen.label("loss", size=LABEL)
        total = count(self._names[0], len(self.losses) - 1, Kind.INDEX)
        last = pen.number(total, size=LABEL).width
        left = (box.left + box.right - word.width - PAD - last) / 2
        left = max(region.left, min(left, region.right - word.width - PAD - last))
        baseline = region.bottom + PAD
        word.align_to(point(left), mn.LEFT).on_baseline(baseline)
        epoch = LiveNumber(
            pen,
            lambda: count(self._names[0], self._done, Kind.INDEX),
            left=left + word.width + PAD,
            baseline=baseline,
            color=pen.theme.muted,
            size=LABEL,
        )
        # Digits are about as wide as each other, so the longest number is the widest.
        longest = max(map(self._loss_after, range(len(self.losses))), key=lambda f: len(f.plain))
        widest = pen.number(longest, size=NUMBER).width
        size = max(SMALL, NUMBER * min(1.0, region.width / widest))
        loss = LiveNumber(
            pen,
            self._loss_now,
            left=max(region.left, min(box.left, region.right - widest * size / NUMBER)),
            baseline=top - 0.92,
            color=pen.theme.forward,
            size=size,
        )
        name.align_to(point(box.left), mn.LEFT).on_baseline(top - 0.3)
        epoch.label, loss.label = self._names[0], "loss"
        self._labels = mn.VGroup(name, word)
        return epoch, loss

    def _words(self, guess: float | None) -> list[tuple[Typeset, float]]:
        """Return the words right of the tank, each with its height as a fraction of the tank."""
        theme, words = self._pen.theme, []
        if guess is not None:
            words.append((self._pen.label("guessing", theme.muted, SMALL), guess / self.top))
        if not np.isfinite(self.losses).all():
            words.append((self._pen.label("overflow", theme.saturated, SMALL), 1.0))
        return words

    def _place(self, words: list[tuple[Typeset, float]], box: Region) -> dict[str, Typeset]:
        wanted = [box.bottom + share * box.height for _, share in words]
        heights = apart(wanted, ROW, box.bottom, box.top + ROW / 2) if words else []
        for (word, _), height in zip(words, heights, strict=True):
            word.next_to(point(box.right + LIP, height), mn.RIGHT, buff=PAD)
        return {word.plain: word for word, _ in words}

    def _guess_line(self, box: Region, guess: float | None) -> mn.VMobject:
        if guess is None:
            return mn.VMobject()
        height = box.bottom + guess / self.top * box.height
        ends = np.array([point(box.left, height), point(box.right + LIP, height)])
        return dotted(ends, self._pen.theme.ink, BEAD)

    def _glass(self, box: Region) -> mn.VMobject:
        corners = _corners(box)
        return polyline(corners[[3, 0, 1, 2]], self._pen.theme.muted, LINE)

    def _marks(self, box: Region, ticks: list[tuple[float, Typeset]]) -> mn.VGroup:
        heights = [box.bottom + at / self.top * box.height for at, _ in ticks]
        feet = np.array([point(box.left, height) for height in heights]).reshape(-1, 3)
        for (_, label), foot in zip(ticks, feet, strict=True):
            label.next_to(foot, mn.LEFT, buff=PAD + TICK)
        feet = feet.reshape(-1, 3)
        lines = segments(feet, feet + TICK * mn.LEFT, self._pen.theme.muted, HAIR)
        return mn.VGroup(lines, *(label for _, label in ticks))

    def _tank_parts(self) -> list[mn.VMobject]:
        parts = [self._liquid, self._surface, self._past, *self._fittings.get_family()]
        return [part for part in parts if isinstance(part, mn.VMobject) and len(part.points)]


def _corners(box: Region) -> NDArray[np.float64]:
    x = [box.left, box.right, box.right, box.left]
    y = [box.bottom, box.bottom, box.top, box.top]
    return np.stack([x, y, np.zeros(4)], axis=-1)
