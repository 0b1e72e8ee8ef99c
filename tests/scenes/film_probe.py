"""Runs a film without drawing or encoding it, and checks the layout of its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import srt
from manim.renderer.cairo_renderer import CairoRenderer

from backprop_core.experiment.config import Experiment
from scenes.kit.film import Film
from scenes.kit.layout import FRAME, NARRATION_BASELINE
from scenes.kit.settings import rendering
from scenes.kit.type.typesetting import Typeset
from tests.scenes.motion_probe import Motion

FRAME_RATE = 5
LINES, LINE, CHARACTERS_A_SECOND = 2, 42, 17
"""The most lines of a caption, characters of a line, and characters in a second."""
VISIBLE = 0.25
"""Opacity from which something counts as seen."""
GLIMPSE = 0.1
"""Opacity from which a line is seen behind a sentence."""
TOUCH = 0.015
"""Frame units by which boxes may touch."""
BETWEEN = 0.2
"""Least distance, in frame units, between two phrases on one line."""
FAR = 0.1
"""Distance, in frame units, that what grows in its own place does not fly."""
SAMPLE = 0.04
"""Distance between the points at which curves are looked at."""


@dataclass
class Found:
    """What was wrong, each once, and the ledger of the film."""

    problems: set[str] = field(default_factory=set)
    frames: int = 0
    film: Film | None = None


class ProbeRenderer(CairoRenderer):
    """Goes through all frames of a film; instead of drawing, it lets `look` see the scene."""

    def __init__(self, look: Any) -> None:
        super().__init__()
        self._look = look

    def update_skipping_status(self) -> None:
        """Skip nothing: every frame is to be seen."""

    def save_static_frame_data(self, scene: Any, static_mobjects: Any) -> None:
        """Draw nothing."""

    def update_frame(self, scene: Any, mobjects: Any = None, **kwargs: Any) -> None:
        """Look instead of drawing."""
        self._look(scene)

    def get_frame(self) -> Any:
        """Return no picture."""
        return np.zeros((1, 1, 4), dtype=np.uint8)

    def scene_finished(self, scene: Any) -> None:
        """Save no picture."""


def probe(film_class: type[Film], experiment: Experiment, directory: Path) -> Found:
    """Run a film of `experiment` and return what is wrong with its frames."""
    found, motion = Found(), Motion()

    def look(scene: Film) -> None:
        found.frames += 1
        beat = scene._beat
        wrong = chain(faults(scene), motion.faults(scene))
        found.problems.update(f"{beat}: {problem}" for problem in wrong)

    with rendering(directory, "low", format="png", frame_rate=FRAME_RATE):
        found.film = film_class(experiment, renderer=ProbeRenderer(look))
        found.film.render()
    found.problems.update(unread_captions(found.film))
    return found


def unread_captions(film: Film) -> Iterator[str]:
    """Yield what is wrong with the captions of a film: too long, too fast, or not what it says."""
    written = list(srt.parse(srt.compose(film.renderer.file_writer.subcaptions)))
    for one in written:
        lines = one.content.split("\n")
        if len(lines) > LINES or max(map(len, lines)) > LINE:
            yield f"a caption is too long: {one.content!r}"
        seconds = (one.end - one.start).total_seconds()
        if len(one.content) > CHARACTERS_A_SECOND * seconds:
            yield f"a caption is too fast: {one.content!r} in {seconds} s"
    if any(after.start < before.end for before, after in pairwise(written)):
        yield "captions overlap"
    said = " ".join(beat.sentence for beat in film.ledger.beats).split()
    if " ".join(one.content for one in written).split() != said:
        yield "the captions are not what is said"


def faults(scene: Film) -> Iterator[str]:
    """Yield what is wrong with the picture as it stands."""
    yield from misplaced(scene.mobjects)
    inks = [m for m in _members(scene.mobjects) if isinstance(m, Typeset) and _opacity(m) > VISIBLE]
    yield from under_words(scene.mobjects)
    yield from _unrecorded(scene, inks)
    yield from _ghosts(scene)
    yield from _from_nothing(scene.animations or [])


def _members(mobjects: Iterable[mn.Mobject]) -> list[mn.VMobject]:
    return [
        member
        for mobject in mobjects
        for member in mobject.get_family()
        if isinstance(member, mn.VMobject) and len(member.points)
    ]


def misplaced(mobjects: Iterable[mn.Mobject]) -> Iterator[str]:
    """Yield what cannot be read: words too small, cut off, on each other, or on lines."""
    members = _members(mobjects)
    inks = [m for m in members if isinstance(m, Typeset) and _opacity(m) > VISIBLE]
    drawn = [m for m in members if not isinstance(m, Typeset) and _opacity(m) > VISIBLE]
    boxes = [_box(ink) for ink in inks]
    for ink, box in zip(inks, boxes, strict=True):
        yield from _out_of_frame(ink, box)
        if ink.font_size < 25.9:
            yield f"{ink.plain!r} is set at size {ink.font_size:.1f}"
    for i, (ink, box) in enumerate(zip(inks, boxes, strict=True)):
        for other, other_box in zip(inks[i + 1 :], boxes[i + 1 :], strict=True):
            if _meet(box, other_box) and other is not ink:
                yield f"{ink.plain!r} lies on {other.plain!r}"
            elif _is_phrase(ink) and _is_phrase(other) and _run_together(box, other_box):
                yield f"{ink.plain!r} runs into {other.plain!r}"
    bare = [(ink, box) for ink, box in zip(inks, boxes, strict=True) if not ink.haloed]
    for mobject in drawn:
        around = _box(mobject)
        near = [(ink, box) for ink, box in bare if _meet(around, box)]
        places = _places(mobject) if near else np.empty((0, 2))
        for ink, box in near:
            if _inside(places, box):
                yield f"{ink.plain!r} lies on a {type(mobject).__name__} {_color(mobject)}"


def under_words(mobjects: Iterable[mn.Mobject]) -> Iterator[str]:
    """Yield what is drawn behind a sentence, also one that leaves: a halo does not help there."""
    members = _members(mobjects)
    sentences = [m for m in members if isinstance(m, Typeset) and _is_narration(m)]
    boxes = [_box(each) for each in sentences if _opacity(each) > VISIBLE]
    for mobject in members:
        if isinstance(mobject, Typeset) or _opacity(mobject) <= GLIMPSE:
            continue
        near = [box for box in boxes if _meet(_box(mobject), box)]
        if near and any(_inside(_places(mobject), box) for box in near):
            yield f"the sentence lies on a {type(mobject).__name__} {_color(mobject)}"


def _is_narration(ink: Typeset) -> bool:
    return bool(abs(ink.baseline - NARRATION_BASELINE) < TOUCH)


def _unrecorded(scene: Film, inks: list[Typeset]) -> Iterator[str]:
    known = {entry["text"] for entry in (*scene.ledger.numbers, *scene.ledger.declared)}
    for ink in inks:
        words = ink.plain
        for figure in sorted(ink.figures, key=lambda f: -len(f.plain)):
            words = words.replace(figure.plain, "")
            # A number that counts is entered at the end of its beat.
            if figure.plain not in known and not _counts(scene, ink):
                yield f"{figure.plain!r} is not in the ledger"
        if any(letter.isdigit() for letter in words):
            yield f"{ink.plain!r} holds a number that nothing records"


def _ghosts(scene: Film) -> Iterator[str]:
    """Manim draws what it listed when a play began, also what has left the scene since."""
    present = {id(m) for mobject in scene.mobjects for m in mobject.get_family()}
    listed = [m for m in scene.moving_mobjects if isinstance(m, mn.VMobject) and len(m.points)]
    for mobject in listed:
        if id(mobject) not in present and _opacity(mobject) > VISIBLE:
            yield f"a {type(mobject).__name__} that has left the scene is still drawn"


def _from_nothing(animations: Iterable[mn.Animation]) -> Iterator[str]:
    """Yield what a transform makes of nothing, or nothing of: it flies from far, or away."""
    for animation in animations:
        if isinstance(animation, mn.AnimationGroup):
            yield from _from_nothing(animation.animations)
        elif isinstance(animation, mn.Transform) and hasattr(animation, "target_copy"):
            ends = animation.starting_mobject, animation.target_copy
            pairs = zip(*(_parts_with_points(end) for end in ends), strict=False)
            if any(_flies(*pair) or _flies(*pair[::-1]) for pair in pairs):
                yield f"parts of a {type(animation.mobject).__name__} have no counterpart"


def _parts_with_points(mobject: mn.Mobject) -> list[mn.VMobject | None]:
    family = mobject.get_family()
    return [m if isinstance(m, mn.VMobject) and len(m.points) else None for m in family]


def _flies(something: mn.VMobject | None, nothing: mn.VMobject | None) -> bool:
    """Tell whether a visible thing and a far point are turned into each other."""
    if something is None or nothing is None or np.ptp(nothing.points, axis=0).any():
        return False
    if max(_opacity(something), _opacity(nothing)) <= VISIBLE:
        return False
    low, high = something.points.min(axis=0), something.points.max(axis=0)
    at = nothing.points[0]
    return bool(np.any(high > low) and np.any((at < low - FAR) | (at > high + FAR)))


def _counts(scene: Film, ink: Typeset) -> bool:
    from scenes.kit.live_number import LiveNumber

    return any(
        isinstance(member, LiveNumber) and ink in member.submobjects
        for mobject in scene.mobjects
        for member in mobject.get_family()
    )


def _opacity(mobject: mn.VMobject) -> float:
    fill = float(mobject.get_fill_opacity())
    stroke = float(mobject.get_stroke_opacity()) if mobject.stroke_width > 0 else 0.0
    return max(fill, stroke)


def _box(mobject: mn.VMobject) -> tuple[float, float, float, float]:
    points = mobject.points
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _out_of_frame(ink: Typeset, box: tuple[float, float, float, float]) -> Iterator[str]:
    left, bottom, right, top = box
    room = 0.25
    if (
        left < FRAME.left + room
        or right > FRAME.right - room
        or bottom < FRAME.bottom + room
        or top > FRAME.top - room
    ):
        yield f"{ink.plain!r} leaves the frame: {left:.2f} {bottom:.2f} {right:.2f} {top:.2f}"


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return (
        a[0] + TOUCH < b[2] and b[0] + TOUCH < a[2] and a[1] + TOUCH < b[3] and b[1] + TOUCH < a[3]
    )


def _is_phrase(ink: Typeset) -> bool:
    """A number and its unit, or a variable and its shape, stand closer than two phrases may."""
    return sum(word.isalpha() for word in ink.plain.split()) >= 3


def _run_together(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> bool:
    """Return whether two boxes stand on one line, with less than a wide space between them."""
    shared = min(a[3], b[3]) - max(a[1], b[1])
    on_one_line = shared > min(a[3] - a[1], b[3] - b[1]) / 2
    return on_one_line and max(a[0], b[0]) - min(a[2], b[2]) < BETWEEN


def _inside(places: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = box
    return bool(
        np.any(
            (places[:, 0] > left + TOUCH)
            & (places[:, 0] < right - TOUCH)
            & (places[:, 1] > bottom + TOUCH)
            & (places[:, 1] < top - TOUCH)
        )
    )


def _places(mobject: mn.VMobject) -> np.ndarray:
    """Return points along the strokes, and inside the filled parts, of a mobject."""
    curves = mobject.points.reshape(-1, 4, 3)[:, :, :2]
    length = np.linalg.norm(curves[:, 3] - curves[:, 0], axis=1).max(initial=0.0)
    t = np.linspace(0, 1, max(4, int(length / SAMPLE)))[None, :, None]
    a, b, c, d = (curves[:, k][:, None, :] for k in range(4))
    along = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    places = along.reshape(-1, 2)
    if mobject.get_fill_opacity() > VISIBLE:
        # Towards the middle of each closed part: convex shapes are covered by that.
        insides = [
            part.mean(axis=0) + share * (part - part.mean(axis=0))
            for part in _parts(mobject)
            for share in (0.0, 0.33, 0.66)
        ]
        places = np.concatenate([places, *insides])
    return places


def _parts(mobject: mn.VMobject) -> list[np.ndarray]:
    return [np.asarray(part)[:, :2] for part in mobject.get_subpaths()]


def _color(mobject: mn.VMobject) -> str:
    return str(mobject.get_color().to_hex())
