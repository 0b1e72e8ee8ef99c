"""Runs a film without drawing it, and notes at every frame what is seen of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backprop_core.experiment.config import Experiment
from backprop_core.recording import Recording
from scenes.kit.film import LAST_PICTURE, Film
from scenes.kit.settings import rendering
from scenes.kit.type.typesetting import Typeset
from tests.review.light import groups, lit, share
from tests.review.motion import Motion, leaves, opacity
from tests.review.plays import Does, does, moves_camera
from tests.scenes.film_probe import VISIBLE, ProbeRenderer

RATE = 15
"""Frames a second."""
EVERY = 5
"""One frame of so many is looked at for what is lit and how large its words are."""


@dataclass(frozen=True)
class Look:
    """A picture as it stands for some frames.

    Attributes
    ----------
    share
        Part of the stage that is lit.
    groups
        The names of what is lit.
    smallest
        The size of its smallest words; infinite without words.
    """

    frames: int
    share: float
    groups: frozenset[str]
    smallest: float


@dataclass
class Seen:
    """What was seen of a film.

    Attributes
    ----------
    frames
        The number of all frames.
    moving
        The frames that differ from the one before.
    moving_pictures
        Those in which more than words comes, goes or moves.
    plays, cameras
        What each play does, and in how many the world moves.
    pauses
        Start and length of each declared pause, in seconds.
    last
        Seconds of the last picture.
    sentences
        The sentence of each beat.
    """

    frames: int = 0
    moving: set[int] = field(default_factory=set)
    moving_pictures: set[int] = field(default_factory=set)
    looks: list[Look] = field(default_factory=list)
    plays: list[Does] = field(default_factory=list)
    cameras: int = 0
    pauses: Sequence[tuple[float, float]] = ()
    last: float = LAST_PICTURE
    sentences: Sequence[str] = ()


class Watching(ProbeRenderer):
    """Goes through all frames of a film; frames of a picture that stands come at once."""

    def __init__(self) -> None:
        super().__init__(self._take)
        self.seen = Seen()
        self.motion = Motion()
        self._film: Film | None = None
        self._waiting = 0

    def _take(self, film: Film) -> None:
        self._film = film

    def play(self, scene: Film, *args: Any, **kwargs: Any) -> None:
        """Play, and note what that did."""
        super().play(scene, *args, **kwargs)
        played = scene.animations or []
        self.seen.plays.append(does(played))
        self.seen.cameras += moves_camera(played)

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        """Look at the film in place of a picture of it."""
        assert self._film is not None
        self.motion.look(self.seen.frames, self._film.mobjects)
        self.seen.frames += num_frames
        self._waiting += num_frames
        if self._waiting >= EVERY:
            self.seen.looks.append(look(self._film, self._waiting))
            self._waiting = 0
        super().add_frame(frame, num_frames)


def look(film: Film, frames: int) -> Look:
    """Look at a picture that stands for so many frames."""
    lights = lit(film.mobjects, film.theme)
    words = (leaf for leaf in leaves(film.mobjects) if isinstance(leaf, Typeset))
    sizes = [ink.font_size for ink in words if opacity(ink) > VISIBLE]
    return Look(
        frames, share(lights), frozenset(groups(film, lights)), min(sizes, default=float("inf"))
    )


def watch(
    film_class: type[Film], experiment: Experiment, recorded: Iterable[Recording] = ()
) -> Seen:
    """Run a film of `experiment` and return what was seen of it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        rendering(Path(folder), "low", format="png", frame_rate=RATE),
    ):
        # It takes the frame rate from Manim's configuration.
        renderer = Watching()
        film = film_class(experiment, tuple(recorded), renderer=renderer)
        film.render()
    seen = renderer.seen
    seen.moving = renderer.motion.frames()
    seen.moving_pictures = renderer.motion.frames(words=False)
    seen.pauses = tuple(getattr(film, "pauses", ()))
    seen.sentences = [beat.sentence for beat in film.ledger.beats]
    return seen
