"""Speed, memory and results of rendering films, compared with plain Manim."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import av
import click

from scenes.kit.quality import QUALITIES
from scenes.production.process.cores import cores
from scenes.production.render.drawing.encoder import H264, Encoder
from scenes.production.request.catalog import source_file
from tests.bench.measuring import Run, Table, program, ratio, run, seconds
from tests.bench.noise import noise

MANIM = {"low": "l", "medium": "m", "high": "h", "4k": "k"}


class Bench:
    """One film in one quality, made in several ways below `folder`.

    Attributes
    ----------
    times, memory
        Of each way, what was measured in each round that had it: seconds, and bytes.
    """

    def __init__(self, film: str, quality: str, folder: Path) -> None:
        self.film, self.quality, self.folder = film, quality, folder
        self.frame_rate = QUALITIES[quality][1]
        self.ours = folder / "ours" / "default" / f"{film}.mp4"
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.memory: defaultdict[str, list[float]] = defaultdict(list)

    @property
    def by_manim(self) -> Path:
        (video,) = (self.folder / "manim" / "videos").glob("*/*/*.mp4")
        return video

    def pair(self, *, manim_first: bool) -> None:
        """Make the film by Manim and by this project, one right after the other."""
        for way in ("Manim", "ours") if manim_first else ("ours", "Manim"):
            self._note(way, self._manim() if way == "Manim" else self._backprop(cores()))

    def more(self) -> None:
        """Measure what the film by this project is compared with besides Manim."""
        self.times["floor"].append(self._floor())
        self._note("1 process", self._backprop(1))

    def cached(self) -> None:
        """Ask for the film that is there."""
        words = ("render", self.film, "--quality", self.quality)
        self._note("cached", run(program("backprop"), *words, "--output", self.folder / "ours"))

    def _note(self, way: str, one: Run) -> None:
        self.times[way].append(one.seconds)
        self.memory[way].append(one.memory)
        click.echo(f"{self.film}: {way} {one.seconds:.2f} s", err=True)

    def _manim(self) -> Run:
        # Its cache of segments must not help it.
        shutil.rmtree(self.folder / "manim", ignore_errors=True)
        words = ("render", f"-q{MANIM[self.quality]}", "--frame_rate", self.frame_rate)
        media = ("--media_dir", self.folder / "manim", "--verbosity", "WARNING")
        rest = ("--progress_bar", "none", *media, source_file(self.film))
        return run(program("manim"), *words, *rest, watched=True)

    def _backprop(self, jobs: int) -> Run:
        words = ("render", self.film, "--quality", self.quality, "--jobs", jobs, "--force")
        output = ("--output", self.folder / "ours")
        return run(program("backprop"), *words, *output, watched=True)

    def _floor(self) -> float:
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


HEADS = (
    *("film", "length, s", "ours, s a s", "Manim, s a s", "Manim / ours"),
    *("ours / floor¹", "1 process / ours¹", "there already, s", "memory, MB", "memory / Manim's"),
    *("size / Manim's", "PSNR, dB", "Manim's"),
)


def print_table(
    films: Sequence[str], quality: str, rounds: int, full_rounds: int, *, psnr: bool
) -> None:
    """Print a row for each film as soon as it is known.

    Parameters
    ----------
    rounds, full_rounds
        How often Manim and this project make each film, and in how many of these rounds, the first
        ones, it is compared with the rest, too.
    """
    height, rate = QUALITIES[quality]
    full = min(rounds, full_rounds)
    click.echo(
        f"{height}p{rate}; medians of {_rounds(rounds)}, in which the ways took turns "
        f"(¹ of {_rounds(full)}). s a s: seconds of work for a second of film. Floor: the frames "
        "encoded by all cores, and nothing else. Memory: the most that all processes held at once, "
        "looked at five times a second. PSNR: against the pictures before encoding.\n"
    )
    table = Table(*HEADS)
    for film in films:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(film, quality, Path(folder))
            for n in range(rounds):
                bench.pair(manim_first=n % 2 == 0)
                bench.cached()
                if n < full:
                    bench.more()
            noises = noise(film, quality, bench.ours, bench.by_manim) if psnr else None
            sizes = (bench.ours.stat().st_size, bench.by_manim.stat().st_size)
            table.row(*cells(bench, length(bench.ours), sizes, noises))


def _rounds(rounds: int) -> str:
    return f"{rounds} round{'s' * (rounds != 1)}"


def cells(
    bench: Bench, film: float, sizes: tuple[int, int], noises: Sequence[float] | None
) -> list[str]:
    """Return the row of a film that is `film` seconds long."""
    times, memory = bench.times, bench.memory
    return [
        bench.film,
        f"{film:.0f}",
        f"{median(times['ours']) / film:.2f}",
        f"{median(times['Manim']) / film:.2f}",
        f"{ratio(times['Manim'], times['ours']):.2f}",
        f"{ratio(times['ours'], times['floor']):.2f}" if times["floor"] else "",
        f"{ratio(times['1 process'], times['ours']):.2f}" if times["1 process"] else "",
        f"{median(times['cached']):.2f}",
        f"{median(memory['ours']) / 1e6:.0f}",
        f"{ratio(memory['ours'], memory['Manim']):.2f}" if all(memory["Manim"]) else "",
        f"{sizes[0] / sizes[1]:.2f}",
        *(["", ""] if noises is None else [f"{each:.1f}" for each in noises]),
    ]


def length(video: Path) -> float:
    """Return the seconds of a video."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate is not None
        return float(stream.frames / stream.average_rate)
