"""What a film says, shows and rests on, for those who do not see it: plain data, no format."""

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

MOST_ROWS, AT_EACH_END = 24, 6
"""Of a table of layers: longer ones are cut to so many rows at each end."""
MOST_VALUES = 4
"""Values of one quantity in a beat that are all told; of more, where they begin, end and lie."""
_LONG = re.compile(r"-?\d+\.\d{4,}(?:e[+-]?\d+)?")
"""A float that was on its way between two others."""


@dataclass(frozen=True)
class Number:
    """A number that a beat shows.

    Attributes
    ----------
    name
        In the words of the core: ``signal[1]``.
    label
        What is written at it on screen; empty where nothing is.
    text
        As it is written on screen, with its unit.
    said
        Whether the words of its beat hold it already.
    """

    name: str
    label: str
    text: str
    said: bool


@dataclass(frozen=True)
class Series:
    """A quantity that takes many values while something moves.

    Attributes
    ----------
    name
        In the words of the core, without what differs.
    label
        See `Number`.
    count
        How many values the film's record holds.
    first, last, least, largest
        As they are written on screen.
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
        Its name, as people write it.
    start, end, pause
        Seconds; at the pause all of it stands on screen.
    sentence, shown
        What is said, and what is to be seen.
    numbers, series
        What is shown in figures and was not there before.
    """

    heading: str
    start: float
    end: float
    pause: float
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
        As text.
    left_out
        How many rows are, and after how many of them that gap is.
    examples
        That were passed through it.
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
        Of its files.
    title, summary, subtitle
        The title may be a person's own words; the subtitle says which network is shown.
    alt
        What the last picture is.
    layers
        None where the film is about no such network, or floats do not hold its values.
    configuration, command
        TOML, under the name ``STEM.toml``, and what makes the film again.
    configured
        Whether the command needs that file.
    versions
        Package -> version.
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
    sources: str
    versions: Mapping[str, str]


def transcript_of(ledger: Mapping[str, Any], start: float = 0.0) -> Transcript:
    """Return the transcript of a film.

    Parameters
    ----------
    ledger
        The record beside the film.
    start
        The second at which the film begins, where it is a part of something longer.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is no such record.
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
        passages=tuple(_passages(ledger, start)),
        layers=_layers(ledger.get("layers")),
        configuration="" if recorded else as_toml(without_folders(experiment)),
        command=f"backprop render {stem}"
        + f" --config {stem}.toml" * configured
        + " --recording FILE.npz" * len(recorded),
        configured=configured,
        sources=ledger["sources"],
        versions=ledger["versions"],
    )


def heading_of(beat: str) -> str:
    """Return the name of a beat as people write it."""
    return beat.replace("_", " ").capitalize()


def _experiment(fields: Mapping[str, Any]) -> Experiment:
    network = dict(fields["network"])
    if network.get("widths") is not None:
        # Written out, both ways of saying it are there; only one may be given.
        del network["depth"], network["width"]
    return Experiment(**{**fields, "network": network})


def _passages(ledger: Mapping[str, Any], start: float) -> Iterable[Passage]:
    shown = {entry["beat"]: entry["text"] for entry in ledger["shown"]}
    names = {beat["name"] for beat in ledger["beats"]}
    # What stands on screen before the first beat is told by the subtitle.
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
            sentence=beat["sentence"],
            shown=shown.get(beat["name"], ""),
            numbers=numbers,
            series=series,
        )


def _figures(
    entries: Sequence[Mapping[str, Any]], told: set[tuple[str, ...]], words: str
) -> tuple[tuple[Number, ...], tuple[Series, ...]]:
    """Choose what is told of the numbers of a beat beside its words.

    What stands on screen in the end comes first; what changed many times on its way there is a
    series. `told` holds what was told before, and grows.
    """
    new = [e for e in entries if _identity(e) not in told]
    # What is left over from the beat before comes without its label.
    told |= {_identity({**e, **without}) for e in new for without in ({}, {"label": ""})}
    # What was set, and has no name on screen, stands in the configuration.
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
    """Tell whether a number is in the words, and not only a part of another one."""
    return re.search(rf"(?<![\d.−]){re.escape(number)}(?!\d|\.\d| ×)", words) is not None


def _short(name: str) -> str:
    return _LONG.sub(lambda found: f"{float(found[0]):.4g}", name)


def _kind(name: str) -> str:
    """Return the name of a number without what stands in its brackets."""
    return name.partition("[")[0]


def _series(kind: str, label: str, entries: Sequence[Mapping[str, Any]]) -> Series:
    by_size = sorted(entries, key=_size)
    ends = (entries[0], entries[-1], by_size[0], by_size[-1])
    return Series(kind, label, len(entries), *(entry["text"] for entry in ends))


def _size(entry: Mapping[str, Any]) -> tuple[float, float]:
    """Order numbers, those too that only their logarithm can tell apart."""
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
