"""Films encoded again for slides, in a fraction of their size."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType

from scenes.production.lecture.decks.deck import DeckFilm
from scenes.production.video.verify import open_video

_OPTIONS = {
    "preset": "veryfast",
    "crf": "28",
    "forced-idr": "1",
    "x264-params": "chroma-qp-offset=-6",
}
"""A film is encoded for speed while it is drawn. These options take a few seconds a film, leave
lines and type as they are, and make files of about a quarter of the size. Colours have a meaning:
they are kept more exactly than the encoder would by itself."""


def compact(film: DeckFilm, target: Path) -> Path:
    """Encode a film again; each beat begins with a key frame, and can be cut out.

    Returns
    -------
    The smaller of `target` and the film itself.

    Raises
    ------
    ValueError
        If the film has another number of frames than its beats.
    av.FFmpegError
        If the film cannot be read.
    """
    starts = {beat.frames.start for beat in film.beats}
    with open_video(film.video) as source, av.open(str(target), "w") as write:
        pictures = source.streams.video[0]
        pictures.thread_type = "AUTO"
        stream = write.add_stream("libx264", rate=film.rate, options=_OPTIONS)
        assert isinstance(stream, av.VideoStream)
        like, codec = pictures.codec_context, stream.codec_context
        stream.width, stream.height, stream.pix_fmt = like.width, like.height, like.pix_fmt
        codec.colorspace, codec.color_range = like.colorspace, like.color_range
        codec.color_primaries, codec.color_trc = like.color_primaries, like.color_trc
        n = 0
        for n, frame in enumerate(source.decode(pictures), start=1):
            frame.pts, frame.time_base = n - 1, Fraction(1, film.rate)
            frame.pict_type = PictureType.I if n - 1 in starts else PictureType.NONE
            write.mux(stream.encode(frame))
        write.mux(stream.encode())
    if n != film.beats[-1].frames.stop:
        raise ValueError(f"{film.video.name} has {n} frames, and its beats have others")
    smaller = target.stat().st_size < film.video.stat().st_size
    return target if smaller else film.video
