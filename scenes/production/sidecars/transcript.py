"""The content of a transcript, for people who cannot see the film: plain data without a format."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_core.experiment.config import Experiment
from backprop_core.experiment.sharing import without_folders
from backprop_core.experiment.toml_output import as_toml
from scenes.production.request.catalog import default_experiment, is_film
from scenes.production.sidecars.layer_table import HEADINGS, as_text, from_dict
from scenes.words.sources import Citation, recognised

MOST_ROWS, AT_EACH_END = 24, 6
"""A table of layers with more than MOST_ROWS rows keeps AT_EACH_END rows at each end."""
MOST_VALUES = 4
"""Up to so many values of a quantity in a beat are listed; more are summed up as a `Series`."""
_LONG = re.compile(r"-?\d+\.\d{4,}(?:e[+-]?\d+)?")
"""A float with many digits, as it arises while a number is animated."""


@dataclass(frozen=True)
class Number:
    """A number that a beat shows.

    Attributes
    ----------
    name
        Its name in `backprop_core`, such as ``signal[1]``.
    label
        Its label on screen; empty if it has none.
    text
        The number as it is written on screen, with its unit.
    said
        Whether the sentence of the beat, or what is said to be shown, contains it already.
    """

    name: str
    label: str
    text: str
    said: bool


@dataclass(frozen=True)
class Series:
    """A quantity that takes many values in an animation.

    Attributes
    ----------
    name
        Its name in `backprop_core`, without the index in brackets.
    label
        See `Number`.
    count
        How many values the ledger of the film holds.
    first, last, least, largest
        Values as they are written on screen.
    """

    name: str
    label: str
    count: int
    first: str
    last: str
    least: str
    largest: str


@dataclass(frozen=True)
class Passage:
    """One beat.

    Attributes
    ----------
    heading
        The name of the beat, written for people.
    start, end, pause, said
        Times in seconds; at the pause everything is on screen, and `said` is when the sentence is.
    sentence, shown
        What is said, and a description of what is shown.
    numbers, series
        The numbers that this beat shows and no beat before it.
    """

    heading: str
    start: float
    end: float
    pause: float
    said: float
    sentence: str
    shown: str
    numbers: tuple[Number, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class LayerTable:
    """Values of each layer of the network, before it is trained.

    Attributes
    ----------
    headings, rows
        The cells as text.
    left_out
        How many rows are left out after the first AT_EACH_END; 0 if all are there.
    examples
        How many examples were passed through the network.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int
    examples: int


@dataclass(frozen=True)
class Transcript:
    """A film without its pictures.

    Attributes
    ----------
    stem
        File name of the film, without extension.
    title, summary, subtitle
        The title may be the user's own words; the subtitle says which network is shown.
    alt
        A description of the last picture.
    layers
        None if the film does not show such a network, or if floats cannot hold its values.
    configuration, command
        The experiment as TOML, to be saved as ``STEM.toml``, and the command that renders the
        film again.
    configured
        Whether the command needs that file.
    versions
        Package name -> version.
    """

    stem: str
    title: str
    summary: str
    subtitle: str
    alt: str
    passages: tuple[Passage, ...]
    layers: LayerTable | None
    configuration: str
    command: str
    configured: bool
    sources: tuple[Citation, ...]
    versions: Mapping[str, str]


def transcript_of(ledger: Mapping[str, Any], start: float = 0.0) -> Transcript:
    """Return the transcript of a film.

    Parameters
    ----------
    ledger
        The ledger of the film, read from its ``.json`` file.
    start
        The second at which the film begins, if it is a part of a lecture.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is not such a ledger.
    """
    stem, experiment = str(ledger["film"]), _experiment(ledger["experiment"])
    recorded = ledger.get("recordings", ())
    configured = not (recorded or (is_film(stem) and experiment == default_experiment(stem)))
    return Transcript(
        stem=stem,
        title=ledger["title"],
        summary=ledger["summary"],
        subtitle=ledger["subtitle"],
        alt=ledger["alt"],
        passages=tuple(passages(ledger, start)),
        layers=_layers(ledger.get("layers")),
        configuration="" if recorded else as_toml(without_folders(experiment)),
        command=f"backprop render {stem}"
        + f" --config {stem}.toml" * configured
        + " --recording FILE.npz" * len(recorded),
        configured=configured,
        sources=tuple(
            recognised(str(one["text"]), str(one["address"])) for one in ledger["sources"]
        ),
        versions=ledger["versions"],
    )


def heading_of(beat: str) -> str:
    """Turn the name of a beat into a heading: ``drawn_to_scale`` into "Drawn to scale"."""
    return beat.replace("_", " ").capitalize()


def _experiment(fields: Mapping[str, Any]) -> Experiment:
    network = dict(fields["network"])
    if network.get("widths") is not None:
        # A ledger holds widths as well as depth and width; an experiment may be given only one.
        del network["depth"], network["width"]
    return Experiment(**{**fields, "network": network})


def passages(ledger: Mapping[str, Any], start: float = 0.0) -> Iterable[Passage]:
    """Yield the beats of a film; for the arguments see `transcript_of`."""
    shown = {entry["beat"]: entry["text"] for entry in ledger["shown"]}
    names = {beat["name"] for beat in ledger["beats"]}
    # The subtitle tells the numbers that are on screen before the first beat.
    told = {_identity(e) for e in ledger["numbers"] if e["beat"] not in names}
    for beat in ledger["beats"]:
        entries = [e for e in ledger["numbers"] if e["beat"] == beat["name"]]
        words = f"{beat['sentence']} {shown.get(beat['name'], '')}"
        numbers, series = _figures(entries, told, words)
        yield Passage(
            heading=heading_of(beat["name"]),
            start=start + beat["start"],
            end=start + beat["end"],
            pause=start + beat["pause"],
            said=start + beat.get("said", beat["start"]),
            sentence=beat["sentence"],
            shown=shown.get(beat["name"], ""),
            numbers=numbers,
            series=series,
        )


def _figures(
    entries: Sequence[Mapping[str, Any]], told: set[tuple[str, ...]], words: str
) -> tuple[tuple[Number, ...], tuple[Series, ...]]:
    """Choose which numbers of a beat are listed below its words.

    Numbers that are still on screen at the end of the beat come first; many values of an
    animated quantity are summed up as a series. `told` holds the numbers that were listed before;
    those of this beat are added to it.
    """
    new = [e for e in entries if _identity(e) not in told]
    # A number that stays from the previous beat comes without its label.
    told |= {_identity({**e, **without}) for e in new for without in ({}, {"label": ""})}
    # Settings without a label on screen are in the configuration already.
    new = [e for e in new if e["kind"] != "setting" or e.get("label")]
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in new:
        groups.setdefault((_kind(entry["name"]), entry.get("label", "")), []).append(entry)
    numbers: list[Number] = []
    series: list[Series] = []
    for (kind, label), group in groups.items():
        standing = [e for e in group if e.get("stands")]
        moved = [e for e in group if not e.get("stands") and not _holds(words, e["text"])]
        few = standing if standing or len(moved) > MOST_VALUES else moved
        numbers += [
            Number(_short(e["name"]), label, e["text"], _holds(words, e["text"]))
            for e in few[:MOST_ROWS]
        ]
        if len(few) > MOST_ROWS or (moved and few is not moved):
            series.append(_series(kind, label, group))
    return tuple(numbers), tuple(series)


def _identity(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return entry["name"], entry["text"], entry.get("label", "")


def _holds(words: str, number: str) -> bool:
    """Tell whether the words contain a number, not just as a part of another number."""
    return re.search(rf"(?<![\d.−]){re.escape(number)}(?!\d|\.\d| ×)", words) is not None


def _short(name: str) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.4g}", name)


def _kind(name: str) -> str:
    """Return the name of a number without its index in brackets."""
    return name.partition("[")[0]


def _series(kind: str, label: str, entries: Sequence[Mapping[str, Any]]) -> Series:
    by_size = sorted(entries, key=_size)
    ends = (entries[0], entries[-1], by_size[0], by_size[-1])
    return Series(kind, label, len(entries), *(entry["text"] for entry in ends))


def _size(entry: Mapping[str, Any]) -> tuple[float, float]:
    """Return a sort key for numbers, including those that only their logarithms tell apart."""
    value, log10 = entry["value"], entry.get("log10")
    if value is None:
        return math.inf, log10 if log10 is not None else math.inf
    return float(value), log10 if log10 is not None else -math.inf


def _layers(found: Mapping[str, Any] | None) -> LayerTable | None:
    if found is None:
        return None
    rows = [tuple(as_text(from_dict(row))) for row in found["rows"]]
    left_out = len(rows) - 2 * AT_EACH_END if len(rows) > MOST_ROWS else 0
    if left_out:
        rows = [*rows[:AT_EACH_END], *rows[-AT_EACH_END:]]
    return LayerTable(tuple(HEADINGS.values()), tuple(rows), left_out, found["examples"])
