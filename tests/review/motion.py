"""When a film moves: the frames in which a number, a light or a position changes."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.layout import FRAME
from scenes.kit.type.typesetting import Typeset

FAINT = 0.05
"""Opacity below which nothing is seen."""
POSITION, LIGHT, WIDTH = 0.03, 0.1, 0.5
"""Frame units; opacity or colour, from 0 to 1; stroke width. What stays within them is shimmer."""
WINDOW = 7
"""Frames before and after a change in which it has to go that far: half a second."""
SAMPLES = 64
"""Points of a path that are followed."""
DARK = 9
"""Entries at the end of a state that tell of light."""
SAID = slice(-DARK - 1, -DARK)
"""The entry that tells what words say."""

Leaf = mn.VMobject
State = NDArray[np.float32]


def leaves(mobjects: Iterable[mn.Mobject]) -> list[Leaf]:
    """Return everything with points, each once."""
    found = {
        id(member): member
        for mobject in mobjects
        for member in mobject.get_family()
        if isinstance(member, mn.VMobject) and len(member.points)
    }
    return list(found.values())


def opacity(leaf: Leaf) -> float:
    stroke = float(leaf.get_stroke_opacity()) if leaf.stroke_width > 0 else 0.0
    return max(float(leaf.get_fill_opacity()), stroke)


def seen(leaf: Leaf) -> bool:
    """Tell whether any of a leaf can be seen: it has paint, and is not outside the frame."""
    if opacity(leaf) < FAINT:
        return False
    (left, bottom), (right, top) = leaf.points[:, :2].min(axis=0), leaf.points[:, :2].max(axis=0)
    across = left < FRAME.right and right > FRAME.left
    return bool(across and bottom < FRAME.top and top > FRAME.bottom)


class Motion:
    """Follows each leaf through a film.

    A frame moves if something differs from the frame before, and differs by more than shimmer
    within half a second around. What is outside the frame, or too faint, does not count.
    """

    def __init__(self) -> None:
        self._ways: dict[int, list[tuple[int, State]]] = {}
        # Also keeps them alive: the identity of what is gone may be given to something new.
        self._leaves: dict[int, Leaf] = {}

    def look(self, frame: int, mobjects: Iterable[mn.Mobject]) -> None:
        """Note what is on screen in a frame; of a picture that stands, the first frame."""
        now = {id(leaf): leaf for leaf in leaves(mobjects) if seen(leaf)}
        states = {key: _state(leaf) for key, leaf in now.items()}
        lit = {key for key, way in self._ways.items() if way[-1][1][-DARK:].any()}
        gone, new = lit - states.keys(), states.keys() - lit
        self._leaves |= now
        self._replace(gone, new, states)
        for key in gone:
            self._ways[key].append((frame, _dark(self._ways[key][-1][1])))
        for key, state in states.items():
            way = self._ways.setdefault(key, [])
            if key in new and frame > 0:
                way.append((frame - 1, _dark(state)))
            if not way or not np.array_equal(way[-1][1], state):
                way.append((frame, state))

    def _replace(self, gone: set[int], new: set[int], states: dict[int, State]) -> None:
        """Let what takes the place of something just like it go on from there."""
        places = {self._ways[key][-1][1].tobytes(): key for key in gone}
        for key in sorted(new):
            old = places.pop(states[key].tobytes(), None)
            if old is not None:
                self._ways[key] = self._ways.pop(old)
                del self._leaves[old]
                gone.discard(old)
                new.discard(key)

    def frames(self, *, words: bool = True) -> set[int]:
        """Return the frames that differ from the one before by more than shimmer.

        Without `words`, of these only what they say counts: a number that is rewritten, but not
        words that come, go and shift.
        """
        found: set[int] = set()
        for key, way in self._ways.items():
            at = np.array([frame for frame, _ in way])
            what = slice(None) if words or not isinstance(self._leaves[key], Typeset) else SAID
            for frame, _ in way[1:]:
                if frame in found:
                    continue
                # With the state that stands when the window opens.
                first = max(0, int(np.searchsorted(at, frame - WINDOW, side="right")) - 1)
                last = int(np.searchsorted(at, frame + WINDOW, side="right"))
                around = np.stack([state[what] for _, state in way[first:last]])
                if np.ptp(around, axis=0).max() >= 1:
                    found.add(frame)
        return found


def _state(leaf: Leaf) -> State:
    """Return a leaf as numbers of which each has changed visibly if it has changed by 1."""
    at = np.linspace(0, len(leaf.points) - 1, SAMPLES).astype(int)
    low, high = (FRAME.left, FRAME.bottom), (FRAME.right, FRAME.top)
    places = np.clip(leaf.points[at, :2], low, high).ravel() / POSITION
    # Different words differ by 1 or more.
    words = crc32(leaf.plain.encode()) % 2**23 if isinstance(leaf, Typeset) else 0
    width = float(leaf.stroke_width)
    fill, stroke = _light(leaf.fill_rgbas), _light(leaf.stroke_rgbas) * (width > 0)
    light = np.concatenate([fill, stroke]) / LIGHT
    width *= float(stroke[3] > FAINT) / WIDTH
    return np.concatenate([places, [words], light, [width]]).astype(np.float32)


def _light(rgbas: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean colour, weighted by its opacity, and the mean opacity."""
    if not len(rgbas):
        return np.zeros(4)
    return np.concatenate(
        [(rgbas[:, :3] * rgbas[:, 3:]).mean(axis=0), rgbas[:, 3].mean(keepdims=True)]
    )


def _dark(state: State) -> State:
    dark = state.copy()
    dark[-DARK:] = 0
    return dark
