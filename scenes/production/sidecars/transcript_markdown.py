"""Transcripts as Markdown: the file beside a film, and the one beside a lecture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scenes.production.sidecars.transcript import (
    AT_EACH_END,
    LayerTable,
    Number,
    Passage,
    Series,
    Transcript,
)
from scenes.words.sources import as_markdown as citation

_SPECIAL = re.compile(r"([\\`*_\[\]|#~!$])")
_GAP = "\N{HORIZONTAL ELLIPSIS}"


def as_markdown(transcript: Transcript) -> str:
    """Write the transcript of a film."""
    return "\n\n".join(_film(transcript, 1)) + "\n"


def lecture_as_markdown(title: str, transcripts: Sequence[Transcript], notes: Sequence[str]) -> str:
    """Write the transcript of a lecture.

    Parameters
    ----------
    title
        Title of the lecture.
    transcripts
        Transcripts of its films, with times from the beginning of the lecture.
    notes
        Further lines about the lecture, below its title.
    """
    parts = [f"# {escaped(title)}", *map(escaped, notes)]
    for transcript in transcripts:
        parts += _film(transcript, 2)
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Escape text so that Markdown, and the HTML made from it, show it unchanged."""
    one_line = " ".join(text.split("\n"))
    plain = _SPECIAL.sub(r"\\\1", one_line).replace("://", r"\://")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _film(transcript: Transcript, level: int) -> Iterable[str]:
    head, below = "#" * level, "#" * (level + 1)
    yield f"{head} {escaped(transcript.title)}"
    yield f"{escaped(transcript.summary)}."
    yield f"Shown with: {escaped(transcript.subtitle)}."
    yield f"![{escaped(transcript.alt)}]({transcript.stem}.png)"
    yield f"{below} What is said and shown"
    if any(passage.series for passage in transcript.passages):
        yield (
            "Where a number counts, its first and last values and its range are given; "
            f"`{transcript.stem}.json` holds all of them."
        )
    for passage in transcript.passages:
        yield from _passage(passage, f"{below}#")
    if transcript.layers is not None:
        yield f"{below} The network, layer by layer"
        yield from _table(transcript.layers, transcript.stem)
    yield f"{below} Configuration"
    if transcript.configuration:
        yield _fenced(transcript.configuration, "toml")
    else:
        yield "A recorded training run: its numbers are in the recording."
    where = f"With this in `{transcript.stem}.toml`, the" if transcript.configured else "The"
    yield f"{where} film is made again by"
    yield _fenced(transcript.command + "\n", "sh")
    versions = ", ".join(f"{name} {number}" for name, number in transcript.versions.items())
    yield f"It was made with {escaped(versions)}."
    yield f"{below} Sources"
    yield "\n".join(
        f"* {citation(one._replace(text=escaped(one.text)))}" for one in transcript.sources
    )


def _passage(passage: Passage, head: str) -> Iterable[str]:
    times = f"{_clock(passage.start)}\N{EN DASH}{_clock(passage.end)}"
    yield f"{head} {times} {escaped(passage.heading)}"
    yield f"> {escaped(passage.sentence)}"
    if passage.shown:
        yield f"On screen: {escaped(passage.shown)}"
    lines = [_number(n) for n in passage.numbers if n.label or not n.said]
    lines += [_series(series) for series in passage.series]
    if lines:
        yield "\n".join(lines)


def _code(text: str) -> str:
    """Write a name as inline code, even if it contains backquotes."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " * (len(fence) > 1)
    return f"{fence}{space}{' '.join(text.split())}{space}{fence}"


def _number(number: Number) -> str:
    name = _code(number.name)
    label = f"{escaped(number.label)} ({name})" if number.label else name
    return f"* {label}: {escaped(number.text)}"


def _series(series: Series) -> str:
    name = _code(series.name)
    label = f"{escaped(series.label)} ({name})" if series.label else name
    first, last, least, largest = (
        escaped(text) for text in (series.first, series.last, series.least, series.largest)
    )
    return (
        f"* {label}: {series.count} values, the first {first}, the last {last}, "
        f"between {least} and {largest}"
    )


def _table(table: LayerTable, stem: str) -> Iterable[str]:
    yield (
        "Before training, from one pass forward and backward of "
        f"{table.examples} example{'s' * (table.examples != 1)}. Signal: the gradient of the loss "
        "at a layer; factor: what it is of that of the layer above, the product of a weight part "
        "and a slope part; saturated: units with less than 4 % of the largest slope."
    )
    rows = [list(row) for row in table.rows]
    if table.left_out:
        rows.insert(AT_EACH_END, [_GAP] * len(table.headings))
    lines = [_row(table.headings), _row(["---:"] * len(table.headings)), *map(_row, rows)]
    yield "\n".join(lines)
    if table.left_out:
        yield f"{table.left_out} layers between are left out here; `{stem}.json` has all of them."


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}{fence}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
