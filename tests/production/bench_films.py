"""How fast films are made, beside plain Manim: `make bench`.

Everything in a row of the table was measured in turns, in one run, so that whatever else the
machine does slows all alike. Ratios are printed, not asserted.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import av
import click
import numpy as np
from rich.console import Console
from rich.table import Table

from scenes.kit.film import Film
from scenes.kit.quality import QUALITIES
from scenes.kit.settings import rendering
from scenes.production.catalog import FILMS, reference, source_file
from scenes.production.cores import cores
from scenes.production.drawing.encoder import H264, Encoder
from scenes.production.drawing.renderer import Renderer

MANIM = {"low": "l", "medium": "m", "high": "h", "4k": "k"}
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def run(*command: object) -> None:
    # As in an empty folder of somebody else: no cache of segments, none of type.
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True, capture_output=True)


class Bench:
    """One film in one quality, made in several ways below `folder`."""

    def __init__(self, film: str, quality: str, folder: Path) -> None:
        self.film, self.quality, self.folder = film, quality, folder
        self.height, self.frame_rate = QUALITIES[quality]
        self.ours = folder / "ours" / "default" / f"{film}.mp4"

    @property
    def by_manim(self) -> Path:
        (video,) = (self.folder / "manim" / "videos").glob("*/*/*.mp4")
        return video

    def manim(self) -> None:
        shutil.rmtree(self.folder / "manim", ignore_errors=True)
        source = source_file(self.film)
        words = ("render", f"-q{MANIM[self.quality]}", "--frame_rate", self.frame_rate)
        media = ("--media_dir", self.folder / "manim", "--verbosity", "WARNING")
        run(BIN / "manim", *words, "--progress_bar", "none", *media, source)

    def backprop(self, jobs: int) -> None:
        words = ("render", self.film, "--quality", self.quality, "--jobs", jobs, "--force")
        run(BIN / "backprop", *words, "--output", self.folder / "ours")

    def cached(self) -> None:
        words = ("render", self.film, "--quality", self.quality)
        run(BIN / "backprop", *words, "--output", self.folder / "ours")

    def floor(self) -> float:
        """Return seconds of encoding the frames, and nothing else, shared by all cores."""
        with av.open(str(self.ours)) as container:
            stream = container.streams.video[0]
            encoder = Encoder(
                self.folder / "floor.mp4", H264, stream.width, stream.height, self.frame_rate
            )
            took = 0.0
            for frame in container.decode(stream):
                picture = frame.reformat(format="rgba")
                took += seconds(lambda picture=picture: encoder.write(picture))  # type: ignore[misc]
            return took / cores()

    def noise(self, *videos: Path) -> list[float]:
        """Return the peak signal-to-noise ratios of videos against the pictures before encoding."""
        module, _, name = reference(self.film).partition(":")
        film_class: type[Film] = getattr(import_module(module), name)
        errors: list[list[float]] = [[] for _ in videos]
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            opened = [stack.enter_context(av.open(str(video))) for video in videos]
            decoded = [container.decode(video=0) for container in opened]

            class Watched(Renderer):
                def _write(self, repeat: int, boxes: Any) -> None:
                    picture = self.canvas.pixel_array[:, :, :3]
                    for _ in range(repeat):
                        for each, frames in zip(errors, decoded, strict=True):
                            shown = next(frames).to_ndarray(format="rgb24").astype(np.int16)
                            each.append(float(np.mean(np.square(shown - picture))))

            with rendering(folder, self.quality):
                film_class(film_class.default_experiment(), renderer=Watched(folder, H264)).render()
        return [float(10 * np.log10(255**2 / np.mean(each))) for each in errors]


def length(video: Path) -> float:
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate is not None
        return float(stream.frames / stream.average_rate)


def row(film: str, quality: str, rounds: int, *, pictures: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(film, quality, Path(folder))
        ways: dict[str, Callable[[], object]] = {
            "manim": bench.manim,
            "ours": lambda: bench.backprop(cores()),
            "alone": lambda: bench.backprop(1),
            "cached": bench.cached,
        }
        times: dict[str, list[float]] = {way: [] for way in (*ways, "floor")}
        for _ in range(rounds):
            for way, work in ways.items():
                times[way].append(seconds(work))
            times["floor"].append(bench.floor())
        took = {way: median(each) for way, each in times.items()}
        film_length = length(bench.ours)
        size = bench.ours.stat().st_size, bench.by_manim.stat().st_size
        cells = [
            film,
            f"{film_length:.0f} s",
            f"{took['ours'] / film_length:.2f}",
            f"{took['manim'] / film_length:.2f}",
            f"{median(m / o for m, o in zip(times['manim'], times['ours'], strict=True)):.2f}",
            f"{took['ours'] / took['floor']:.2f}",
            f"{took['alone'] / took['ours']:.2f}",
            f"{took['cached']:.2f} s",
            f"{size[0] / size[1]:.2f}",
        ]
        if pictures:
            each = bench.noise(bench.ours, bench.by_manim)
            cells.append(f"{each[0]:.1f} / {each[1]:.1f}")
        return cells


@click.command()
@click.argument("films", nargs=-1)
@click.option("--quality", type=click.Choice(tuple(QUALITIES)), default="high")
@click.option("--rounds", type=click.IntRange(1), default=int(os.environ.get("ROUNDS", "5")))
@click.option("--psnr", "pictures", is_flag=True, help="Compare the videos with the pictures, too.")
def main(films: tuple[str, ...], quality: str, rounds: int, pictures: bool) -> None:
    """Print a row for each film; the default is all of them."""
    height, rate = QUALITIES[quality]
    title = (
        f"{height}p{rate}, medians of {rounds} rounds; {cores()} cores, {platform.machine()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )
    table = Table(title=title)
    heads = ["film", "length", "ours, s a s", "Manim, s a s", "Manim / ours", "ours / floor"]
    heads += ["1 process / ours", "cached", "size / Manim's"]
    for head in (*heads, *(["PSNR, Manim's"] if pictures else [])):
        table.add_column(head)
    console = Console(width=160)
    for film in films or FILMS:
        cells = row(film, quality, rounds, pictures=pictures)
        console.print("  ".join(cells))
        table.add_row(*cells)
    console.print(table)


if __name__ == "__main__":
    main()
