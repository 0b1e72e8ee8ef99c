"""The user's choice of an experiment: file, preset or film's default, with changes to fields."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_core.data.resolved import resolve
from backprop_core.errors import InputError
from backprop_core.experiment import presets
from backprop_core.experiment.config import Experiment, load_experiment, parse_override
from backprop_core.experiment.layering import completed
from backprop_core.formatting import escape, format_value, source_name
from scenes.production.request.error_collector import Problems
from scenes.production.request.keys import hash_of
from scenes.production.request.naming import folder_name

if TYPE_CHECKING:
    from backprop_core.recording import Recording


@dataclass(frozen=True)
class Selection:
    """A choice of experiment, before any file is read.

    Attributes
    ----------
    config, preset
        A configuration file or the name of a preset; neither means the default.
    settings
        Changes to single fields, each as ``KEY=VALUE``; the last one for a field counts.
    recordings
        Files of recordings to show in place of an experiment. Only the section ``film`` of the
        experiment is used then.
    """

    config: Path | None = None
    preset: str | None = None
    settings: tuple[str, ...] = ()
    recordings: tuple[Path, ...] = ()

    @property
    def overrides(self) -> dict[str, object]:
        """The settings as dotted names and values.

        Raises
        ------
        InputError
            With a line for each setting that cannot be read.
        """
        problems = Problems()
        found = self._parsed(problems)
        problems.raise_all()
        return found

    @property
    def origin(self) -> str:
        """The source of the experiment in one line, which an output folder remembers."""
        if self.recordings:
            return " and ".join(str(path.resolve()) for path in self.recordings)
        if self.config is not None:
            return str(self.config.resolve())
        return f"preset {self.preset}" if self.preset is not None else "the films' own defaults"

    @property
    def public_origin(self) -> str:
        """`origin` for a folder that is handed on: files without their folders, and a digest."""
        files = self.recordings or (() if self.config is None else (self.config,))
        names = " and ".join(file.name for file in files)
        return f"{names} ({hash_of({'origin': self.origin})[:8]})" if files else self.origin

    @property
    def name(self) -> str:
        """The name of its output folder."""
        label = self.config.stem if self.config is not None else self.preset or "default"
        if self.recordings:
            label = "+".join(path.stem for path in self.recordings)
        return folder_name(label, self.overrides)

    @property
    def options(self) -> str:
        """The choice as options on a command line, each with a space in front of it."""
        words = [] if self.config is None else ["--config", escape(str(self.config))]
        words += [] if self.preset is None else ["--preset", self.preset]
        for text in self.settings:
            words += ["--set", text]
        for path in self.recordings:
            words += ["--recording", escape(str(path))]
        return "".join(f" {shlex.quote(word)}" for word in words)

    @property
    def source(self) -> str:
        """The prefix of error lines."""
        if self.config is None and self.preset is None:
            return "--set" if self.settings else "default experiment"
        base = source_name(str(self.config)) if self.config else f"preset {self.preset}"
        return f"{base} with --set" if self.settings else base

    def with_film(self, **fields: object) -> Selection:
        """Return the choice with fields of the film, except those that it or its file sets.

        Parameters
        ----------
        fields
            Fields of the section ``film``, without that name in front of them.

        Raises
        ------
        InputError
            With a line for each setting, or for the file, that cannot be read.
        """
        chosen = set(self.overrides)
        if self._chosen is not None:
            chosen |= {f"film.{name}" for name in self._chosen.film.model_fields_set}
        more = [
            f"film.{name}={json.dumps(value)}"
            for name, value in fields.items()
            if f"film.{name}" not in chosen
        ]
        return replace(self, settings=(*self.settings, *more))

    def experiment(self, default: Experiment) -> Experiment:
        """Read the experiment and check it, its data and sizes included.

        Parameters
        ----------
        default
            The experiment to start from, such as the film's own: file, preset and settings change
            the fields that they state.

        Raises
        ------
        InputError
            With a line for each problem.
        """
        problems = Problems()
        overrides = self._parsed(problems)
        for field in overrides if self.recordings else ():
            with problems.collected():
                if not field.startswith("film."):
                    raise InputError(
                        f"--set: got {format_value(field)}; allowed film.title, film.theme, "
                        "film.narration and film.pace; everything else comes from the recording"
                    )
        experiment = default
        with problems.collected():
            base = self._base(default)
            experiment = base.override(overrides) if overrides else base
        problems.raise_all()
        check_experiment(experiment, f"{self.source}: ")
        return experiment

    def recording(self) -> Recording:
        """Read the one recording that was chosen.

        Raises
        ------
        InputError
            If several were chosen, or the file cannot be used.
        """
        if len(self.recordings) > 1:
            raise InputError(f"--recording: got {len(self.recordings)}; allowed one")
        from backprop_core.recording import load

        return load(self.recordings[0])

    def _parsed(self, problems: Problems) -> dict[str, object]:
        found: dict[str, object] = {}
        for text in self.settings:
            with problems.collected():
                key, value = parse_override(text)
                found[key] = value
        return found

    def _base(self, default: Experiment) -> Experiment:
        """Return the experiment before changes to fields; what is unset is the film's own."""
        if self._chosen is None:
            return default
        source = f"preset {self.preset}" if self.config is None else str(self.config)
        return completed(self._chosen, default, source)

    @cached_property
    def _chosen(self) -> Experiment | None:
        """The file or preset, read once: all films of a command are of the same experiment."""
        if self.config is not None:
            return absolute(load_experiment(self.config))
        return presets.load(self.preset) if self.preset is not None else None


def absolute(experiment: Experiment) -> Experiment:
    """Name its data files from the root: a render runs in a folder of its own."""
    return experiment.from_folder(Path.cwd())


def check_experiment(experiment: Experiment, prefix: str = "") -> None:
    """Check what an `Experiment` does not check itself: data, size, and whether a title can be set.

    Raises
    ------
    InputError
        With a line for each problem, each after `prefix`.
    """
    problems = Problems(prefix)
    with problems.collected():
        check_title(experiment)
    with problems.collected():
        resolve(experiment)
    problems.raise_all()


def check_title(experiment: Experiment) -> None:
    """Check whether the title can be typeset.

    Raises
    ------
    InputError
        If it cannot, with the characters that are in the way.
    """
    title = experiment.film.title
    if title is None:
        return
    from scenes.kit.type.titles import title_problem

    if problem := title_problem(title):
        raise InputError(f"film.title: got {format_value(title)}; allowed {problem}")
