"""The overview of a sweep: whose gradients it shows, and what is to be said of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.formatting import escape, shorten
from scenes.kit.type.typst_cache import missing_glyphs
from scenes.words.figures import (
    MINUS,
    Figure,
    Kind,
    Sentence,
    count,
    joined,
    magnitude,
    sentence,
    setting,
    verbatim,
)
from scenes.words.wording import ACTIVATION_WORDS, INIT_WORDS, hidden_in_words

Place = tuple[int, ...]
"""The number of a value on each axis."""
Profile = NDArray[np.float64]
"""log10 of the signal of each layer, layer 1 first, (L,); -inf is an exact zero."""

LONGEST, LONGEST_ROW = 20, 28
"""Characters of a label: of one value, and of several together."""
LONGEST_NAME = 60
FEW_DIGITS, ALL_DIGITS = 3, 6
"""Of a value between the ends of a range; all of them, where values would read the same."""
_WORDS = {"data.name": "data set", "data.path": "data file"}
_TOLD = {
    *("network.depth", "network.width", "network.widths", "network.activation", "network.init"),
    *("network.gain", "data.name", "data.samples"),
}
"""Fields whose one value stands in the description of the networks anyway."""


@dataclass(frozen=True)
class Axis:
    """What varies, in words, and a label for each of its values."""

    name: str
    labels: tuple[Sentence, ...]

    @classmethod
    def of(cls, axis: Mapping[str, Any]) -> Axis:
        """Put an axis into words, given as its `fields` and the rows of its `values`."""
        return cls(_name(axis["fields"]), _labels(axis))


@dataclass(frozen=True)
class SweepStory:
    """What the overview of a sweep shows and says.

    Attributes
    ----------
    name
        Of the sweep.
    axes
        Those with more than one value.
    profiles
        Of every place; None where there is no network.
    """

    name: str
    axes: tuple[Axis, ...]
    profiles: Mapping[Place, Profile | None]
    _networks: tuple[Mapping[str, Any], ...]
    _constant: tuple[Sentence, ...]
    _unread: tuple[str, ...]

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> SweepStory:
        """Read the facts of a sweep; see `scenes.production.sweeps.networks`."""
        varied = [axis for axis in facts["axes"] if len(axis["values"]) > 1]
        axes = tuple(map(Axis.of, varied))
        places = itertools.product(*(range(len(axis.labels)) for axis in axes))
        return cls(
            name=_drawable(facts["name"]),
            axes=axes,
            profiles={
                place: None if network is None else _profile(network["log10"])
                for place, network in zip(places, facts["networks"], strict=True)
            },
            _networks=tuple(one for one in facts["networks"] if one is not None),
            _constant=tuple(_constants(facts["axes"])),
            _unread=tuple(facts["unread"]),
        )

    @property
    def titles(self) -> tuple[str, str]:
        """The name of the sweep with what it varies; and a shorter one."""
        names = [name for axis in self.axes for name in axis.name.split(", ")]
        over = f"gradients over {listed(names)}" if names else "the gradient of a network"
        return f"{self.name}: {over}", shorten(self.name, LONGEST_NAME)

    def subtitle(self) -> Sentence:
        """Say what all networks have in common."""
        total = len(self._networks)
        if not total:
            return sentence("no network")
        parts = [self._layers(), *self._start(), *self._constant, self._data()]
        networks = sentence("{n} networks: ", n=count("networks", total))
        return joined([networks] * (total > 1) + [joined(parts, ", ")], "")

    def shown(self, names: Sequence[str], some: int, of: int) -> Sentence:
        """Say that some of the values of axes are left out."""
        figures = {"some": count("shown", some), "all": count("values", of)}
        return sentence(f"{{some}} of {{all}} values of {listed(names)} shown", **figures)

    def failed(self) -> Sentence | None:
        """Say how many places have no network."""
        total = len(self.profiles)
        missing = total - len(self._networks)
        if not missing or total == 1:
            return None
        figures = {"n": _counted("failed", missing), "all": count("networks", total)}
        return sentence("{n} of {all} networks failed", **figures)

    def beyond(
        self, profiles: Sequence[Profile], low: float, high: float
    ) -> Iterator[tuple[bool, Sentence]]:
        """Say of each end of the axis how many profiles go on beyond it, and how far.

        Parameters
        ----------
        profiles
            Those that are shown.
        low, high
            log10 of the ends.

        Yields
        ------
        Whether it is the upper end, and the sentence.
        """
        ends = [(p[np.isfinite(p)].min(), p[np.isfinite(p)].max()) for p in profiles if _any(p)]
        down = [low_end for low_end, _ in ends if low_end < low]
        up = [high_end for _, high_end in ends if high_end > high]
        if down:
            figures = {"n": _counted("below", len(down)), "end": magnitude("least", min(down))}
            yield False, sentence(f"{_go(down)} down to {{end}}", **figures)
        if up:
            figures = {"n": _counted("above", len(up)), "end": magnitude("most", max(up))}
            yield True, sentence(f"{_go(up)} up to {{end}}", **figures)

    def own_depth(self) -> Sentence:
        """Say that profiles of different depth are drawn equally wide."""
        depths = [len(p) for p in self.profiles.values() if p is not None]
        figures = {"low": count("depth", min(depths)), "high": count("depth", max(depths))}
        return sentence("networks of {low} to {high} layers, drawn equally wide", **figures)

    def unread(self) -> Sentence | None:
        """Say which fields make no difference to what is shown."""
        if not self._unread:
            return None
        return verbatim(f"{', '.join(self._unread)}: no difference before training")

    def _layers(self) -> Sentence:
        kinds = {ACTIVATION_WORDS[one["activation"]] for one in self._networks}
        kind = f"{kinds.pop()} " if len(kinds) == 1 else ""
        hidden = {tuple(one["hidden"]) for one in self._networks}
        if len(hidden) == 1:
            words, figures = hidden_in_words([0, *hidden.pop(), 0], kind)
            return sentence(words, **figures)
        widths = {width for widths in hidden for width in widths}
        if len(widths) > 1:
            return sentence(f"hidden {kind}layers")
        width = widths.pop()
        figures = {"width": count("width", width)}
        return sentence(f"hidden {kind}layers of {{width}} unit{'s' * (width > 1)}", **figures)

    def _start(self) -> Iterator[Sentence]:
        inits = {one["init"] for one in self._networks}
        gains = {one["gain"] for one in self._networks}
        if len(inits) == 1:
            yield sentence(f"{INIT_WORDS[inits.pop()]} init")
        if len(gains) == 1:
            yield sentence("gain {gain}", gain=setting("network.gain", gains.pop()))

    def _data(self) -> Sentence:
        names = {one["data"] for one in self._networks}
        examples = sorted({one["examples"] for one in self._networks})
        of = f" of {names.pop()}" if len(names) == 1 else ""
        low, high = (count("examples", n) for n in (examples[0], examples[-1]))
        if len(examples) == 1:
            return sentence(f"{{n}} example{'s' * (examples[0] != 1)}{of}", n=low)
        return sentence(f"{{low}} to {{high}} examples{of}", low=low, high=high)


def _profile(log10: Sequence[float | None]) -> Profile:
    return np.array([-math.inf if value is None else value for value in log10])


def _any(profile: Profile) -> bool:
    return bool(np.isfinite(profile).any())


def _counted(name: str, number: int) -> Figure:
    return count(name, number, Kind.MEASURED)


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: by commas, the last one by "and"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _go(beyond: Sequence[float]) -> str:
    return "{n} networks go on" if len(beyond) > 1 else "{n} network goes on"


def _name(fields: Sequence[str]) -> str:
    return ", ".join(_in_words(field) for field in fields)


def _in_words(field: str) -> str:
    return _WORDS.get(field, field.rpartition(".")[2].replace("_", " "))


def _constants(axes: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    """Yield what axes of one value say."""
    for axis in axes:
        if len(axis["values"]) > 1:
            continue
        for field, value in zip(axis["fields"], axis["values"][0], strict=True):
            if field not in _TOLD:
                yield joined([sentence(_in_words(field)), _label(field, value)], " ")


def _labels(axis: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """Label the values of an axis; no two are labelled alike."""
    values = (value for row in axis["values"] for value in row if isinstance(value, float))
    # Those of a range are long; what a person has typed is left as it is.
    is_long = any(value != float(f"{value:.{FEW_DIGITS + 1}g}") for value in values)
    for digits in (FEW_DIGITS, ALL_DIGITS) if is_long else (ALL_DIGITS,):
        labels = [_row(axis["fields"], row, digits) for row in axis["values"]]
        if len({label.plain for label in labels}) == len(labels):
            return tuple(labels)
    # Those that are cut to the same are told apart by their numbers.
    return tuple(
        verbatim(shorten(f"{n}: {label.plain}", LONGEST_ROW))
        for n, label in enumerate(labels, start=1)
    )


def _row(fields: Sequence[str], values: Sequence[object], digits: int) -> Sentence:
    parts = [_label(*each, digits) for each in zip(fields, values, strict=True)]
    whole = joined(parts, ", ")
    most = LONGEST_ROW if len(parts) > 1 or fields[0] == "film" else LONGEST
    return whole if len(whole.plain) <= most else verbatim(shorten(whole.plain, most))


def _label(field: str, value: object, digits: int = ALL_DIGITS) -> Sentence:
    """Write a value of a field to so many digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        written = count(field, value)
        text = written.mantissa.replace("-", MINUS)
        return sentence("{value}", value=Figure(field, value, text, kind=Kind.SETTING))
    if isinstance(value, float):
        shown = setting(field, float(f"{value:.{digits}g}"))
        exact = Figure(field, value, shown.mantissa, shown.exponent, kind=Kind.SETTING)
        return sentence("{value}", value=exact)
    return verbatim(_drawable(shorten(escape(shorten(_typed(value), 4 * LONGEST)), 2 * LONGEST)))


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_typed, value))}]"
    return str(value)


def _drawable(text: str) -> str:
    """Replace what the typeface cannot draw: a bad value is a label, too, and a file has a name."""
    # It takes long to find out, and of thousands of values few need it.
    missing = "" if text.isascii() else missing_glyphs(text)
    return "".join("?" if letter in missing else letter for letter in text)
