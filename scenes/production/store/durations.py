"""How long films are, as far as their ledgers on this machine tell."""

from __future__ import annotations

from pathlib import Path

from scenes.production.request.catalog import default_experiment
from scenes.production.store.bounded_reads import LEDGER_BYTES, read_json
from scenes.production.store.record import LONGEST_FILM


def length(film: str, output: Path) -> float | None:
    """Return the seconds of a film of its own default experiment, as it was rendered last.

    Parameters
    ----------
    film
        A name of the catalog.
    output
        The folder of folders that films were rendered to.

    Returns
    -------
    None if it was not rendered there, or its ledger cannot be read.
    """
    default = default_experiment(film).model_dump(mode="json")
    ledgers = sorted(output.glob(f"*/{film}.json"), key=_changed, reverse=True)
    for path in ledgers:
        ledger = read_json(path, LEDGER_BYTES)
        try:
            # A title or a theme makes no film longer.
            if {**ledger["experiment"], "film": default["film"]} == default:
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
