"""The base class of all films: a script of beats, and a record of what they showed."""

from __future__ import annotations

import platform
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, cast

import manim as mn
import numpy as np
from manim.utils.exceptions import EndSceneEarlyException
from numpy.typing import NDArray

from backprop_core.data.held_files import holding_files
from backprop_core.data.resolved import resolve
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment, load_experiment
from backprop_core.experiment.layering import completed
from backprop_core.experiment.sharing import without_folders
from backprop_core.formatting import format_value, source_name
from backprop_core.recording import Recording
from scenes.kit import settings
from scenes.kit.beat import Beat, MethodBeat
from scenes.kit.depiction import Depiction
from scenes.kit.excerpt import Excerpt
from scenes.kit.exit_line import in_a_line
from scenes.kit.live_number import LiveNumber
from scenes.kit.stagecraft import MOVE as MOVE
from scenes.kit.stagecraft import QUICK as QUICK
from scenes.kit.stagecraft import Stagecraft
from scenes.kit.theme import THEMES, Theme
from scenes.kit.type.titles import title_problem
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence, sentence, typed, verbatim
from scenes.words.ledger import Picture, Spoken, write_json
from scenes.words.sources import citations, on_a_card

LAST_PICTURE = 2.0
SETTLE = 0.4
"""Seconds for which a directed film holds the end of a motion, at least."""
LONGEST_LINE = 100
"""Characters of a subtitle that fit at the smallest legible size, whatever they are."""
LONGEST_FILM = 90.0
"""Maximum in seconds at the usual pace. The number of frames never grows with an experiment."""


class Film(Stagecraft, ABC):
    """A short script of beats about one experiment.

    A film describes itself in class attributes. They are literals, so that they can be read without
    importing Manim. It computes all its numbers in `compute` and lists its `beats`. Each beat is
    one class with a sentence, a description for viewers who cannot see the picture, and a motion.

    Parameters
    ----------
    recorded
        Recordings to film instead; the experiment then sets only its section `film`.
    experiment
        The network to film. By default it is read from the file named by BACKPROP_EXPERIMENT; if
        that is not set, it is the film's own default.

    Attributes
    ----------
    order
        Position in the lecture, in steps of ten, so that a new film fits between two others. A film
        without a position is in no list.
    title, summary, description
        The heading, one line for the list of films, and the text for the README.
    opening_question, misconception
        For the lecturer's notes, in whole sentences that are true of every network: what to ask
        before the film, and what students often get wrong, with what is right.
    seconds
        Rounded duration with the default experiment.
    reads
        The configuration fields that change this film.
    defaults
        Fields in which the default experiment differs from `Experiment()`.
    sources
        Names of the sources cited at the end; see `scenes.words.sources`.
    recordings
        Number of recordings that the film accepts instead of an experiment.
    asked_by
        Names of beats, the best first: the picture of the first of them that is in the film asks
        its question, and is the poster of players. A film that names none is asked by its first.
    beats
        All beats in order. A beat is left out where its `when` returns false.
    when_computed
        Called once all numbers are computed, before anything is drawn.
    """

    order: ClassVar[int]
    title: ClassVar[str]
    summary: ClassVar[str]
    description: ClassVar[str]
    opening_question: ClassVar[str]
    misconception: ClassVar[str]
    seconds: ClassVar[int]
    reads: ClassVar[tuple[str, ...]]
    defaults: ClassVar[Mapping[str, object]] = {}
    sources: ClassVar[tuple[str, ...]]
    recordings: ClassVar[int] = 0
    asked_by: ClassVar[tuple[str, ...]] = ()
    beats: ClassVar[Sequence[Beat[Any, Any]]] = ()

    def __init__(
        self,
        experiment: Experiment | None = None,
        recorded: Sequence[Recording] = (),
        **kwargs: Any,
    ) -> None:
        settings.prepare()
        with in_a_line():
            if problem := settings.undrawable():
                raise InputError(problem)
        self._chosen = experiment is None
        self.recorded = tuple(recorded)
        self.experiment = experiment or self._chosen_experiment()
        super().__init__(**kwargs)
        self.theme: Theme = THEMES[self.experiment.film.theme]
        # Manim's type annotation also covers the OpenGL camera, which lacks this attribute.
        cast(mn.Camera, self.camera).background_color = mn.ManimColor(self.theme.background)
        film = self.experiment.film
        self.prepare_stage(Pen(self.theme), narrated=film.narration, pace=film.pace)
        self.when_computed: Callable[[], None] = lambda: None

    @classmethod
    def default_experiment(cls) -> Experiment:
        """Return the experiment that the film shows by default."""
        return Experiment().override(dict(cls.defaults))

    @classmethod
    def _chosen_experiment(cls) -> Experiment:
        """Read the file named by BACKPROP_EXPERIMENT and check it before the render starts."""
        path = settings.experiment_path()
        if path is None:
            return cls.default_experiment()
        with in_a_line():
            experiment = completed(load_experiment(path), cls.default_experiment(), str(path))
        with in_a_line(f"{source_name(str(path))}: "):
            if problem := title_problem(experiment.film.title):
                came = format_value(experiment.film.title)
                raise InputError(f"film.title: got {came}; allowed {problem}")
            resolve(experiment)
        return experiment

    @abstractmethod
    def compute(self) -> None:
        """Compute every number of the film. Drawing starts after this."""

    @abstractmethod
    def subtitle(self) -> Sentence:
        """Describe the network, and what was sampled or rescaled."""

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe each beat for viewers who cannot see it: beat name -> words."""
        return {}

    def poster(self) -> Sentence:
        """Describe the last picture to viewers who cannot see it."""
        return verbatim(f"The last picture of the film {self._title()}.")

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats as methods; only for films not yet converted to `Beat` classes."""
        return ()

    def lay_out(self) -> None:
        """Create the mobjects of the beats, when the first beat begins."""

    @cached_property
    def beats_of_story(self) -> list[Beat[Any, Any]]:
        """The beats that apply to this experiment, in order; known once its numbers are."""
        beats = [beat for beat in self.beats if beat.when(self._story)]
        seen = self.seen()
        return beats + [MethodBeat(method, seen) for method in self.script()]

    @property
    def _story(self) -> Any:
        """The story object with the numbers of the film; available after `compute`."""
        return getattr(self, "story", None)

    def construct(self) -> None:
        """Run the script."""
        with in_a_line() if self._chosen else nullcontext():
            self.compute()
        self.when_computed()
        self._depiction = Depiction(self.ledger)
        self._open()
        try:
            for number, beat in enumerate(self.beats_of_story):
                self._run(beat, first=number == 0)
            self._depiction.end_film(self._beat, self.poster())
            self.hold_last_picture(LAST_PICTURE)
            if self.excerpt is None:
                self._name_pictures()
        except EndSceneEarlyException:
            self._break_off()
        if self.excerpt is not None:
            with in_a_line() if self._chosen else nullcontext():
                self._cut(self.excerpt)
        # Manim now overwrites an older film. Even if this process is killed, the ledger and
        # captions of the old film must not lie beside a new one.
        for extension in (".json", ".srt"):
            self._result().with_suffix(extension).unlink(missing_ok=True)

    def _break_off(self) -> None:
        """End the beat in which the last play that is wanted has ended."""
        assert self.excerpt is not None
        self.ledger.alt = f"A picture from the middle of the film {self._title()}."
        if self._start < self.excerpt.end:
            self._end_beat()

    def _cut(self, excerpt: Excerpt) -> None:
        """Keep what is said and shown in the plays that were rendered.

        Raises
        ------
        InputError
            If none was rendered. An older film then keeps its ledger and captions.
        """
        if excerpt.start is None:
            plays = self.renderer.num_plays
            raise InputError(
                f"-n: got {excerpt.words}; allowed plays of this film, numbered 0 to {plays - 1}"
            )
        excerpt.cut(self.ledger)
        writer = self.renderer.file_writer
        writer.subcaptions = excerpt.captions(writer.subcaptions)

    def render(self, preview: bool = False) -> bool:
        """Render, then write the ledger beside the picture or film."""
        with ExitStack() as stack:
            # A data file that is replaced meanwhile must not give a film of two contents.
            with in_a_line() if self._chosen else nullcontext():
                stack.enter_context(holding_files(self.experiment.data))
            rerun = super().render(preview)
            path = self._result()
            if path.parent.is_dir():
                write_json(path.with_suffix(".json"), self.ledger.document(self.about()))
            return rerun

    def _result(self) -> Path:
        """Return the path of the picture or film that Manim writes."""
        writer = self.renderer.file_writer
        still = writer.output_spec.is_still or not writer.output_spec.is_video
        return writer.image_file_path if still else writer.movie_file_path

    def about(self) -> dict[str, Any]:
        """Return the metadata of the ledger: film, experiment, seed and versions."""
        packages = ("leaky-backprop", "manim", "numpy", "scipy", "scikit-learn", "typst")
        return {
            "film": type(self).__module__.rsplit(".", 1)[-1],
            "title": self._title(),
            "summary": self.summary,
            "subtitle": self._subtitle_line().plain,
            "sources": [one._asdict() for one in citations(self.sources)],
            "seed": self.experiment.seed,
            "recordings": [
                {"source": each.source, "dtype": each.dtype, "steps": each.steps.tolist()}
                for each in self.recorded
            ],
            "experiment": without_folders(self.experiment).model_dump(mode="json"),
            "versions": {name: version(name) for name in packages}
            | {"python": platform.python_version()},
            **({} if self.excerpt is None else {"excerpt": self.excerpt.about()}),
        }

    # How a film runs

    def _title(self) -> str:
        return self.experiment.film.title or self.title

    def _subtitle_line(self) -> Sentence:
        """Return the subtitle, with the seed where somebody chose one and there is room."""
        return self._seeded(self.subtitle())[0]

    def _seeded(self, subtitle: Sentence) -> tuple[Sentence, Sentence]:
        """Return subtitle and sources; one of them ends with a seed that changes this film."""
        sources = verbatim(f"Sources: {on_a_card(self.sources)}")
        chosen = "seed" in self.reads and "seed" in self.experiment.model_fields_set
        if self.recorded or not chosen:
            return subtitle, sources
        drawn = typed("seed", self.experiment.seed)
        seeded = sentence("{subtitle}, seed {seed}", subtitle=subtitle, seed=drawn)
        if len(seeded.plain) <= LONGEST_LINE:
            return seeded, sources
        return subtitle, sentence("{sources}; seed {seed}", sources=sources, seed=drawn)

    def _open(self) -> None:
        # The seed that a film has by default is nothing that its viewers need at first.
        own = self.experiment.seed == self.defaults.get("seed")
        self.open_with(self._title(), self.subtitle() if own else self._subtitle_line())

    def cite(self) -> None:
        """Show the sources, which stay for the last picture."""
        self.close_with(*self._seeded(self.subtitle()))

    def _name_pictures(self) -> None:
        """Name the picture of the question, in the middle of its stillness, and the last one."""
        beats = {beat.name: beat for beat in self.ledger.beats}
        asks = next((beats[name] for name in self.asked_by if name in beats), self.ledger.beats[0])
        still = max(asks.pause, asks.said)
        self.ledger.pictures = {
            "question": Picture(asks.name, (still + asks.end) / 2),
            "last": Picture(self._beat, self.time),
        }

    def _run(self, beat: Beat[Any, Any], *, first: bool) -> None:
        name = beat.name
        self.next_section(name)
        self._beat, self._said, self._hushed_at = name, None, None
        self._start = self._said_at = self._pause = self.time
        # Record what remains on screen from the previous beat for this beat, too.
        self.add(*self.mobjects)
        if first:
            self.lay_out()
        beat.run(self, self._story)
        said = self._said
        if said is None:
            raise RuntimeError(f"the beat {name} of {type(self).__name__} says nothing")
        self._change_words()
        hold = (SETTLE if self.directed else 1.0) / self.pace
        self.hold_until(max(self.read_until(said), self._pause + hold))
        self.leave_time_for_captions(said)
        self._end_beat()
        self._depiction.end(name, beat.shows(self._story), self._pause, self.mobjects)
        if self.time > LONGEST_FILM / min(self.pace, 1.0):
            raise RuntimeError(f"{type(self).__name__} takes {self.time:.0f} s until {name} ends")

    def _end_beat(self) -> None:
        """Record what was said and counted since the beat began."""
        for mobject in self.mobjects:
            for member in mobject.get_family():
                if isinstance(member, LiveNumber):
                    self.ledger.record(self._beat, member.drain(), member.label)
        self._caption_old_words()
        said, said_at = "", self._said_at
        # Where Manim stops, a sentence may have been chosen that is not on screen yet.
        if self._said is not None and said_at < self.time:
            said = self._said.plain
            self.caption(said, said_at, self.time)
        spoken = Spoken(self._beat, said, self._start, self.time, self._pause, said_at)
        self.ledger.beats.append(spoken)

    def _caption_old_words(self) -> None:
        """Where an excerpt begins, caption the sentence that still stands from the beat before."""
        begins = None if self.excerpt is None else self.excerpt.start
        if begins is None or not self.ledger.beats or not self._start <= begins < self.time:
            return
        leave = self._said_at if self._hushed_at is None else self._hushed_at
        gone = min(leave + QUICK / 2 / self.pace, self.time)
        self.caption(self.ledger.beats[-1].sentence, self._start, gone)


def sweep(animations: Sequence[mn.Animation], run_time: float) -> mn.AnimationGroup:
    """Play animations in sequence, each overlapping the next, in `run_time` seconds in total."""
    lag = 1.0 if len(animations) < 2 else min(1.0, 3 / len(animations))
    return mn.LaggedStart(*animations, lag_ratio=lag, run_time=run_time)


def levels(log10: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale log10 magnitudes to the range from 0, the smallest, to 1; exact zeros become 0."""
    finite = log10[np.isfinite(log10)]
    if not len(finite):
        return np.zeros_like(log10)
    span = max(float(np.ptp(finite)), 1.0)
    return np.where(np.isfinite(log10), 1 - (finite.max() - log10) / span, 0.0)
