"""`make bench`: tables for the README, of films, of the core and of starting up.

What stands in a row was measured in turns, in one run, so that whatever else the machine does slows
all alike. Ratios are printed, not asserted.
"""

from __future__ import annotations

import subprocess
import sys

import click

from scenes.kit.quality import QUALITIES
from scenes.production.request.catalog import FILMS
from tests.bench import films, start_up
from tests.bench.measuring import ROOT, machine

PARTS = ("films", "core", "start-up")
FEWEST = 9
"""Rounds of what takes a second."""


@click.command()
@click.argument("names", metavar="[FILM]...", nargs=-1, type=click.Choice(tuple(FILMS)))
@click.option("--only", "parts", multiple=True, type=click.Choice(PARTS), help="Can be repeated.")
@click.option("--quality", type=click.Choice(tuple(QUALITIES)), default="high", show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--full-rounds",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Of these, those with floor and 1 process; the others compare with Manim alone.",
)
@click.option("--psnr/--no-psnr", default=True, help="Compare the videos with the pictures, too.")
def main(
    names: tuple[str, ...],
    parts: tuple[str, ...],
    quality: str,
    rounds: int,
    full_rounds: int,
    *,
    psnr: bool,
) -> None:
    """Print the tables in Markdown; without a FILM, with all films."""
    click.echo(f"Measured on {machine()}.")
    for part in parts or PARTS:
        click.echo(f"\n### {part.capitalize()}\n")
        if part == "films":
            films.print_table(names or tuple(FILMS), quality, rounds, full_rounds, psnr=psnr)
        elif part == "core":
            # In a process of its own: what the films have loaded would be counted as its memory.
            core = (
                sys.executable,
                "-m",
                "tests.core.bench_core",
                "--rounds",
                f"{max(FEWEST, rounds)}",
            )
            subprocess.run(core, cwd=ROOT, check=True)
        else:
            start_up.print_table(max(FEWEST, rounds))


if __name__ == "__main__":
    main()
