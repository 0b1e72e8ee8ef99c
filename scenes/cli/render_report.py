"""Renders a planned film, and reports the result."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError, NumericalError
from backprop_core.number_text import file_size
from scenes.cli.output import tell, tell_lines
from scenes.cli.progress import progress_bar
from scenes.kit.quality import size
from scenes.production.process.cores import cores
from scenes.production.process.error_messages import RenderError, one_line
from scenes.production.render.plan import Planned
from scenes.production.render.render import render
from scenes.production.store.bounded_reads import read_text
from scenes.production.store.build import Built
from scenes.production.store.output_paths import Target

UNSUITED = "left out"
"""Status of a film that cannot show this experiment."""


@dataclass(frozen=True)
class Outcome:
    """The result of rendering a planned film, or of a dry run.

    Attributes
    ----------
    status
        "rendered", "kept", "failed", "left out", "would render" or "would keep".
    rendered
        The film; None if it was not rendered.
    error
        The error in one line, if it failed or was left out.
    """

    planned: Planned
    status: str
    rendered: Built[Target] | None = None
    error: str | None = None

    @property
    def failed(self) -> bool:
        """Whether a film is missing that could show the experiment."""
        return self.error is not None and self.status != UNSUITED

    @property
    def video(self) -> Path:
        """Path of the film, which may not exist yet."""
        return self.planned.target.video

    @property
    def line(self) -> str:
        """The line on stdout: the film's path, in a dry run after its status."""
        return str(self.video) if self.rendered else f"{self.status} {self.video}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        target = self.planned.target
        about: dict[str, Any] = {
            "film": self.planned.job.film,
            "status": self.status,
            "video": str(target.video),
            "ledger": str(target.ledger),
            "poster": str(target.poster),
            "captions": str(target.captions),
            "web_captions": str(target.web_captions),
            "transcript": str(target.transcript),
        }
        if self.error is not None:
            about["error"] = self.error
        if self.rendered is not None:
            about |= {**self.rendered.facts, "took": round(self.rendered.took, 3)}
        return about


def foresee(planned: Planned, *, force: bool) -> Outcome:
    """Say what `make` would do."""
    return Outcome(planned, "would keep" if planned.current and not force else "would render")


def make(
    planned: Planned,
    *,
    processes: int | None,
    force: bool,
    debug: bool,
    leave_out: tuple[type[InputError | NumericalError], ...] = (),
) -> Outcome:
    """Render a film, with its progress on stderr; a failed render is returned, not raised.

    Parameters
    ----------
    processes
        How many processes draw; None for as many as there are cores.
    leave_out
        Errors which mean that the film cannot show this experiment, so that it is left out.
    """
    job, target, film = planned.job, planned.target, planned.job.film
    try:
        with progress_bar(f"{film} {job.size}") as report:
            rendered = render(
                job,
                target,
                origin=planned.origin,
                processes=processes or cores(),
                force=force,
                report=report,
                waiting=cache(lambda: tell(f"{film}: waiting for another render of it")),
            )
    except (InputError, NumericalError) as error:
        if isinstance(error, leave_out):
            return _failed(planned, one_line(str(error)), UNSUITED)
        if isinstance(error, InputError):
            raise
        return _failed(planned, one_line(str(error)))
    except RenderError as error:
        log = target.log
        if debug:
            with suppress(OSError, ValueError):
                tell_lines(read_text(log))
        hint = f"; the log of the render is {log}" if log.is_file() else ""
        return _failed(planned, f"render failed: {one_line(str(error))}{hint}")
    facts = rendered.facts
    better = _better(str(facts["quality"]), planned.asked)
    if rendered.reused:
        tell(f"{film}: {better or 'nothing has changed; --force renders it again'}")
        return Outcome(planned, "kept", rendered)
    tell(
        f"{film}: {facts['seconds']:.1f} s, {file_size(facts['bytes'])}, "
        f"made in {rendered.took:.0f} s" + f"; {better}" * bool(better)
    )
    return Outcome(planned, "rendered", rendered)


def make_all(
    planned: Iterable[Planned], *, processes: int | None, force: bool, debug: bool
) -> list[Outcome]:
    """Render films that belong together; stop at the first that fails.

    A film that cannot show the experiment is left out instead.
    """
    outcomes: list[Outcome] = []
    for one in planned:
        outcome = make(
            one,
            processes=processes,
            force=force,
            debug=debug,
            leave_out=(InputError, NumericalError),
        )
        outcomes.append(outcome)
        if outcome.failed:
            break
    return outcomes


def left_out(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """Return the films that were left out, each with the line that says why."""
    return {one.planned.job.film: one.error or "" for one in outcomes if one.status == UNSUITED}


def _better(quality: str, asked: str) -> str:
    """Say why a film is in another quality than asked for, if it is."""
    if quality == asked:
        return ""
    return (
        f"there in {size(quality)}, which is not replaced by {size(asked)}; "
        f"--quality {asked} --force does"
    )


def _failed(planned: Planned, error: str, status: str = "failed") -> Outcome:
    line = f"{planned.job.film}: {error}"
    tell(line)
    return Outcome(planned, status, error=line)
