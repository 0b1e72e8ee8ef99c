"""A change of words never shows both."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.type.typesetting import Pen, Typeset
from scenes.kit.type.words import LEAVING, ChangeWords


def opacity(word: Typeset) -> tuple[float, float]:
    halo = word.get_stroke_opacity(background=True) if word.background_stroke_width else 0.0
    return float(word.get_fill_opacity()), float(halo)


@pytest.mark.parametrize("haloed", [False, True])
def test_both_texts_are_never_seen(pen: Pen, haloed: bool) -> None:
    old, new = pen.text("the old words"), pen.text("the new words")
    if haloed:
        old.halo(pen.theme.background)
        new.halo(pen.theme.background)
    change = ChangeWords(old, new, rate_func=mn.smooth)
    change.begin()
    assert opacity(old)[0] == 1
    assert opacity(new) == (0, 0)
    for alpha in np.linspace(0, 1, 101):
        change.interpolate(float(alpha))
        for each in (old, new):
            fill, halo = opacity(each)
            assert halo == (fill if haloed else 0)
        assert min(opacity(old)[0], opacity(new)[0]) == 0
    change.finish()
    assert opacity(old) == (0, 0)
    assert opacity(new)[0] == 1


@pytest.mark.parametrize("missing", ["old", "new"])
def test_either_may_be_missing(pen: Pen, missing: str) -> None:
    word = pen.text("words")
    change = ChangeWords(None, word) if missing == "old" else ChangeWords(word, None)
    scene = mn.Scene()
    scene.add(change.mobject)
    change.begin()
    change.interpolate(LEAVING)
    assert opacity(word)[0] == 0
    change.finish()
    change.clean_up_from_scene(scene)
    assert opacity(word)[0] == (missing == "old")
    assert scene.mobjects == ([word] if missing == "old" else [])


def test_only_the_new_words_stay_on_stage(pen: Pen) -> None:
    old, new, other = pen.text("old"), pen.text("new"), mn.Dot()
    change = ChangeWords(old, new)
    scene = mn.Scene()
    # As Manim does: what is in a group on stage is not there by itself.
    scene.add(other, change.mobject)
    change.begin()
    change.finish()
    change.clean_up_from_scene(scene)
    assert scene.mobjects == [other, new]
