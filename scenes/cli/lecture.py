"""`backprop lecture`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from scenes.cli.films import film_names, jobs_option, quality_option
from scenes.cli.group import DEBUG, FAILED
from scenes.cli.options import debug_option, json_option, output_option, selection_options
from scenes.cli.speech import answer, answer_json, tell

if TYPE_CHECKING:
    from scenes.cli.outcome import Outcome
    from scenes.production.plan import Planned
    from scenes.production.render import Rendered
    from scenes.production.selection import Selection
    from scenes.production.target import Target


@click.command()
@click.argument("names", metavar="[FILM]...", nargs=-1, shell_complete=film_names)
@selection_options
@quality_option
@click.option("--name", help="Name of the folder in --output, in place of the experiment's own.")
@output_option("Folder that takes a folder for each experiment.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--force", is_flag=True, help="Render and join again what has not changed.")
@jobs_option
@json_option
@debug_option
@click.pass_context
def lecture(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    selection: Selection,
    *,
    dry_run: bool,
    force: bool,
    jobs: int | None,
    as_json: bool,
    **where: Any,
) -> None:
    """Join films into one video with chapters.

    Without a FILM it takes all, in the order of the lecture; else those that are named, in the
    order in which they are named. Films are rendered as by `backprop render`, and those of which
    nothing has changed are not rendered again. The video is written to DIR/NAME/lecture.mp4, with
    the times of its films and sentences (.json), its captions (.srt, .vtt) and a transcript (.md)
    beside it.

    A film that cannot show this experiment is left out, with a line on stderr. If a render fails,
    there is no lecture, and the exit code is 1.
    """
    from scenes.production.catalog import FILMS
    from scenes.production.lecture import lecture_target, suited
    from scenes.production.plan import plan

    able, left_out = suited(names or FILMS, selection)
    for film, why in left_out.items():
        tell(f"{film}: {why}")
    planned = plan(able, selection, format="mp4", **where)
    target = lecture_target(planned, named=where["name"] is not None)
    if dry_run:
        made = _foresee(planned, target, left_out, force=force)
    else:
        debug = ctx.meta[DEBUG]
        made = _make(planned, target, left_out, processes=jobs, force=force, debug=debug)
    if as_json:
        answer_json(made.as_dict())
    elif made.status != FAILURE:
        for outcome in made.outcomes if dry_run else ():
            answer(outcome.line)
        answer(made.line)
    if made.status == FAILURE:
        ctx.exit(FAILED)


FAILURE = "failed"


@dataclass(frozen=True)
class _Made:
    """What became, or would become, of a lecture.

    Attributes
    ----------
    status
        "joined", "kept", "failed", "would join" or "would keep".
    left_out
        Film -> why.
    joined
        If it is in its place.
    error
        One line, if it failed.
    """

    target: Target
    status: str
    outcomes: Sequence[Outcome]
    left_out: Mapping[str, str]
    joined: Rendered | None = None
    error: str | None = None

    @property
    def line(self) -> str:
        return str(self.target.video) if self.joined else f"{self.status} {self.target.video}"

    def as_dict(self) -> dict[str, Any]:
        about: dict[str, Any] = {
            "status": self.status,
            "video": str(self.target.video),
            "ledger": str(self.target.ledger),
            "poster": str(self.target.poster),
            "captions": str(self.target.captions),
            "web_captions": str(self.target.web_captions),
            "transcript": str(self.target.transcript),
            "left_out": [{"film": film, "why": why} for film, why in self.left_out.items()],
        }
        if self.error is not None:
            about["error"] = self.error
        if self.joined is not None:
            about |= {**self.joined.facts, "took": round(self.joined.took, 3)}
        return {"lecture": about, "films": [outcome.as_dict() for outcome in self.outcomes]}


def _foresee(
    planned: Sequence[Planned], target: Target, left_out: Mapping[str, str], *, force: bool
) -> _Made:
    from scenes.cli.outcome import foresee
    from scenes.production.lecture import Lecture, Part
    from scenes.production.publish import facts_of

    outcomes = [foresee(one, force=force) for one in planned]
    kept = False
    if not force and all(one.current for one in planned):
        parts = tuple(Part(one, facts_of(one.target)) for one in planned)
        kept = Lecture(parts, left_out, target).current
    return _Made(target, "would keep" if kept else "would join", outcomes, left_out)


def _make(
    planned: Sequence[Planned],
    target: Target,
    left_out: Mapping[str, str],
    *,
    processes: int | None,
    force: bool,
    debug: bool,
) -> _Made:
    """Render all films, until one fails for a reason that is not in the experiment; join them."""
    from backprop_core.errors import InputError, NumericalError
    from scenes.cli.outcome import UNSUITED, make

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
        if outcome.status == UNSUITED:
            left_out = {**left_out, one.job.film: outcome.error or ""}
        elif outcome.rendered is None:
            return _failed(target, outcomes, left_out, "not made, as a film is missing")
    return _join(target, outcomes, left_out, force=force)


def _join(
    target: Target, outcomes: Sequence[Outcome], left_out: Mapping[str, str], *, force: bool
) -> _Made:
    from scenes.production.child import RenderError
    from scenes.production.failures import one_line
    from scenes.production.lecture import Lecture, Part, make_lecture

    parts = tuple(Part(one.planned, one.rendered.facts) for one in outcomes if one.rendered)
    if not parts:
        return _failed(target, outcomes, left_out, "not made, as no film can show this experiment")
    try:
        joined = make_lecture(Lecture(parts, left_out, target), force=force)
    except RenderError as error:
        return _failed(target, outcomes, left_out, one_line(str(error)))
    without = f", without {', '.join(left_out)}" if left_out else ""
    if joined.reused:
        tell(f"lecture: nothing has changed; --force joins it again{without}")
        return _Made(target, "kept", outcomes, left_out, joined)
    facts = joined.facts
    tell(
        f"lecture: {len(parts)} film{'s' * (len(parts) != 1)}{without}, {facts['seconds']:.1f} s, "
        f"{facts['bytes'] / 1e6:.1f} MB, joined in {joined.took:.0f} s"
    )
    return _Made(target, "joined", outcomes, left_out, joined)


def _failed(
    target: Target, outcomes: Sequence[Outcome], left_out: Mapping[str, str], error: str
) -> _Made:
    tell(f"lecture: {error}")
    return _Made(target, FAILURE, outcomes, left_out, error=f"lecture: {error}")
