"""What the table says of a film."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from tests.review.plays import Does
from tests.review.watch import RATE, Look, Seen

LONGEST_PAUSE, MOST_PAUSES = 2.0, 2
"""Seconds of a declared pause, and pauses of a film, that are not stillness."""
HEADS = (
    "film",
    "seconds",
    "still, %",
    "pictures still, %",
    "longest, s",
    "pauses, s",
    "lit, %",
    "groups",
    "text",
    "plays",
    "camera",
    "questions",
    "words a second",
    "longest sentence",
)
CAPTION = """\
* still: share of the time, outside declared pauses and the last picture of 2 s, in which no number,
  light (opacity, colour, width) or position changes. What wavers in its place by
  less than 0.03 frame units, 0.1 of opacity or colour, or 0.5 of stroke width is shimmer.
* pictures still: the same if words count only when a number in them is rewritten.
* longest: the longest stillness of the first kind, and the second at which it begins.
* pauses: length and start of each declared pause; one that is longer than 2 s, or a third one, is
  marked, and what is too much of it counts as stillness.
* lit: share of the stage under the convex hulls of all paths of opacity 0.6 or more, on 160 x 90
  cells, without words and what has the colour of background or grid; median over time.
* groups: attributes of the film of which anything is lit, and each class of what has no such name;
  median over time, and most.
* text: the smallest size.
* plays: those that transform : those that only bring or take pictures; neither words nor dimming.
* camera: plays that move the world.
* words a second: those said, by the length of the film. Longest sentence: in words.
"""
_END = re.compile(r"(?<=[.?!])\s+")


def cells(film: str, seen: Seen) -> list[str]:
    """Return the row of a film, as text."""
    still = stillnesses(seen)
    longest = max(still, key=lambda each: each[1], default=(0, 0))
    said = list(sentences(seen.sentences))
    words = [number_of_words(each) for each in said]
    lit, things = [look.share for look in seen.looks], [len(look.groups) for look in seen.looks]
    changes, fades = (seen.plays.count(kind) for kind in (Does.TRANSFORM, Does.FADE))
    return [
        film,
        f"{seen.frames / RATE:.0f}",
        f"{share_without(seen.moving, seen):.0f}",
        f"{share_without(seen.moving_pictures, seen):.0f}",
        f"{longest[1] / RATE:.1f} at {longest[0] / RATE:.1f}",
        pauses(seen.pauses),
        f"{100 * weighted_median(lit, seen.looks):.0f}",
        f"{weighted_median(things, seen.looks):.0f} ({max(things, default=0)})",
        f"{min((look.smallest for look in seen.looks), default=float('inf')):.0f}",
        f"{changes} : {fades}",
        f"{seen.cameras}",
        f"{sum(each.endswith('?') for each in said)}",
        f"{sum(words) * RATE / seen.frames:.2f}",
        f"{max(words, default=0)}",
    ]


def counted_frames(seen: Seen) -> list[int]:
    """Return the frames in which stillness counts: not those of pauses and of the last picture."""
    free = [
        (start, start + min(length, LONGEST_PAUSE)) for start, length in seen.pauses[:MOST_PAUSES]
    ]
    free.append((seen.frames / RATE - seen.last, seen.frames / RATE))
    return [
        frame
        for frame in range(seen.frames)
        if not any(start <= (frame + 0.5) / RATE < end for start, end in free)
    ]


def share_without(moving: set[int], seen: Seen) -> float:
    """Return the percentage of the time in which no frame moves."""
    counted = counted_frames(seen)
    return 100 * sum(frame not in moving for frame in counted) / max(1, len(counted))


def stillnesses(seen: Seen) -> list[tuple[int, int]]:
    """Return the first frame and the number of frames of each stillness."""
    still = [frame for frame in counted_frames(seen) if frame not in seen.moving]
    # In a row of frames that follow each other, frame less place is the same.
    runs = groupby(enumerate(still), key=lambda each: each[1] - each[0])
    stretches = ([frame for _, frame in run] for _, run in runs)
    return [(stretch[0], len(stretch)) for stretch in stretches]


def pauses(declared: Sequence[tuple[float, float]]) -> str:
    """List pauses; what is not allowed has an exclamation mark."""
    return ", ".join(
        f"{length:.1f} at {start:.1f}{'!' * (length > LONGEST_PAUSE or n >= MOST_PAUSES)}"
        for n, (start, length) in enumerate(declared)
    )


def weighted_median(values: Sequence[float], looks: Sequence[Look]) -> float:
    """Return the value that is reached in half of the time."""
    if not values:
        return 0.0
    order = np.argsort(values, kind="stable")
    time = np.cumsum([looks[n].frames for n in order])
    return float(values[order[np.searchsorted(time, time[-1] / 2)]])


def sentences(said: Sequence[str]) -> Iterator[str]:
    """Yield each sentence of what was said."""
    for each in said:
        yield from filter(None, _END.split(each.strip()))


def number_of_words(sentence: str) -> int:
    """Count what has a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in sentence.split())
