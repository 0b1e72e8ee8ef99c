"""The distinct networks of a sweep, with their places on its axes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from backprop_core.errors import InputError
from backprop_core.experiment.model import Experiment
from scenes.production.sweeps.jobs import at_point, bases_of, plain_values
from scenes.production.sweeps.sweep import Sweep
from scenes.production.sweeps.table import READ, Numbers

Network = dict[str, Any] | None
"""Facts about a network; None if the point is not a valid experiment, or its numbers failed."""


def sweep_facts(sweep: Sweep, numbers: Numbers) -> dict[str, Any]:
    """Return what the overview of a sweep shows, as plain data.

    Returns
    -------
    name, theme
        The name of the sweep, and the theme of the picture.
    axes
        Each with its `fields` and its `values`, a list of values for each place on it. Axes that
        are zipped form one axis. If films start from different networks, the last axis is ``film``.
    unread
        Fields that no network depends on; they have no axis.
    networks
        A network for each combination of places, the last axis varying fastest: `log10` of the
        signal of each layer (None: 0 exactly), the number of `examples` that were passed, and the
        settings that the overview names.
    """
    read = [field for field in sweep.axes if field.partition(".")[0] in READ]
    together = [read] if sweep.combine == "zip" and read else [[field] for field in read]
    points = [(values, plain_values(values)) for values in sweep.points()]
    axes = [{"fields": f, "values": _once([_at(p, f) for _, p in points])} for f in together]
    films: dict[str, list[str]] = {}
    networks: dict[str, list[Network]] = {}
    for film, base in bases_of(sweep).items():
        found: dict[str, Network] = {}
        for values, plain in points:
            place = json.dumps(_at(plain, read))
            # Points that differ only in unread fields have the same network: take one that exists.
            if found.get(place) is None:
                found[place] = _network(base, values, numbers)
        key = json.dumps(list(found.values()))
        films.setdefault(key, []).append(film)
        networks[key] = list(found.values())
    if len(films) > 1:
        axes.append({"fields": ["film"], "values": [[", ".join(same)] for same in films.values()]})
    return {
        "name": sweep.name,
        "theme": sweep.base.film.theme if sweep.base is not None else "dark",
        "axes": axes,
        "unread": [field for field in sweep.axes if field not in read],
        "networks": [one for row in zip(*networks.values(), strict=True) for one in row],
    }


def _at(values: Mapping[str, object], fields: Sequence[str]) -> list[object]:
    return [values[field] for field in fields]


def _once(rows: Sequence[list[object]]) -> list[list[object]]:
    return list({json.dumps(row): row for row in rows}.values())


def _network(base: Experiment, values: Mapping[str, object], numbers: Numbers) -> Network:
    try:
        experiment = at_point(base, values)
    except InputError:
        return None
    found = numbers.of(experiment)
    if found is None:
        return None
    network = experiment.network
    return {
        "log10": [layer["log10_signal"] for layer in found["layers"]],
        "examples": found["examples"],
        "hidden": [layer["width"] for layer in found["layers"][:-1]],
        "activation": network.activation,
        "init": network.init,
        "gain": network.gain,
        "data": experiment.data.name,
    }
