"""Texts for YouTube follow its rules."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from scenes.production.lecture.decks.deck import deck_of
from scenes.production.lecture.decks.youtube import long_enough, upload_of
from scenes.production.lecture.lecture import Lecture
from scenes.production.request.catalog import FILMS as ALL
from scenes.production.request.catalog import describe
from scenes.production.video.files import Chapter
from scenes.words.sources import citations
from tests.production.lecture.decks.conftest import change


def chapters(*lengths: float) -> list[Chapter]:
    ends = [sum(lengths[: n + 1]) for n in range(len(lengths))]
    return [
        Chapter(str(n), end - length, end)
        for n, (length, end) in enumerate(zip(lengths, ends, strict=True))
    ]


def listed(text: str) -> list[tuple[int, str]]:
    found = []
    for line in text.splitlines():
        time, _, title = line.partition(" ")
        if time.replace(":", "").isdigit() and ":" in time:
            seconds = 0
            for part in time.split(":"):
                seconds = 60 * seconds + int(part)
            found.append((seconds, title))
    return found


def long(lecture: Lecture, *, films: int, factor: int) -> Lecture:
    """Return a lecture of other films, each so many times as long."""
    names = list(ALL)[:films]
    part = lecture.parts[0]
    facts = dict(part.facts) | {"frames": part.facts["frames"] * factor}
    job = part.planned.job
    planned = [replace(part.planned, job=replace(job, film=name)) for name in names]
    return replace(lecture, parts=tuple(replace(part, planned=p, facts=facts) for p in planned))


def test_nothing_of_a_forged_ledger_steers_a_terminal(
    lecture_of: Callable[..., Lecture],
) -> None:
    forged = lecture_of()
    steering = "\x1b\x07\x9b\u202e\u2066"
    for part in forged.parts:
        ledger = part.planned.target.ledger
        beats = json.loads(ledger.read_text(encoding="utf-8"))["beats"]
        for beat in beats:
            beat["sentence"] += steering
        change(ledger, subtitle=f"a net{steering}", beats=beats)
    sentences = [beat.sentence for film in deck_of(forged).films for beat in film.beats]
    said = "".join([upload_of(forged).text, *sentences])
    assert "\\x1b" in said
    assert not set(said) & set(steering)


def test_a_chapter_for_each_film(lecture: Lecture) -> None:
    upload = upload_of(long(lecture, films=len(ALL), factor=10))
    found = listed(upload.description)
    assert [title for _, title in found] == [describe(name).title for name in ALL]
    times = [time for time, _ in found]
    assert times[0] == 0
    assert all(after - before >= 10 for before, after in pairwise(times))
    assert upload.remarks == ()
    assert len(upload.description) <= 5000
    assert upload.text.startswith(upload.title + "\n\n")
    for source in citations(describe("remedies").sources):
        assert upload.description.splitlines().count(f"{source.text} {source.address}") == 1


def test_one_film_has_a_chapter_for_each_beat(lecture: Lecture) -> None:
    upload = upload_of(long(lecture, films=1, factor=20))
    assert listed(upload.description) == []
    assert any("fewer than 3 chapters" in remark for remark in upload.remarks)


def test_an_hour_is_written_as_one(lecture: Lecture) -> None:
    upload = upload_of(long(lecture, films=3, factor=600))
    assert [time for time, _ in listed(upload.description)] == [0, 2100, 4200]
    assert "1:10:00 " in upload.description


@pytest.mark.parametrize(
    ("lengths", "starts"),
    [
        ((20, 20, 20), [0, 20, 40]),
        ((3, 20, 20), [0, 23]),
        ((20, 4, 4, 4, 20), [0, 20, 32]),
        ((20, 20, 4), [0, 20]),
        ((4,), [0]),
        ((4, 4), [0]),
    ],
)
def test_short_chapters_are_joined(lengths: tuple[float, ...], starts: list[float]) -> None:
    joined = long_enough(chapters(*lengths))
    assert [chapter.start for chapter in joined] == starts
    assert joined[-1].end == sum(lengths)


def test_a_title_of_the_users_own_is_taken(lecture_of: Callable[..., Lecture]) -> None:
    upload = upload_of(lecture_of("leak", title="w < 0 > -1"))
    assert upload.title == "w ‹ 0 › -1"
    assert not {"<", ">"} & set(upload.text)


def test_what_is_printed_can_be_pasted(lecture_of: Callable[..., Lecture]) -> None:
    lecture = lecture_of("leak")
    change(lecture.parts[0].planned.target.ledger, subtitle="1\N{NARROW NO-BREAK SPACE}000 digits")
    upload = upload_of(lecture)
    assert "1 000 digits." in upload.description.splitlines()
    assert all(line.isprintable() for line in upload.text.splitlines())
