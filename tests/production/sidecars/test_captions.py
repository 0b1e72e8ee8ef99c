"""WebVTT, held to the rules of the format: https://www.w3.org/TR/webvtt1/."""

import html
import re
from datetime import timedelta

import pytest
import srt
from hypothesis import given
from hypothesis import strategies as st

from scenes.production.sidecars.captions import as_vtt, vtt_of

TIMES = re.compile(r"(\d\d+):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d+):([0-5]\d):([0-5]\d)\.(\d{3})")


def caption(content: str, start: float = 1.0, end: float = 2.5) -> srt.Subtitle:
    return srt.Subtitle(1, timedelta(seconds=start), timedelta(seconds=end), content)


def parsed(vtt: str) -> list[tuple[float, float, str]]:
    """Read cues as section 6 of the format says: blocks end at an empty line."""
    header, *blocks = re.split(r"\n\n+", vtt.rstrip("\n"))
    assert header == "WEBVTT"
    cues = []
    for block in blocks:
        identifier, times, *lines = block.split("\n")
        assert "-->" not in identifier
        match = TIMES.fullmatch(times)
        assert match is not None
        start, end = (
            int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000
            for h, m, s, ms in (match.groups()[:4], match.groups()[4:])
        )
        text = "\n".join(lines)
        # An arrow would be taken for times, < for a tag, & for an escape.
        assert not re.search(r"-->|<|&(?!amp;|lt;|gt;)", text)
        cues.append((start, end, html.unescape(text)))
    return cues


@pytest.mark.parametrize(
    "words",
    [
        "If w < 0 and v > 1, a & b.",
        "z --> a",
        "<b>bold</b> <00:00:01.000> &lt;",
        "2.30 × 10⁻⁵ at layer 1",
        "<script>alert(1)</script>",
    ],
)
def test_a_caption_survives(words: str) -> None:
    assert parsed(as_vtt([caption(words)])) == [(1.0, 2.5, words)]


def test_an_empty_line_does_not_end_a_caption() -> None:
    assert parsed(as_vtt([caption("one\n\n \r\ntwo"), caption("three")])) == [
        (1.0, 2.5, "one\ntwo"),
        (1.0, 2.5, "three"),
    ]


@given(st.text(), st.floats(0, 4e5), st.floats(0.001, 100))
def test_any_words_at_any_time(words: str, start: float, length: float) -> None:
    ((begins, ends, found),) = parsed(as_vtt([caption(words, start, start + length)]))
    assert begins == pytest.approx(start, abs=6e-4)
    assert ends == pytest.approx(start + length, abs=6e-4)
    lines = words.replace("\0", "\ufffd").splitlines()
    assert found == "\n".join(line for line in lines if line.strip())


def test_times_and_words_are_those_of_the_other_captions() -> None:
    captions = [caption("It turns.", 0, 1.25), caption("w < 0", 1.25, 3725.5)]
    assert parsed(vtt_of(srt.compose(captions))) == [
        (0.0, 1.25, "It turns."),
        (1.25, 3725.5, "w < 0"),
    ]


def test_what_is_no_caption_is_refused() -> None:
    with pytest.raises(srt.SRTParseError):
        vtt_of("not a caption")
