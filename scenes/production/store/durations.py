"""How long films are, as far as their ledgers on this machine tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backprop_core.formatting import source_name
from scenes.production.request.catalog import default_experiment
from scenes.production.store.bounded_reads import LEDGER_BYTES, read_json
from scenes.production.store.one_render import is_mixture
from scenes.production.store.output_paths import Target
from scenes.production.store.record import LONGEST_FILM


def length(
    film: str, output: Path, say: Callable[[str], object] = lambda line: None
) -> float | None:
    """Return the seconds of a film of its own default experiment, as it was rendered last.

    Parameters
    ----------
    film
        A name of the catalog.
    output
        The folder of folders that films were rendered to.
    say
        Called with a line for each film whose files are not of one render; it does not count.

    Returns
    -------
    None if it was not rendered there, or its ledger cannot be read.
    """
    default = default_experiment(film).model_dump(mode="json")
    ledgers = sorted(output.glob(f"*/{film}.json"), key=_changed, reverse=True)
    for path in ledgers:
        if is_mixture(Target(path.parent, film, "mp4"), [path.name]):
            say(f"{source_name(str(path))}: is not of the same render as what lies beside it")
            continue
        ledger = read_json(path, LEDGER_BYTES)
        try:
            # A title or a theme makes no film longer, but its pace does.
            pace = {"pace": ledger["experiment"]["film"]["pace"]}
            if {**ledger["experiment"], "film": default["film"] | pace} == default:
                seconds = max(float(facts["seconds"]) for facts in ledger["files"].values())
                if 0 < seconds <= LONGEST_FILM:
                    return seconds
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            continue
    return None


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
