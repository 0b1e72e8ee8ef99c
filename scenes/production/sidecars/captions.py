"""Captions for web pages: WebVTT with the same sentences and times as the SubRip file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import srt

HEADER = "WEBVTT\n"


def as_vtt(captions: Iterable[srt.Subtitle]) -> str:
    """Write captions as WebVTT.

    The text of a caption is escaped, so that ``w < 0`` is not read as a tag, nor an arrow as the
    times of a caption. Empty lines are dropped, because an empty line would end the caption.
    """
    return "\n".join([HEADER, *map(_cue, captions)])


def vtt_of(subrip: str) -> str:
    """Rewrite a SubRip file as WebVTT.

    Raises
    ------
    srt.SRTParseError
        If the text is not SubRip.
    """
    return as_vtt(srt.parse(subrip))


def _cue(caption: srt.Subtitle) -> str:
    lines = caption.content.replace("\0", "\N{REPLACEMENT CHARACTER}").splitlines()
    text = "\n".join(_escaped(line) for line in lines if line.strip())
    return f"{caption.index}\n{_time(caption.start)} --> {_time(caption.end)}\n{text}\n"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(when: timedelta) -> str:
    seconds, milliseconds = divmod(round(1000 * when.total_seconds()), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
