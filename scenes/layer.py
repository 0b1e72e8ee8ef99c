"""Layer: the three lines of NumPy that are one layer, with the arrays that move through them.

Storyboard, with the numbers of the default experiment (moons, 4 sigmoids of gain 3, 2 inputs):

1. Three lines of code; W (4, 2) and x (2,) stand beside them.
2. The first line is lit. Row by row W meets x and leaves a sum: -2.97, -0.332, 0.461, -3.01.
3. The sigmoid takes the sums to z: 0.0486, 0.418, 0.613, 0.0471. Here z is the output.
4. The second line: from z alone the slopes, z * (1 - z): 0.0462, 0.243, 0.237, 0.0449.
   Where z has rounded to 1, one more beat: the code loses slopes that the arrays keep.
5. No gradient comes from above: what follows are the gradients of sum(z).
6. W is turned over, (2, 4).
7. Row by row W.T meets the slopes, and leaves dx: 0.351, 0.385.
8. The third line: slopes as a column, x as a row; each pair fills a cell of dW (4, 2).
9. Both backward lines hold the slope: the two outer units, with a fifth of it, get a fifth of dW.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn

from scenes.kit.arrays.code_listing import CodeListing
from scenes.kit.arrays.matrix import Matrix
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE, Region, point
from scenes.kit.parts.layer_board import LayerBoard
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.layer import LayerStory
from scenes.stories.seen import layer
from scenes.words.figures import Sentence

LEADING = 1.0
"""Maximum distance between lines of code, each with a comment on shapes below it."""
BELOW = 0.44
NOTES = 0.5
"""Distance of the baselines of the notes."""
FIRST, NEXT = 0.5, 0.2
"""Seconds per motion for the first row of a product, and for the following rows."""


class Layer(Film):
    """Three lines of code, and what they do to the arrays of a real layer."""

    order = 20
    title = "One layer, line by line"
    summary = "The forward and the backward pass of a layer: code, arrays and their shapes"
    description = (
        "One layer in NumPy, one line forward and two backward, and the real arrays with "
        "their shapes: rows that meet a vector, W turned over, a column and a row that fill "
        "dW."
    )
    seconds = 50
    reads = ("seed", "dtype", "network", "data", "film")
    defaults: ClassVar[Mapping[str, object]] = {
        "seed": 1,
        "network.width": 4,
        "network.gain": 3.0,
        "data.name": "moons",
    }
    sources = "Karpathy, Yes you should understand backprop (2016)"

    lit: int | None = None
    """Number of the highlighted line of code."""

    def compute(self) -> None:
        """Pass one example through the layer and back."""
        self.story = LayerStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the layer."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return layer.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return layer.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (
            self.program,
            self.product,
            self.squash,
            self.slope,
            *((self.rounding,) if self.story.rounds else ()),
            self.alone,
            self.turned,
            self.passed_gradient,
            self.own_gradient,
            self.verdict,
        )

    # The beats

    def program(self) -> None:
        """Write the lines, and put the first two arrays beside them."""
        self._lay_out()
        self.say(self.story.program())
        self.play(sweep([mn.FadeIn(line) for line in self.listing.lines], 1.5))
        self.play(mn.FadeIn(self.board.W, self.board.x, *self.keys), run_time=MOVE)

    def product(self) -> None:
        """Multiply each row of W by x."""
        board = self.board
        self.say(self.story.product())
        self._light(0, self.theme.forward)
        bias = [] if board.b is None else [board.b]
        self.play(mn.FadeIn(board.u.caption, board.signs[:-1], *bias), run_time=QUICK)
        for i in range(len(board.W.cells)):
            self._row_meets(board.W, i, board.x, board.u, bias)

    def squash(self) -> None:
        """Apply the activation to every sum."""
        board = self.board
        self.say(self.story.squash())
        self._light(self.story.code.backward[0] - 1, self.theme.forward)
        self._each(board.u, board.z, board.signs[-1])
        self.play(mn.FadeIn(self.notes[0]), run_time=QUICK)

    def slope(self) -> None:
        """Go back from z to the slope."""
        board = self.board
        self.say(self.story.slope())
        self._light(self.story.code.backward[0], self.theme.backward)
        gone = [board.W, board.x, board.u, board.signs, *([board.b] if board.b else [])]
        self.play(mn.FadeOut(*gone), run_time=QUICK)
        self.play(board.z.animate.move_to(board.z_alone), run_time=MOVE)
        self._each(board.z, board.slope_alone, board.slope_sign)

    def rounding(self) -> None:
        """Show what the code loses to rounding."""
        self.say(self.story.rounding())

    def alone(self) -> None:
        """Say which quantity the gradients belong to."""
        self.say(self.story.alone())
        self.play(mn.FadeIn(self.notes[1]), run_time=QUICK)

    def turned(self) -> None:
        """Transpose W."""
        board, W, W_T = self.board, self.board.W_before, self.board.W_T
        self.say(self.story.turned())
        self._light(self.story.code.backward[1], self.theme.backward)
        self.play(mn.FadeOut(board.z, board.slope_sign), run_time=QUICK)
        self.play(board.slope_alone.animate.move_to(board.slope), run_time=QUICK)
        self.play(mn.FadeIn(W), run_time=QUICK)
        numbers = mn.VGroup(*(number for row in W.cells for cell in row for number in cell[1:]))
        # Digits that cross are unreadable, so they fade out while their boxes move.
        self.play(mn.FadeOut(numbers, W.caption), run_time=QUICK)
        moves = [
            W.cells[i][j][0].animate.move_to(W_T.cells[j][i])
            for i in range(len(W.cells))
            for j in range(len(W.cells[i]))
        ]
        self.play(*moves, run_time=MOVE)
        self.play(mn.FadeIn(W_T), run_time=QUICK)
        self.remove(W, *(cell[0] for row in W.cells for cell in row))

    def passed_gradient(self) -> None:
        """Multiply each row of W.T by the slope."""
        board = self.board
        self.say(self.story.passed_gradient())
        self.play(mn.FadeIn(board.dx.caption, board.dx_signs), run_time=QUICK)
        for j in range(len(board.W_T.cells)):
            self._row_meets(board.W_T, j, board.slope_alone, board.dx, [])

    def own_gradient(self) -> None:
        """Fill dW, row by row."""
        board = self.board
        self.say(self.story.own_gradient())
        self._light(self.story.code.backward[2], self.theme.backward)
        self._make_room()
        new = (board.x_above, board.dx_below.caption, board.dW.caption)
        self.play(mn.FadeIn(*new), run_time=QUICK)
        for i, row in enumerate(board.dW.cells):
            self._spread(i, row)

    def verdict(self) -> None:
        """Say what both gradients depend on."""
        self.say(self.story.verdict())
        lit = [self.listing.lines[n] for n in self.story.code.backward]
        self.play(*(line.animate.set_fill(self.theme.backward) for line in lit), run_time=MOVE)
        frames = self.board.slope_left.frames(self.board.slope_left.column(0))
        self.play(mn.FadeIn(frames), run_time=QUICK)
        self.cite()

    # Motion

    def _light(self, number: int, color: str) -> None:
        """Highlight a line of code, and show the shapes of its operands."""
        if self.lit == number:
            return
        listing, comment = self.listing, self.comments[number]
        others = [line for n, line in enumerate(listing.lines) if n != number]
        new: list[mn.Mobject] = [comment] if comment not in self.mobjects else []
        if self.lit is None:
            new.append(listing.pointer)
        self.lit = number
        self.play(
            *(line.animate.set_fill(self.theme.muted) for line in others),
            listing.lines[number].animate.set_fill(color),
            *([] if listing.pointer in new else [self._point_at(number)]),
            *(mn.FadeIn(each) for each in new),
            run_time=QUICK,
        )

    def _point_at(self, number: int) -> mn.Animation:
        pointer = self.listing.pointer
        return pointer.animate.move_to(self.listing.beside(number)).build()

    def _row_meets(
        self, matrix: Matrix, i: int, vector: Matrix, result: Matrix, more: list[Matrix]
    ) -> None:
        """Move a row onto a column, term by term, and merge both into their sum."""
        pace = FIRST if i == 0 else NEXT
        frames = matrix.frames(matrix.row(i))
        self.play(mn.FadeIn(frames), run_time=pace)
        self.play(self._onto(frames, vector, vector.column(0)), run_time=1.2 * pace)
        for added in more:
            frames.add(*added.frames(added.row(i)))
        target = result.row(i)
        self.play(self._onto(frames, result, target * len(frames)), run_time=pace)
        self.play(mn.FadeOut(frames), mn.FadeIn(*target), run_time=pace)

    def _each(self, before: Matrix, after: Matrix, sign: mn.Mobject) -> None:
        """Move every cell of a column to the adjacent cell of another column."""
        frames = before.frames(before.column(0))
        self.play(mn.FadeIn(after.caption, sign, frames), run_time=QUICK)
        self.play(self._onto(frames, after, after.column(0)), run_time=MOVE)
        self.play(mn.FadeOut(frames), mn.FadeIn(*after.column(0)), run_time=QUICK)

    def _spread(self, i: int, row: list[mn.VGroup]) -> None:
        """Multiply one slope by every input."""
        board, pace = self.board, FIRST if i == 0 else NEXT
        slopes = board.slope_left.frames(board.slope_left.row(i) * len(row))
        inputs = board.x_above.frames(board.x_above.row(0))
        self.play(mn.FadeIn(slopes, inputs), run_time=pace)
        moves = [self._onto(frames, board.dW, row) for frames in (slopes, inputs)]
        self.play(*moves, run_time=1.2 * pace)
        self.play(mn.FadeOut(slopes, inputs), mn.FadeIn(*row), run_time=pace)

    def _onto(
        self, frames: mn.VGroup, matrix: Matrix, cells: Sequence[mn.VGroup]
    ) -> mn.AnimationGroup:
        targets = matrix.frames(cells)
        return mn.AnimationGroup(
            *(mn.Transform(a, b) for a, b in zip(frames, targets, strict=True))
        )

    def _make_room(self) -> None:
        """Remove the previous line except the slope, and dx in the shape of x."""
        board = self.board
        dx, row = board.dx, board.dx_below
        gone = (board.W_T, board.dx_signs, dx.caption)
        self.play(mn.FadeOut(*gone), run_time=QUICK)
        moves = [mn.Transform(a, b) for a, b in zip(dx.column(0), row.row(0), strict=True)]
        place = board.slope_alone.animate.move_to(board.slope_left)
        self.play(place, *moves, run_time=MOVE)

    # The stage

    def _lay_out(self) -> None:
        story, pen = self.story, self.pen
        width = max(pen.code(line, size=SMALL).width for line in story.code.lines)
        left = Region(STAGE.left, STAGE.left + width + 2.2 * GAP, STAGE.bottom, STAGE.top)
        right = Region(left.right + 1.5 * GAP, STAGE.right, STAGE.bottom, STAGE.top)
        arrays = dict(story.arrays)
        if not story.biased:
            del arrays["b"]
        names = {"u": story.code.sums, "slope": story.code.slope}
        self.board = LayerBoard(right, arrays, story.entry, story.shape, names, pen)
        notes = self._notes()
        upper = left.inset(bottom=NOTES * len(notes) + BELOW)
        leading = min(LEADING, (upper.height - NOTES) / (len(story.code.lines) - 1))
        self.listing = CodeListing(upper, story.code.lines, pen, leading=leading)
        self.comments = [self._comment(n, leading) for n in range(len(story.code.lines))]
        for number, ink in enumerate(reversed(notes)):
            ink.fit_width(left.width).align_to(point(left.left), mn.LEFT)
            ink.on_baseline(left.bottom + (number + 0.3) * NOTES)
        self.notes, self.keys = notes[:2], notes[2:]

    def _comment(self, number: int, leading: float) -> Typeset:
        line = self.listing.lines[number]
        ink = self.pen.label(self.story.comment(number), size=SMALL)
        below = min(BELOW, leading / 2)
        return ink.align_to(line, mn.LEFT).on_baseline(line.baseline - below)

    def _notes(self) -> list[Typeset]:
        """Typeset the notes on the names, then the legend of the cells."""
        theme = self.theme
        words = [
            ("z: the output of the layer", theme.forward),
            ("dx, dW: gradients of sum(z)", theme.backward),
            ("filled cell: positive; outlined: negative", theme.muted),
        ]
        if self.board.sampled:
            words.append(("dots: rows or columns left out", theme.muted))
        if not self.board.numbered:
            words.append(("strong: large; no room for numbers", theme.muted))
        return [self.pen.label(text, color, SMALL) for text, color in words]
