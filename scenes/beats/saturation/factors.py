"""The factors of the two gradients: in words, and where they stand on the streams."""

from __future__ import annotations

import math

import manim as mn

from scenes.beats.saturation.stage import SaturationStage, Story
from scenes.kit.layout import GAP, point
from scenes.kit.theme import SMALL
from scenes.stories.saturation import SCALES
from scenes.words.figures import Figure, Sentence, measured, sentence
from scenes.words.spoken import counted, fraction, nearest

FACTOR, CHAIN = 72, 44
"""Sizes of the factor of a stream, and of the one that explains it."""
WIDEST = 1.8
"""How wide a factor may be to stand on its stream."""
ROUND = 0.1
"""A factor is written with one digit if that is at most so far off, and else with two."""


def factors(story: Story) -> dict[str, Figure]:
    """Return by what factor both gradients changed, of those that were not zero, and the slopes."""
    found = {
        "own": ("dW_ratio", story.own_ratio),
        "passed": ("dx_ratio", story.passed_ratio),
        "slope": ("slope_share", story.slope_share),
    }
    return {key: _factor(name, value) for key, (name, value) in found.items() if value is not None}


def _factor(name: str, value: float) -> Figure:
    """Write a factor with as few digits as tell it."""
    short = measured(name, value, digits=1)
    first = round(value, -math.floor(math.log10(abs(value)))) if value else value
    near = abs(first - value) <= ROUND * abs(value)
    return short if near else measured(name, value, digits=2)


def product(story: Story) -> Sentence | None:
    """Say that a share, times the scale, makes what goes back; None if round words do not."""
    share, passed = story.slope_share, story.passed_ratio
    if share is None or passed is None or (words := fraction("slope_share", share)) is None:
        return None
    if round(1 / share) * round(passed) != SCALES[-1]:
        return None
    return sentence(
        "But on the way back it meets the weights: {a}, times {n}, makes {b}.",
        a=words,
        n=counted("largest_scale", SCALES[-1]),
        b=nearest("dx_ratio", passed),
    )


def grow_factor(film: SaturationStage, name: str, *beside: mn.Animation) -> None:
    """Put the factor of a stream on it, or beside it where it is thin, as something else comes."""
    if (factor := factors(film.story).get(name)) is None:
        return
    words = film.pen.label(sentence("× {r}", r=factor), film.theme.ink, FACTOR)
    words.move_to(film.spot(name))
    half, mark = film.parting.width_of(name) / 2, film.parting.marked(name) / 2
    if half > mark + words.height + GAP and words.width < WIDEST:
        words.set_color(film.theme.background).halo(film.theme.backward)
        words.shift((mark + words.height / 2 + GAP) * mn.UP)
    else:
        # Wide dashes round a thin stream have room for it between the two.
        edge = half if mark - half > words.height + GAP else max(half, mark)
        words.halo(film.theme.background)
        words.shift((edge + words.height / 2 + GAP / 2) * mn.UP)
    free = float(film.parting.channels.end(name)[0]) + GAP / 2
    if name == "own" or words.get_left()[0] < free:
        # The lower one keeps clear of the weights, which come down from the left.
        words.shift((free - float(words.get_left()[0])) * mn.RIGHT)
    film.factors[name] = words
    film.play(mn.GrowFromCenter(words), *beside, run_time=0.6)


def chain_of(film: SaturationStage) -> mn.VGroup:
    """Set the factor of the slopes above what sets out, between two lines of the weights."""
    found, parting = factors(film.story), film.parting
    if "slope" not in found:
        return mn.VGroup()
    words = film.pen.label(sentence("× {r}", r=found["slope"]), film.theme.ink, CHAIN)
    channels = parting.channels
    x = (channels.weights.right + channels.layer.left) / 2
    words.move_to(point(x, film.weights.between(x)))
    return mn.VGroup(words.halo(film.theme.background))


def name_before(film: SaturationStage, name: str) -> mn.VGroup:
    """Name the dashes of a stream, if there are any: below them, and in a wide stream as well."""
    parting, theme = film.parting, film.theme
    if not parting.has_outline(name):
        return mn.VGroup()
    words = film.pen.label("before", theme.muted, SMALL).move_to(film.spot(name))
    drop = parting.marked(name) / 2 + words.height / 2 + GAP / 2
    words.shift(drop * mn.DOWN)
    if parting.width_of(name) / 2 > drop + words.height / 2 + GAP / 2:
        return mn.VGroup(words.set_color(theme.background).halo(theme.backward))
    return mn.VGroup(words.halo(theme.background))


def own_words(film: SaturationStage) -> list[mn.Mobject]:
    """Return the words beside the lower arm."""
    return [*film.before["own"], *(word for key, word in film.factors.items() if key == "own")]
