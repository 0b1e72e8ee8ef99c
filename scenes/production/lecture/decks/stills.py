"""Single frames of a film as pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from scenes.production.lecture.decks.deck import Beat, DeckFilm
from scenes.production.video.verify import open_video, picture_of


def stills_of(film: DeckFilm) -> Iterator[tuple[Beat, Image.Image]]:
    """Decode a film once, and yield each beat with the picture at which it stops.

    Raises
    ------
    ValueError
        If the video has fewer frames than its beats.
    av.FFmpegError
        If the video cannot be decoded.
    """
    pictures = stills(film.video, [beat.still for beat in film.beats])
    return zip(film.beats, pictures, strict=True)


def stills(video: Path, wanted: Sequence[int]) -> Iterator[Image.Image]:
    """Decode a video once from its beginning, and yield some of its frames.

    Parameters
    ----------
    wanted
        Numbers of the frames, ascending.

    Raises
    ------
    ValueError
        If the video has fewer frames.
    av.FFmpegError
        If the video cannot be decoded.
    """
    left = iter(wanted)
    following = next(left, None)
    with open_video(video) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for n, frame in enumerate(container.decode(stream)):
            while n == following:
                yield picture_of(frame)
                following = next(left, None)
            if following is None:
                return
    if following is not None:
        raise ValueError(f"{video.name} has no frame {following}")
