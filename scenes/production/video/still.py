"""A single picture of a video."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from scenes.production.video.verify import open_video, picture_of


def picture_at(video: Path, seconds: float) -> Image.Image:
    """Return the picture that a player shows at a time; that at the end if the video is shorter.

    Only what lies between it and the key frame before it is decoded.

    Raises
    ------
    ValueError
        If the video cannot be decoded.
    """
    found: av.VideoFrame | None = None
    try:
        with open_video(video) as container:
            stream = container.streams.video[0]
            if stream.time_base is None:
                raise ValueError(f"{video.name} has no times")
            container.seek(int(seconds / stream.time_base), stream=stream)
            for frame in container.decode(stream):
                if found is not None and (frame.time is None or frame.time > seconds):
                    break
                found = frame
    except av.FFmpegError as error:
        if isinstance(error, (OSError, MemoryError)):
            raise
        raise ValueError(str(error)) from error
    if found is None:
        raise ValueError(f"{video.name} holds no picture")
    return picture_of(found)
