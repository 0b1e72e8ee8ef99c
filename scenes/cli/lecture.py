"""`backprop lecture`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from scenes.cli.films import film_names, jobs_option, quality_option
from scenes.cli.group import DEBUG, FAILED
from scenes.cli.lecture_options import framed, framing_options, on_paper
from scenes.cli.options import debug_option, json_option, output_option, selection_options
from scenes.cli.output import answer, answer_json, answer_lines, tell
from scenes.production.request.formats import LECTURES

if TYPE_CHECKING:
    from scenes.cli.lecture_goals import Goal, Reached
    from scenes.cli.render_report import Outcome
    from scenes.production.lecture.decks.youtube import Upload
    from scenes.production.lecture.lecture import Lecture
    from scenes.production.render.plan import Planned
    from scenes.production.request.selection import Selection


@click.command()
@click.argument("names", metavar="[FILM|FILE]...", nargs=-1, shell_complete=film_names)
@click.option(
    "--to",
    type=click.Choice(LECTURES),
    default="mp4",
    show_default=True,
    help="What to make: one video, slides as a web page (html), for PowerPoint (pptx) or for print "
    "(pdf), or a folder with a still of each beat (png).",
)
@click.option(
    "--youtube",
    is_flag=True,
    help="Make the video, and print a title and a description with chapters to paste on YouTube.",
)
@framing_options
@selection_options
@quality_option
@click.option("--name", help="Name of the folder in --output, in place of the experiment's name.")
@output_option("Folder in which each experiment gets a folder.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--force", is_flag=True, help="Make everything, even if nothing has changed.")
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
    to: str,
    youtube: bool,
    added: dict[str, str],
    per_page: str | None,
    dry_run: bool,
    force: bool,
    jobs: int | None,
    as_json: bool,
    **where: Any,
) -> None:
    """Join films into one video with chapters, or into slides.

    Without FILM, the lecture has all films in their usual order; otherwise the named ones in the
    given order. They are rendered as by `backprop render`, unless they are up to date; for one
    video, all in the best quality in which any of them is there. The video is written to
    DIR/NAME/lecture.mp4, with the times of its films and sentences (.json), its captions (.srt,
    .vtt) and a transcript (.md) beside it; slides are written to lecture.html, .pptx or .pdf, and
    stills to the folder lecture-stills. A slide plays one beat of a film and stops; the notes say
    what to look at, what to ask and what is often wrong. The pdf is light and has the sentences
    below the pictures, unless --theme or --set says otherwise.

    A FILE among the films, a picture or Markdown, becomes a slide of your own at that place.

    A film that cannot show this experiment is left out, with a line on stderr. If a render fails,
    no lecture is made, and the exit code is 1. Slides and stills never overwrite a file that this
    program has not made, or that was changed since; the exit code is then 2.
    """
    from scenes.cli.data_lines import data_lines
    from scenes.cli.lecture_goals import goal_of
    from scenes.production.lecture.lecture import suited
    from scenes.production.render.plan import plan

    if youtube and to != "mp4":
        raise click.UsageError(f"got --youtube with --to {to}; allowed with --to mp4")
    films, framing = framed(names, to, added, per_page)
    selection, where, folder = on_paper(to, selection, where)
    able, left_out = suited(films, selection)
    for film, why in left_out.items():
        tell(f"{film}: {why}")
    planned = plan(able, selection, format="mp4", force=force, **where)
    for line in data_lines(one.job.experiment for one in planned):
        tell(line)
    if to == "mp4":
        planned = _in_one_quality(planned)
    goal = goal_of(to, planned, framing, folder, named=where["name"] is not None)
    if dry_run:
        made = _foresee(planned, goal, left_out, force=force)
    else:
        debug = ctx.meta[DEBUG]
        made = _make(planned, goal, left_out, processes=jobs, force=force, debug=debug)
    if youtube and made.lecture is not None:
        made = _described(made, made.lecture)
    _say(made, as_json=as_json, dry_run=dry_run)
    if made.status == FAILURE:
        ctx.exit(FAILED)


def _in_one_quality(planned: list[Planned]) -> list[Planned]:
    """Let all films have the best quality in which any is there, and say so."""
    from scenes.production.render.plan import in_one_quality

    alike = in_one_quality(planned)
    if alike != planned:
        better = [one.job.film for one, before in zip(alike, planned, strict=True) if one is before]
        tell(
            f"lecture: all films are made in {alike[0].job.size}, in which {', '.join(better)} "
            f"{'are' if len(better) > 1 else 'is'} there"
        )
    return alike


FAILURE = "failed"


@dataclass(frozen=True)
class _Made:
    """The result of making a lecture, or of a dry run.

    Attributes
    ----------
    status
        "joined", "made", "kept", "failed", "would join", "would make" or "would keep".
    left_out
        Film -> why it was left out.
    lecture, reached
        The lecture and its files; None if it was not made.
    upload
        The texts for YouTube, if they were asked for.
    error
        The error in one line, if it failed.
    """

    goal: Goal
    status: str
    outcomes: Sequence[Outcome]
    left_out: Mapping[str, str]
    lecture: Lecture | None = None
    reached: Reached | None = None
    upload: Upload | None = None
    error: str | None = None

    @property
    def line(self) -> str:
        return str(self.goal.path) if self.reached else f"{self.status} {self.goal.path}"

    def as_dict(self) -> dict[str, Any]:
        about: dict[str, Any] = {
            "status": self.status,
            **self.goal.files,
            "left_out": [{"film": film, "why": why} for film, why in self.left_out.items()],
        }
        if self.error is not None:
            about["error"] = self.error
        if self.reached is not None:
            about |= {**self.reached.about, "took": round(self.reached.took, 3)}
        if self.upload is not None:
            about["youtube"] = {
                "title": self.upload.title,
                "description": self.upload.description,
            }
        return {"lecture": about, "films": [outcome.as_dict() for outcome in self.outcomes]}


def _say(made: _Made, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        answer_json(made.as_dict())
    elif made.upload is not None:
        tell(f"lecture: for {made.goal.path}:")
        answer_lines(made.upload.text)
    elif made.status != FAILURE:
        for outcome in made.outcomes if dry_run else ():
            answer(outcome.line)
        answer(made.line)


def _foresee(
    planned: Sequence[Planned], goal: Goal, left_out: Mapping[str, str], *, force: bool
) -> _Made:
    from scenes.cli.render_report import foresee
    from scenes.production.lecture.lecture import Lecture, Part

    outcomes = [foresee(one, force=force) for one in planned]
    kept = False
    if all(outcome.status == "would keep" for outcome in outcomes):
        parts = tuple(Part(one, one.target.facts()) for one in planned)
        kept = goal.is_current(Lecture(parts, left_out, goal.target))
    return _Made(goal, "would keep" if kept else f"would {goal.verb}", outcomes, left_out)


def _make(
    planned: Sequence[Planned],
    goal: Goal,
    unable: Mapping[str, str],
    *,
    processes: int | None,
    force: bool,
    debug: bool,
) -> _Made:
    """Render all films, and make the lecture, unless a render fails."""
    from scenes.cli.render_report import left_out, make_all

    outcomes = make_all(planned, processes=processes, force=force, debug=debug)
    without = {**unable, **left_out(outcomes)}
    if any(one.failed for one in outcomes):
        return _failed(goal, outcomes, without, "not made, as a film is missing")
    return _reach(goal, outcomes, without, force=force)


def _reach(
    goal: Goal, outcomes: Sequence[Outcome], left_out: Mapping[str, str], *, force: bool
) -> _Made:
    from scenes.production.lecture.lecture import Lecture, Part
    from scenes.production.process.error_messages import RenderError, one_line

    parts = tuple(Part(one.planned, one.rendered.facts) for one in outcomes if one.rendered)
    if not parts:
        return _failed(goal, outcomes, left_out, "not made, as no film can show this experiment")
    lecture = Lecture(parts, left_out, goal.target)
    try:
        reached = goal.make(lecture, force=force)
    except RenderError as error:
        return _failed(goal, outcomes, left_out, one_line(str(error)))
    without = f", without {', '.join(left_out)}" if left_out else ""
    if reached.reused:
        tell(f"lecture: nothing has changed; --force {goal.verb}s it again{without}")
        return _Made(goal, "kept", outcomes, left_out, lecture, reached)
    tell(
        f"lecture: {len(parts)} film{'s' * (len(parts) != 1)}{without}, {reached.words}, "
        f"{goal.done} in {reached.took:.0f} s"
    )
    return _Made(goal, goal.done, outcomes, left_out, lecture, reached)


def _described(made: _Made, lecture: Lecture) -> _Made:
    """Add the texts for YouTube, and report what had to be changed for it."""
    from scenes.production.lecture.decks.youtube import upload_of

    try:
        upload = upload_of(lecture)
    except (ValueError, KeyError, TypeError) as error:
        return _failed(made.goal, made.outcomes, made.left_out, f"no chapters: {error}")
    for remark in upload.remarks:
        tell(f"lecture: {remark}")
    return replace(made, upload=upload)


def _failed(
    goal: Goal, outcomes: Sequence[Outcome], left_out: Mapping[str, str], error: str
) -> _Made:
    tell(f"lecture: {error}")
    return _Made(goal, FAILURE, outcomes, left_out, error=f"lecture: {error}")
