"""Films of a few seconds, and films that go wrong, for the tests of production."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import manim as mn
import numpy as np

from backprop_core.data.datasets import load_data
from backprop_core.errors import InputError, NumericalError
from scenes.kit.beat import Beat
from scenes.kit.film import Film
from scenes.kit.live_number import LiveNumber
from scenes.kit.theme import LABEL
from scenes.words.figures import Sentence, measured, sentence


def allow_memory(more: int) -> None:
    """Limit the memory of this process to `more` bytes above what it uses."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


class Tiny(Film):
    """A square turns, then fades."""

    title = "Tiny"
    summary = "A square"
    reads = ("seed", "film")
    defaults = {"network.depth": 2}  # noqa: RUF012 (films are written so)
    sources = ("none",)

    def compute(self) -> None:
        """Nothing is to be computed."""

    def subtitle(self) -> Sentence:
        """Say little."""
        return sentence("a square")

    def script(self) -> Sequence[Callable[[], None]]:
        """Return two beats."""
        return (self.it_turns, self.it_fades)

    def it_turns(self) -> None:
        """Turn it."""
        self.square = mn.Square(color=self.theme.forward)
        self.add(self.square)
        self.say("It turns.")
        self.play(mn.Rotate(self.square), run_time=0.4)

    def it_fades(self) -> None:
        """Fade it."""
        self.say("It fades.")
        self.play(mn.FadeOut(self.square), run_time=0.4)


class ItGrows(Beat[None, Film]):
    """A circle grows."""

    def says(self, story: None) -> Sentence:
        """Say it."""
        return sentence("It grows.")

    def shows(self, story: None) -> Sentence:
        """Describe it."""
        return sentence("A circle that grows.")

    def moves(self, film: Film) -> None:
        """Grow it."""
        circle = mn.Circle(color=film.theme.backward)
        film.play(mn.GrowFromCenter(circle), run_time=0.6)
        film.play(circle.animate.scale(1.5), run_time=0.6)


class Second(Film):
    """A circle grows, and grows on."""

    title = "Second"
    summary = "A circle"
    reads = ("seed", "film")
    defaults = {"network.depth": 2}  # noqa: RUF012 (films are written so)
    sources = ("none",)

    beats = (ItGrows(),)

    def compute(self) -> None:
        """Nothing is to be computed."""

    def subtitle(self) -> Sentence:
        """Say little."""
        return sentence("a circle")


class Broken(Tiny):
    """Fails in its second beat."""

    def it_fades(self) -> None:
        """Fail."""
        raise ZeroDivisionError("nothing to divide by")


class Overflowing(Tiny):
    """Computes numbers that are not finite."""

    def compute(self) -> None:
        """Overflow."""
        raise NumericalError("layer 3: NaN")


class Unsuited(Tiny):
    """Cannot show any experiment."""

    def compute(self) -> None:
        """Refuse."""
        raise InputError("network.loss: got none; allowed some")


class Killed(Tiny):
    """Its process is killed in its second beat."""

    def it_fades(self) -> None:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)


class Hungry(Tiny):
    """Its numbers take more memory than it may have."""

    def compute(self) -> None:
        """Take it."""
        allow_memory(64 * 2**20)
        np.ones(10**9)


class Starved(Tiny):
    """Has too little memory to draw, which is noticed by libraries that do not say so."""

    def it_fades(self) -> None:
        """Let no thread begin."""
        allow_memory(2**20)
        threading.Thread(target=time.sleep).start()


class Endless(Tiny):
    """Never comes to its second beat."""

    def it_fades(self) -> None:
        """Sleep."""
        time.sleep(600)


class Talkative(Tiny):
    """Prints while it computes."""

    def compute(self) -> None:
        """Print what looks like a report."""
        print('{"drawn": 1}', flush=True)  # noqa: T201
        os.write(1, b'{"crashed": "not at all"}\n')


class Counting(Tiny):
    """A number counts for longer than one piece of a video, then stands."""

    def script(self) -> Sequence[Callable[[], None]]:
        """Return two beats."""
        return (self.it_counts, self.it_fades)

    def it_counts(self) -> None:
        """Count."""
        self.square = mn.Square(color=self.theme.forward)
        tracker = mn.ValueTracker(0)
        number = LiveNumber(
            self.pen,
            lambda: measured("the count", tracker.get_value()),
            left=-3,
            baseline=-1,
            color=self.theme.ink,
            size=LABEL,
        )
        self.add(self.square, number)
        self.say("It counts.")
        for end in (1.0, 2.0, 3.0):
            with self.counting(number):
                self.play(tracker.animate.set_value(end), run_time=1.1)


class Sliding(Tiny):
    """One play is longer than three pieces of a video."""

    def it_fades(self) -> None:
        """Slide."""
        self.say("It slides.")
        self.play(self.square.animate.shift(3 * mn.RIGHT), run_time=7.0)


class Replaced(Tiny):
    """Somebody replaces what it is made from while its numbers are computed."""

    recordings = 1

    def compute(self) -> None:
        """Let whatever file lies beside the own one, with .other behind its name, replace that."""
        path = self.experiment.data.path
        mean = self.mean(1) if path else 0.0
        for other in Path(path or os.environ["TINY_REPLACED"]).parent.glob("*.other"):
            other.replace(other.with_suffix(""))
        if path and self.mean(2) != mean:
            raise ZeroDivisionError("numbers of two data sets")

    def mean(self, samples: int) -> float:
        """Load a few examples anew."""
        data = load_data(self.experiment.override({"data.samples": samples}))
        held_out = 0.0 if data.held_out is None else float(data.held_out.x.mean())
        return float(data.x.mean()) + held_out


class HelperDies(Tiny):
    """A copy of its process is killed."""

    def it_fades(self) -> None:
        """Die, unless it is the first."""
        if os.getpid() != os.getpgid(0):
            os.kill(os.getpid(), signal.SIGKILL)
        super().it_fades()


class HelperFails(Tiny):
    """A copy of its process fails."""

    def it_fades(self) -> None:
        """Fail, unless it is the first."""
        if os.getpid() != os.getpgid(0):
            raise ZeroDivisionError("only in a copy")
        super().it_fades()


class LeaderDies(Tiny):
    """Its process is killed, and its copies are not."""

    def it_fades(self) -> None:
        """Die if it is the first."""
        if os.getpid() == os.getpgid(0):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(600)
