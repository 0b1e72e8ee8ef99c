"""Pictures of code as a stage, of its dial, of its drops, and of a network that stretches."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import manim as mn
import numpy as np

from scenes.kit.layout import GAP, STAGE, Region, point
from scenes.kit.stage.code_stage import CodeStage
from scenes.kit.stage.dial import Dial
from scenes.kit.stage.drip import Drip
from scenes.kit.stage.emerge import Emerge
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.stretch import Stretch
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure, Kind, typed
from tests.kit.pictures.dives import played

LINES = (
    "depth =",
    "net = initialize(depth)",
    "for x, y in batches(epochs):",
    "  grads = backward(net, x, y)",
    "  net = step(net, grads)",
)
WORDS = {1: "net", 3: "backward"}


def numbers(*values: int) -> tuple[Figure, ...]:
    return tuple(typed("dial", value, Kind.TICK) for value in values)


def listing(region: Region, pen: Pen, *values: int) -> CodeStage:
    return CodeStage(region, LINES, pen, dial=numbers(*(values or (1, 2, 3))), words=WORDS)


def code_stage(pen: Pen) -> mn.Mobject:
    """The code alone, its dial at two."""
    code = listing(STAGE.inset(left=2.5, right=2.5), pen)
    code.dial.turn(1)
    return code


def code_leaks(pen: Pen) -> mn.Mobject:
    """Ticks, one line that glows, threads, drops and puddles below it."""
    code = listing(STAGE.inset(left=2.5, right=2.5), pen, 2, 2000)
    code.dial.turn(1)
    played(code.check())
    played(code.kindle(3))
    baseline, em = code.words[3].baseline, code.em
    tops = np.array([point(x, baseline) for x in (-3.0, -1.0, 1.0, 2.5)])
    drip = Drip(
        tops, [2.5 * em, 0.7 * em, 2 * em, em], [(1.2, 2.7), (), (1.9, 3.4), ()], -2.9, em, pen
    )
    drip.draw(4.0)
    return mn.VGroup(code, drip)


def code_half_way(pen: Pen) -> mn.Mobject:
    """Code that is being written, and code of which one line is lit, and a word dries up."""
    left, right = STAGE.columns(0.5, 0.5, gap=2 * GAP)
    written, running = listing(left, pen), listing(right, pen)
    played(written.write(), 0.6)
    running.part(4, 1.0)
    played(running.light([2]))
    played(running.dry(3), 0.6)
    return mn.VGroup(written, running)


def dials(pen: Pen) -> mn.Mobject:
    """At rest, half way between two numbers, and among long ones."""
    places = ((-5.5, 0.0), (-1.5, 1.5), (1.5, 2.0))
    drums = mn.VGroup()
    for (x, at), values in zip(places, ((1, 2, 3), (1, 2, 3), (2, 64, 2000)), strict=True):
        dial = Dial(point(x), numbers(*values), pen, 96)
        dial.turn(at)
        drums.add(dial)
    return drums


def stretched(widths: Sequence[int], share: float, pen: Pen) -> mn.Mobject:
    """A network of two layers on its way to a deep one."""
    ends = (widths[0], widths[1], widths[-1])
    shallow = NetworkStage(STAGE.inset(left=3.5, right=3.5), ends, pen)
    deep = NetworkStage(STAGE, widths, pen)
    played(Stretch(shallow, deep, rate_func=mn.linear), share)
    return deep


def emerging(pen: Pen) -> mn.Mobject:
    """A network grows out of a word."""
    left, right = STAGE.columns(0.5, 0.5)
    code = listing(left, pen)
    network = NetworkStage(right, (64, 30, 10), pen)
    played(Emerge(network, code.words[1], rate_func=mn.linear), 0.6)
    return mn.VGroup(network, code)


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "code_stage": code_stage,
    "code_leaks": code_leaks,
    "code_half_way": code_half_way,
    "dials": dials,
    "stretch_begins": partial(stretched, (64, *[30] * 8, 10), 0.15),
    "stretch_tape": partial(stretched, (64, *[30] * 29, 10), 0.6),
    "emerging": emerging,
}
