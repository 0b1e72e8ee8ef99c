"""A world that moves under a camera which stands still.

Manim's moving camera has no words fixed to the frame when Cairo draws. Here the camera stands
still, and the points of everything in the world are scaled and shifted instead. Widths of strokes
and sizes of words belong to the frame, so they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.layout import Region
from scenes.kit.motion import Frame, Motion
from scenes.kit.type.typesetting import Typeset

SLIDES = 1e-6
"""A smaller change of scale is none."""


class Look(Motion):
    """A move of the camera, so that what lies in one region now fills another.

    Components are laid out in frame coordinates, wherever the camera is. After a move they lie
    elsewhere, so a component asks its own mobjects where they are.

    Parameters
    ----------
    world
        All that is moved, in the order in which it is drawn. Words move with their centre.
    seen, place
        What lies in `seen` fills `place` as far as it can. Both directions are scaled alike, and
        the centres of the regions meet.
    """

    is_camera_move = True

    def __init__(
        self, world: Sequence[mn.Mobject], seen: Region, place: Region, **how: Any
    ) -> None:
        self._world = list(world)
        group = mn.Group(*world)
        final = min(place.width / seen.width, place.height / seen.height)
        start, target = seen.center, place.center

        def prepare() -> Frame:
            parts = list(_parts(group))
            sizes = {id(part): part.font_size for part, *_ in parts if isinstance(part, Typeset)}

            def frame(share: float) -> None:
                # The scale changes by equal factors in equal times, towards a point of the frame
                # that stays fixed, unless the camera only slides.
                scale = final**share
                if abs(final - 1) < SLIDES:
                    shift = (target - start) * share
                else:
                    fixed = (target - final * start) / (1 - final)
                    shift = fixed * (1 - scale)
                for part, points, anchor in parts:
                    if anchor is None:
                        part.points = points * scale + shift
                        if isinstance(part, Typeset):
                            part.font_size = sizes[id(part)] * scale
                    else:
                        part.points = points + (anchor * (scale - 1) + shift)

            return frame

        super().__init__(group, prepare, **{"run_time": 2.0, "rate_func": mn.smooth, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Put the world back on stage part by part, so that each can leave it alone."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._world)


def _parts(world: mn.Mobject) -> Iterator[tuple[mn.VMobject, Point3D, Point3D | None]]:
    """Yield each path of a world, its points, and, of words, the point that they are tied to."""
    for member in world.get_family():
        if isinstance(member, mn.VMobject) and len(member.points):
            tied = isinstance(member, Typeset) and not member.grows
            anchor = member.get_center() if tied else None
            yield member, np.array(member.points), anchor
