"""A directed film: its heading leaves, words change beside motion, and the camera moves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import manim as mn
import numpy as np
import pytest
from manim.renderer.cairo_renderer import CairoRenderer

from backprop_core.experiment.config import Experiment
from scenes.kit.beat import Beat
from scenes.kit.film import LAST_PICTURE, QUICK, SETTLE, Film
from scenes.kit.layout import FRAME as WHOLE
from scenes.kit.layout import Region
from scenes.kit.settings import rendering
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.kit.type.words import SECONDS
from scenes.words.figures import Sentence, count, sentence
from tests.production.render.drawing.two_ways import Noting, Watching, run

SEEN, PLACE = Region(-1, 1, -1, 1), Region(-4, 4, -2, 2)
WITHIN = WHOLE.inset(0.2, 0.2, 0.2, 0.2)
FRAME = 0.1 + 1e-6
"""Seconds of a frame."""


class ToyBeat(Beat[Any, "Toy"]):
    """A beat whose words are its name."""

    def says(self, story: object) -> Sentence:
        return sentence(f"Here are the words of {self.name.replace('_', ' ')}.")

    def shows(self, story: object) -> Sentence:
        return sentence("A square.")


class Comes(ToyBeat):
    """The square comes, then the heading leaves."""

    def moves(self, film: "Toy") -> None:
        film.note("said")
        film.play(mn.FadeIn(film.square), run_time=0.4)
        film.note("moved")
        film.play(film.heading_leaves(), run_time=QUICK)
        film.note("heading left")


class Asks(ToyBeat):
    """Nothing moves but the words."""

    def moves(self, film: "Toy") -> None:
        film.pause(1.5)
        film.note("asked")


class Enters(ToyBeat):
    """The camera moves at once, while the words change."""

    def moves(self, film: "Toy") -> None:
        film.note("before the look")
        film.play(film.look(SEEN, PLACE, run_time=1.0))
        film.note("after the look")


class Answers(ToyBeat):
    """The sentence comes last; the square grows while it is read."""

    speaks_last = True

    def moves(self, film: "Toy") -> None:
        film.note("answer begins")
        film.play(film.square.animate(run_time=1.2).shift(mn.RIGHT))
        film.note("answer shown")

    def moves_on(self, film: "Toy") -> None:
        film.note("answer said")
        film.play(film.square.animate(run_time=1.0).shift(mn.LEFT))
        film.note("moved on")


class Ends(ToyBeat):
    """The end card comes."""

    def moves(self, film: "Toy") -> None:
        film.cite()


class Toy(Film):
    """A square that is seen from near."""

    title = "A square"
    summary = "It comes, and is seen from near"
    reads = ("seed", "film")
    sources = ("Nobody (2020)",)
    directed = True
    beats: ClassVar = (Comes(), Asks(), Enters(), Answers(), Ends())

    def compute(self) -> None:
        self.seen_then: dict[str, tuple[float, dict[str, float]]] = {}
        self.places: dict[str, dict[int, np.ndarray]] = {}
        self.narrations: list[Typeset] = []
        self.square = mn.Square(2.0, color=self.theme.forward)
        self.tag = mn.Dot()
        self.fixed = [self.tag]

    def lay_out(self) -> None:
        self.add(self.tag)
        if self.has_heading:
            self.note("opened")

    def subtitle(self) -> Sentence:
        return sentence("{n} examples", n=count("examples", 7))

    def hold_last_picture(self, seconds: float) -> None:
        self.card = [m for m in family(self) if isinstance(m, Typeset) and m.get_fill_opacity() > 0]
        super().hold_last_picture(seconds)

    def note(self, moment: str) -> None:
        """Note the time, the words that are seen, and where everything is."""
        words = {
            m.plain: float(m.get_fill_opacity()) for m in family(self) if isinstance(m, Typeset)
        }
        self.seen_then[moment] = (self.time, {w: o for w, o in words.items() if o > 0})
        self.places[moment] = {id(one): one.get_center() for one in family(self)}

    def say(self, words: str | Sentence) -> None:
        super().say(words)
        if self.narration is not None:
            self.narrations.append(self.narration)

    def at(self, moment: str) -> float:
        return self.seen_then[moment][0]

    def words(self, moment: str) -> set[str]:
        return set(self.seen_then[moment][1])


class Kept(Toy):
    """Its heading stays until the end."""

    beats: ClassVar = (Asks(), Ends())


class Silent(Toy):
    """The camera moves while the heading stands."""

    beats: ClassVar = (Enters(), Answers())

    def lay_out(self) -> None:
        super().lay_out()
        self.add(self.square)


def family(film: Film) -> list[mn.VMobject]:
    members = [m for one in film.mobjects for m in one.get_family()]
    return [m for m in members if isinstance(m, mn.VMobject) and len(m.points)]


def said(name: str) -> str:
    return f"Here are the words of {name}."


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    with rendering(tmp_path, "low", format="png", pixel_width=64, pixel_height=36, frame_rate=10):
        yield tmp_path


def filmed(film_class: type[Toy], **fields: object) -> Toy:
    film = film_class(Experiment(**fields))
    film.render()
    return film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    folder = tmp_path_factory.mktemp("directed")
    with rendering(folder, "low", format="png", pixel_width=64, pixel_height=36, frame_rate=10):
        return filmed(Toy)


def test_the_heading_is_a_tag_that_leaves(film: Toy) -> None:
    assert {"A square", "7 examples"} <= film.words("opened")
    assert {"A square", "7 examples"} <= film.words("moved")
    assert film.words("heading left") == {said("comes")}
    assert not film.has_heading


def test_the_heading_is_small(still: Path) -> None:
    class Opening(Toy):
        def lay_out(self) -> None:
            sizes = {m.plain: m.font_size for m in family(self) if isinstance(m, Typeset)}
            assert sizes == {"A square": LABEL, "7 examples": SMALL}
            super().lay_out()

    assert "opened" in filmed(Opening).seen_then


def test_words_change_beside_the_first_motion(film: Toy) -> None:
    assert film.at("said") == 0
    assert said("comes") not in film.words("said")
    # The words take longer than the motion.
    assert film.at("moved") == pytest.approx(SECONDS, abs=FRAME)
    assert said("comes") in film.words("moved")
    start = film.ledger.beats[2].start
    assert film.at("before the look") == start
    assert film.words("before the look") == {said("asks")}
    assert film.at("after the look") == pytest.approx(start + 1.0, abs=FRAME)
    assert film.words("after the look") == {said("enters")}


def test_where_nothing_moves_words_change_before_the_pause(film: Toy) -> None:
    ((start, length),) = film.pauses
    asks = film.ledger.beats[1]
    assert length == 1.5
    assert start == pytest.approx(asks.start + SECONDS, abs=FRAME)
    assert film.at("asked") == pytest.approx(start + length, abs=FRAME)
    assert film.words("asked") == {said("asks")}
    # The picture of the beat is the one with its own words.
    assert asks.start < asks.pause == pytest.approx(start)


def test_the_camera_moves_the_world_and_not_the_words_of_the_frame(film: Toy) -> None:
    before, after = (film.places[name] for name in ("before the look", "after the look"))
    assert film.square.width == pytest.approx(4.0)
    assert after[id(film.tag)] == pytest.approx(before[id(film.tag)])
    words = [m for m in family(film) if isinstance(m, Typeset)]
    assert all(WITHIN.holds(word) for word in words)


@pytest.mark.parametrize("narration", [True, False])
def test_a_camera_moves_while_the_heading_stands(still: Path, narration: bool) -> None:
    film = filmed(Silent, film={"narration": narration})
    before, after = (film.places[name] for name in ("before the look", "after the look"))
    moved = {one for one in before if not np.allclose(after[one], before[one])}
    assert film.square.width == pytest.approx(4.0)
    assert not moved
    assert {"A square", "7 examples"} <= film.words("after the look")
    assert (said("enters") in film.words("after the look")) == narration


def test_words_that_leave_stay_where_they_are(still: Path) -> None:
    class Watched(Toy):
        def look(self, *args: Any, **how: Any) -> Any:
            look = super().look(*args, **how)
            self.world = list(look.mobject)
            return look

    film = filmed(Watched)
    assert [one for one in film.world if one.has_points()] == [film.square]


def test_words_lie_on_a_world_that_moves(still: Path) -> None:
    class Looks(Enters):
        def moves(self, film: "Toy") -> None:
            super().moves(film)
            back = film.look(PLACE, SEEN)
            below: list[bool] = []

            def watch(_: mn.Mobject) -> None:
                shown = family(film)
                words = [n for n, one in enumerate(shown) if isinstance(one, Typeset)]
                below.append(shown.index(film.square) < min(words))

            film.tag.add_updater(watch)
            film.play(back)
            film.tag.remove_updater(watch)
            watch(film.tag)
            film.all_below = all(below)

    class Looking(Toy):
        beats: ClassVar = (Comes(), Looks())
        all_below = False

    assert filmed(Looking).all_below


def test_a_sentence_that_comes_last_waits_for_the_motion_and_something_moves_on(
    film: Toy,
) -> None:
    answers = film.ledger.beats[3]
    assert film.at("answer begins") == answers.start
    # The last sentence leaves beside the motion, so that it does not stand beside the answer.
    assert film.words("answer begins") == {said("enters")}
    assert film.words("answer shown") == set()
    assert film.at("answer shown") == film.at("answer said")
    assert film.at("answer shown") == pytest.approx(answers.start + 1.2, abs=FRAME)
    assert film.words("moved on") == {said("answers")}
    # The whole sentence is read after it has come.
    reading = film.voice.seconds(film.beats_of_story[3].says(None))
    assert answers.end >= film.at("answer said") + reading - FRAME


def test_captions_last_as_long_as_their_words(film: Toy) -> None:
    captions = film.renderer.file_writer.subcaptions
    assert [c.content for c in captions] == [beat.sentence for beat in film.ledger.beats]
    for caption, beat in zip(captions, film.ledger.beats, strict=True):
        start = film.at("answer said") if beat.name == "answers" else beat.start
        assert caption.start.total_seconds() == pytest.approx(start, abs=1e-3)
        assert caption.end.total_seconds() == pytest.approx(beat.end, abs=1e-3)


def test_a_motion_is_held_for_a_moment(film: Toy) -> None:
    for beat in film.ledger.beats:
        assert beat.start < beat.pause <= beat.end - SETTLE + FRAME
    assert film.time == pytest.approx(film.ledger.beats[-1].end + LAST_PICTURE, abs=FRAME)


@pytest.mark.parametrize("film_class", [Toy, Kept])
def test_the_end_card_takes_the_place_of_the_last_sentence(
    still: Path, film_class: type[Toy]
) -> None:
    film = filmed(film_class)
    shown = film.card
    card = [m for m in shown if m.get_center()[1] < 0]
    assert {m.plain for m in card} == {"7 examples", "Sources: Nobody (2020)"}
    heading = {"A square", "7 examples"} if film_class is Kept else set()
    assert {m.plain for m in shown if m not in card} == heading
    assert all(WITHIN.holds(m) for m in shown)
    # It leaves before the end: the last frame is the idea alone.
    assert {m.plain for m in family(film) if isinstance(m, Typeset)} == heading
    # The sentence is read first.
    ends = film.ledger.beats[-1]
    reading = film.voice.seconds(film.beats_of_story[-1].says(None))
    assert ends.pause - ends.start >= reading - FRAME
    named = [(e["beat"], e["name"]) for e in film.ledger.numbers]
    assert ("ends", "examples") in named


def test_narration_is_centred_and_haloed(film: Toy) -> None:
    words = film.narrations[-1]
    assert words.plain == said("ends")
    assert words.get_center()[0] == pytest.approx(0)
    assert words.background_stroke_width > 0


def test_words_that_are_replaced_before_anything_moved_do_not_stay(still: Path) -> None:
    class Twice(Asks):
        def moves(self, film: "Toy") -> None:
            film.say("The second words.")
            film.play(mn.FadeIn(film.square))

    class Changing(Toy):
        beats: ClassVar = (Asks(), Twice())

    film = filmed(Changing)
    words = {m.plain for m in family(film) if isinstance(m, Typeset)}
    assert words == {"A square", "7 examples", "The second words."}


def test_it_is_drawn_as_manim_draws_it_whoever_draws_which_frames(tmp_path: Path) -> None:
    with rendering(tmp_path, "low"):
        by_manim = run(Toy, Experiment(), CairoRenderer(Watching))
        alone = run(Toy, Experiment(), Noting(tmp_path, lambda n: True))
        even, odd = (
            run(Toy, Experiment(), Noting(tmp_path, lambda n, k=k: n % 2 == k)) for k in (0, 1)
        )
    assert alone == by_manim
    assert even[1:] == odd[1:] == by_manim[1:]
    assert even[0] | odd[0] == by_manim[0]
