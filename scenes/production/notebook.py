"""Films in a Jupyter notebook: ``show("vanishing", experiment)``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.formatting import format_value
from scenes.kit.quality import QUALITIES
from scenes.production.player import Playable, player
from scenes.production.process.cores import cores
from scenes.production.process.error_messages import RenderError
from scenes.production.process.worker_client import Progress
from scenes.production.render.plan import OUTPUT, Planned, plan
from scenes.production.render.render import render
from scenes.production.request.catalog import default_experiment, known
from scenes.production.request.notebook_selection import Given
from scenes.production.sidecars.opening import opening_of
from scenes.production.sidecars.transcript import passages
from scenes.production.store.bounded_reads import read_ledger
from scenes.production.store.build import Built
from scenes.production.store.one_render import check_one_render
from scenes.production.store.output_paths import Target

MOST_EMBEDDED = 20_000_000
"""The largest video in bytes that is embedded in a notebook; at low quality one has under 1 MB."""
LABEL, USUAL = "notebook", "low"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Screening:
    """A film that a notebook displays; as text it is the path of the video.

    Attributes
    ----------
    video
        Path of the video.
    html
        The HTML that a notebook displays: a player with video, captions, poster and sentences.
    reused
        Whether the film existed already and was up to date.
    """

    video: Path
    html: str = field(repr=False)
    reused: bool

    def __repr__(self) -> str:
        return str(self.video)

    def _repr_html_(self) -> str:
        return self.html


def show(
    film: str,
    experiment: Experiment | None = None,
    *,
    quality: str | None = None,
    theme: str | None = None,
    output: str | PathLike[str] = OUTPUT,
) -> Screening:
    """Film an experiment, unless the film exists and is up to date, and display it.

    Parameters
    ----------
    film
        Name of a film of the catalog: leak, vanishing, ...
    experiment
        The experiment to film; the film's default if there is none.
    quality
        "low", "medium", "high" or "4k"; if there is none, low, or that of the film that is there.
        A film is not replaced by the same in worse quality.
    theme
        "dark" or "light"; the theme of the experiment if there is none.
    output
        The output folder, in which each experiment has a folder.

    Raises
    ------
    InputError
        If there is no such film, quality or theme, or if the film cannot show the experiment.
    NumericalError
        If NaN or infinity arises in it.
    RenderError
        If the film could not be made.
    """
    planned = _planned(str(film), experiment, quality, theme, Path(output))
    rendered = _rendered(planned, _line())
    check = check_one_render([(planned.target, rendered.facts["sha256"])])
    html = player(_playable(planned), most=MOST_EMBEDDED)
    check()
    return Screening(planned.target.video, html, rendered.reused)


def _planned(
    film: str, experiment: Experiment | None, quality: str | None, theme: str | None, output: Path
) -> Planned:
    """Check all arguments, as the command line does."""
    default = default_experiment(known(film))
    chosen = default if experiment is None else experiment
    if not isinstance(chosen, Experiment):
        raise InputError(
            f"experiment: got {type(chosen).__name__}; allowed an Experiment, for example "
            'Experiment(network={"depth": 3})'
        )
    if quality is not None and quality not in QUALITIES:
        raise InputError(f"quality: got {format_value(quality)}; allowed {', '.join(QUALITIES)}")
    if theme is not None:
        chosen = chosen.override({"film.theme": theme}, source="theme")
    given = Given(label=LABEL, built=chosen, default=default)
    (planned,) = plan([film], given, quality=quality, format="mp4", output=output, usual=USUAL)
    return planned


def _rendered(planned: Planned, say: Say) -> Built[Target]:
    name = planned.job.film

    def report(progress: Progress) -> None:
        done = "computing" if progress.fraction is None else f"{progress.fraction:.0%}"
        say(f"{name}: {done}")

    try:
        rendered = render(
            planned.job,
            planned.target,
            origin=planned.origin,
            processes=cores(),
            report=report,
            waiting=lambda: say(f"{name}: waiting for another render of it"),
        )
    except RenderError as error:
        if planned.target.log.is_file():
            error.add_note(f"The log of the render is {planned.target.log}.")
        raise
    if not rendered.reused:
        say(f"{name}: {rendered.facts['seconds']:.1f} s, made in {rendered.took:.0f} s")
    return rendered


def _playable(planned: Planned) -> Playable:
    target = planned.target
    about = read_ledger(target.ledger)
    spoken = tuple(passages(about))
    return Playable(
        video=target.video,
        captions=target.web_captions,
        opening=opening_of(target.video, target.poster, about, spoken),
        passages=spoken,
        title=about["title"],
        narrated=planned.job.experiment.film.narration,
    )


def _line() -> Say:
    """Return a function that updates a line of text below a cell; it does nothing elsewhere.

    In a terminal, IPython would print a new line for each text.
    """
    # In a notebook, IPython has been imported already.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None:
        return lambda text: None
    from IPython.display import DisplayHandle

    handle: DisplayHandle | None = None
    before = ""

    def say(text: str) -> None:
        nonlocal handle, before
        said = {"text/plain": text}
        if handle is None:
            handle = DisplayHandle()
            handle.display(said, raw=True)
        elif text != before:
            handle.update(said, raw=True)
        before = text

    return say
