"""What every film does, shown on one of two beats."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import manim as mn
import numpy as np
import pytest
from manim.scene.scene_file_writer import SceneFileWriter

from backprop_core.experiment.config import Experiment
from scenes.kit import settings
from scenes.kit.film import LAST_PICTURE, Film, levels, sweep
from scenes.kit.layout import SAFE, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.settings import rendering
from scenes.kit.theme import THEMES
from scenes.kit.type.typesetting import Typeset
from scenes.words.figures import Sentence, count, measured, sentence
from scenes.words.voice import Reader
from tests.scenes.film_probe import unread_captions
from tests.selection import quick_cases


class Square(Film):
    """A square comes, with a number, and goes."""

    title = "A square"
    summary = "It comes and goes"
    reads = ("seed", "film")
    defaults: ClassVar[dict[str, object]] = {"network.depth": 3}
    sources = ("Nobody (2020)",)

    def compute(self) -> None:
        self.loss = 0.25

    def subtitle(self) -> Sentence:
        return sentence("{n} examples", n=count("examples", 7))

    def script(self) -> Sequence[Callable[[], None]]:
        return (self.it_comes, self.it_goes)

    def it_comes(self) -> None:
        self.say(sentence("It comes at {x}.", x=measured("loss[0]", self.loss)))
        self.square = mn.Square(color=self.theme.forward)
        self.play(mn.FadeIn(self.square), run_time=0.4)

    def it_goes(self) -> None:
        self.say("It goes.")
        number = LiveNumber(
            self.pen,
            lambda: measured("seconds", self.time + 1),
            left=SAFE.left,
            baseline=0.0,
            color=self.theme.ink,
            size=28,
        )
        self.add(number)
        with self.counting(number):
            self.play(mn.FadeOut(self.square), run_time=0.5)
        self.cite()


class Mute(Square):
    """Its second beat says nothing."""

    def it_goes(self) -> None:
        self.wait(0.2)


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    with rendering(tmp_path, "low", format="png", pixel_width=320, pixel_height=180, frame_rate=10):
        yield tmp_path


@pytest.fixture
def movie(tmp_path: Path) -> Iterator[Path]:
    with rendering(tmp_path, "low", format="mp4", pixel_width=64, pixel_height=36, frame_rate=10):
        yield tmp_path


def filmed(film_class: type[Film], **fields: object) -> Film:
    film = film_class(Experiment(**fields))
    film.render()
    return film


def on_screen(film: Film) -> dict[str, Typeset]:
    members = [m for mobject in film.mobjects for m in mobject.get_family()]
    return {member.plain: member for member in members if isinstance(member, Typeset)}


def test_beats_follow_each_other_with_a_pause_in_each(still: Path) -> None:
    film = filmed(Square)
    first, second = film.ledger.beats
    assert (first.name, first.sentence) == ("it_comes", "It comes at 0.250.")
    assert (second.name, second.sentence) == ("it_goes", "It goes.")
    assert first.start == 0
    assert first.end == second.start
    for beat in (first, second):
        assert beat.start < beat.pause <= beat.end - 1 + 0.11
        reading = 0.3 * len(beat.sentence.split())
        assert reading <= beat.end - beat.start <= Reader.LONGEST + 2
    assert film.time == pytest.approx(second.end + LAST_PICTURE, abs=0.11)


def test_sentences_are_subcaptions_while_their_beat_lasts(still: Path) -> None:
    film = filmed(Square)
    captions = film.renderer.file_writer.subcaptions
    assert [caption.content for caption in captions] == [b.sentence for b in film.ledger.beats]
    for caption, beat in zip(captions, film.ledger.beats, strict=True):
        assert caption.start.total_seconds() == pytest.approx(beat.start, abs=1e-3)
        assert caption.end.total_seconds() == pytest.approx(beat.end, abs=1e-3)


@pytest.mark.parametrize(
    ("asked_by", "beat"),
    [((), "it_comes"), (("it_asks", "it_goes"), "it_goes"), (("it_asks",), "it_comes")],
)
def test_the_picture_of_the_question_is_that_of_the_first_beat_that_is_there(
    still: Path, monkeypatch: pytest.MonkeyPatch, asked_by: tuple[str, ...], beat: str
) -> None:
    monkeypatch.setattr(Square, "asked_by", asked_by)
    film = filmed(Square)
    (asks,) = (each for each in film.ledger.beats if each.name == beat)
    asked, last = film.ledger.pictures["question"], film.ledger.pictures["last"]
    assert asked.beat == beat
    # Nothing moves, and the sentence is there.
    assert max(asks.pause, asks.said) <= asked.time <= asks.end
    assert (last.beat, last.time) == ("it_goes", film.time)


def test_the_ledger_is_written_beside_the_picture(still: Path) -> None:
    film = filmed(Square, seed=5)
    (picture,) = still.rglob("*.png")
    ledger = json.loads(picture.with_suffix(".json").read_text(encoding="utf-8"))
    assert list(still.rglob("*.json")) == [picture.with_suffix(".json")]
    assert ledger["title"] == "A square"
    assert ledger["subtitle"] == "7 examples, seed 5"
    assert ledger["sources"] == [{"text": "Nobody (2020)", "address": ""}]
    assert (ledger["seed"], ledger["experiment"]["seed"]) == (5, 5)
    assert Experiment(**ledger["experiment"]) == film.experiment
    assert {"leaky-backprop", "manim", "numpy", "typst", "python"} <= set(ledger["versions"])
    assert [beat["name"] for beat in ledger["beats"]] == ["it_comes", "it_goes"]


def test_what_an_older_film_said_never_lies_beside_a_new_one(
    movie: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filmed(Square, seed=1)
    said = sorted([*movie.rglob("*.json"), *movie.rglob("*.srt")])
    assert len(said) == 2
    with pytest.raises(RuntimeError, match="says nothing"):
        filmed(Mute, seed=2)
    with monkeypatch.context() as patch:
        patch.setattr(Square, "it_goes", Mute.it_goes)
        with pytest.raises(RuntimeError, match="says nothing"):
            filmed(Square, seed=2)
    # A film that fails before it is written over leaves the older one as it was.
    assert all(path.is_file() for path in said)

    def stop(writer: SceneFileWriter) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SceneFileWriter, "combine_to_movie", stop)
    with pytest.raises(KeyboardInterrupt):
        filmed(Square, seed=2)
    assert not any(path.exists() for path in said)


def test_every_number_is_entered_where_it_is_seen(movie: Path) -> None:
    film = filmed(Square)
    entries = [(e["beat"], e["name"], e["text"]) for e in film.ledger.numbers]
    assert ("title", "examples", "7") in entries
    assert ("it_comes", "examples", "7") in entries  # the subtitle still stands
    assert ("it_comes", "loss[0]", "0.250") in entries
    counted = [text for _, name, text in entries if name == "seconds"]
    assert len(counted) >= 4
    assert {beat for beat, name, _ in entries if name == "seconds"} == {"it_goes"}
    shown = set(on_screen(film))
    assert counted[-1] in shown


def test_each_sentence_takes_the_place_of_the_last(still: Path) -> None:
    film = filmed(Square)
    shown = on_screen(film)
    assert "It goes." in shown
    assert "It comes at 0.250." not in shown
    assert "Sources: Nobody (2020)" in shown
    assert "7 examples" not in shown
    assert shown["It goes."].get_left()[0] == pytest.approx(point(SAFE.left)[0])


def test_without_narration_the_words_stay_in_the_captions(still: Path) -> None:
    film = filmed(Square, film={"narration": False})
    assert not {"It goes.", "It comes at 0.250."} & set(on_screen(film))
    assert [caption.content for caption in film.renderer.file_writer.subcaptions] == [
        "It comes at 0.250.",
        "It goes.",
    ]


class Talking(Square):
    """Says more than a viewer reads by the usual time of words."""

    WORDS = "Multidimensional standardisation notwithstanding, backpropagation vanished."

    def it_comes(self) -> None:
        super().it_comes()
        self.say(self.WORDS)


@pytest.mark.parametrize("pace", [0.7, 1.0, 1.5])
def test_a_caption_stays_until_it_can_be_read_at_any_pace(still: Path, pace: float) -> None:
    film = filmed(Talking, film={"pace": pace})
    assert not list(unread_captions(film))
    first, second = film.ledger.beats
    assert len(first.sentence) / 17 < first.end
    assert film.time == pytest.approx(second.end + LAST_PICTURE / pace, abs=0.11)


def test_a_slower_film_is_longer_in_all_its_parts(still: Path) -> None:
    usual, slow, fast = (filmed(Square, film={"pace": pace}) for pace in (1.0, 0.7, 1.5))
    assert filmed(Square).ledger.beats == usual.ledger.beats
    for beat, longer, shorter in zip(
        *(film.ledger.beats for film in (usual, slow, fast)), strict=True
    ):
        for time in ("start", "pause", "end"):
            seconds = getattr(beat, time)
            # Each play and each wait is a whole number of frames.
            assert getattr(longer, time) == pytest.approx(seconds / 0.7, abs=0.5)
            assert getattr(shorter, time) == pytest.approx(seconds / 1.5, abs=0.5)
    assert usual.time < slow.time == pytest.approx(usual.time / 0.7, abs=0.6)
    assert usual.time > fast.time == pytest.approx(usual.time / 1.5, abs=0.6)


@pytest.mark.parametrize(
    "title",
    ['#import "x" $y$ *z*', "Dr. A. B. on 1.2.3", "x" * 80, "DEEP STACKS DO NOT LEARN " * 3],
)
def test_a_persons_title(still: Path, title: str) -> None:
    film = filmed(Square, film={"title": title})
    assert title in on_screen(film)
    assert film.about()["title"] == title
    assert not any(entry["name"] == "words" for entry in film.ledger.numbers)
    assert SAFE.holds(on_screen(film)[title], slack=0.05)


def test_a_beat_that_says_nothing_is_an_error(still: Path) -> None:
    with pytest.raises(RuntimeError, match="the beat it_goes of Mute says nothing"):
        filmed(Mute)


@pytest.mark.parametrize("name", THEMES)
def test_a_film_wears_its_theme(still: Path, name: str) -> None:
    film = filmed(Square, film={"theme": name})
    assert film.theme == THEMES[name]
    corner = film.camera.pixel_array[0, 0, :3].tolist()
    assert mn.ManimColor(corner) == mn.ManimColor(THEMES[name].background)


def test_each_beat_is_a_section(movie: Path) -> None:
    film = filmed(Square)
    path = film.renderer.file_writer.movie_file_path
    assert path.is_file()
    assert path.with_suffix(".json").is_file()
    assert path.with_suffix(".srt").is_file()
    sections = [section.name for section in film.renderer.file_writer.sections]
    assert sections[-2:] == ["it_comes", "it_goes"]


def test_a_film_has_its_own_default(monkeypatch: pytest.MonkeyPatch, still: Path) -> None:
    monkeypatch.delenv("BACKPROP_EXPERIMENT", raising=False)
    assert Square().experiment == Experiment(network={"depth": 3}) == Square.default_experiment()


def test_a_file_of_the_environment_takes_its_place(
    monkeypatch: pytest.MonkeyPatch, still: Path
) -> None:
    path = still / "mine.toml"
    path.write_text("seed = 7\n")
    monkeypatch.setenv("BACKPROP_EXPERIMENT", str(path))
    assert settings.experiment_path() == path
    # What it leaves unset is the film's own.
    assert Square().experiment == Experiment(seed=7, network={"depth": 3})
    # What is passed counts for more than the environment.
    assert Square(Experiment(seed=1)).experiment == Experiment(seed=1)


@pytest.mark.parametrize("text", [None, "sed = 1\n", "seed = [\n", "network.depth = 0\n"])
def test_a_bad_file_of_the_environment_ends_in_one_line(
    text: str | None,
    monkeypatch: pytest.MonkeyPatch,
    still: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = still / "bad.toml"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("BACKPROP_EXPERIMENT", str(path))
    with pytest.raises(SystemExit) as left:
        Square()
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "bad.toml" in said.err


@pytest.mark.parametrize(
    ("text", "said"),
    quick_cases(
        [
            ("sed = 1", "bad.toml: sed: unknown field; did you mean seed?"),
            ('film.title = "漢"', 'bad.toml: film.title: got "漢"; allowed characters that'),
            ("network.widths = [3, 3, 3]", "bad.toml: network.widths: got 3 inputs and 3 outputs"),
            (
                'data = { name = "file", path = "none.npz" }',
                "bad.toml: data.path: none.npz: no such file",
            ),
            (
                "network = { depth = 2, width = 4096 }\n"
                'data = { name = "file", path = "wide.npz" }',
                "network.width: got 4,096; allowed less, to be compared at other depths",
            ),
        ],
        "field",
        "film",
        ids=["field", "title", "widths", "data", "film"],
    ),
)
def test_manim_itself_ends_with_2_on_a_bad_file(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    np.savez(tmp_path / "wide.npz", x=np.zeros((1000, 1500), np.uint8), y=np.arange(1000))
    film = Path(__file__).parents[2] / "scenes" / "leak.py"
    command = [sys.executable, "-m", "manim", "render", "-ql", "--media_dir", "media", str(film)]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"BACKPROP_EXPERIMENT": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.replace(f"{tmp_path}/", "").startswith(said)
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.rglob("*.mp4"))


def test_a_render_leaves_the_configuration_as_it_was(tmp_path: Path) -> None:
    before = dict(mn.config)
    with rendering(tmp_path, "medium", format="png"):
        assert mn.config.media_dir == str(tmp_path)
        assert (mn.config.pixel_height, mn.config.frame_rate) == (720, 30)
    assert dict(mn.config) == before


def test_no_film_trusts_the_segment_cache() -> None:
    with mn.tempconfig({"disable_caching": False}):
        settings.prepare()
        assert mn.config.disable_caching


def test_magnitudes_become_shares_of_their_range() -> None:
    assert levels(np.array([-6.0, -3.0, 0.0])) == pytest.approx([0, 0.5, 1])
    assert levels(np.array([-np.inf, -4.0, 0.0])) == pytest.approx([0, 0, 1])
    assert levels(np.full(3, -np.inf)).tolist() == [0, 0, 0]
    # Within a decade colours differ by less than their whole range.
    assert levels(np.array([-0.1, 0.0])) == pytest.approx([0.9, 1])


@pytest.mark.parametrize(
    ("fields", "subtitle"),
    [
        ({}, "7 examples"),
        ({"seed": 0}, "7 examples, seed 0"),
        ({"seed": 1234}, "7 examples, seed 1234"),
    ],
)
def test_a_seed_that_was_chosen_is_on_the_film(
    still: Path, fields: dict[str, object], subtitle: str
) -> None:
    film = filmed(Square, **fields)
    assert film.about()["subtitle"] == subtitle
    titled = {n["name"] for n in film.ledger.numbers if n["beat"] == "title"}
    assert titled == ({"examples", "seed"} if fields else {"examples"})


def test_the_seed_of_a_film_itself_is_not_in_its_opening_heading(still: Path) -> None:
    class Own(Square):
        defaults: ClassVar[Mapping[str, object]] = {"seed": 5}

    def titled(seed: int) -> set[str]:
        return {n["name"] for n in filmed(Own, seed=seed).ledger.numbers if n["beat"] == "title"}

    assert titled(5) == {"examples"}
    assert titled(6) == {"examples", "seed"}


def test_where_the_subtitle_has_no_room_the_seed_is_beside_the_sources(still: Path) -> None:
    class Long(Square):
        def subtitle(self) -> Sentence:
            return sentence("words " * 16)

    film = filmed(Long, seed=3)
    assert film.about()["subtitle"] == "words " * 16
    assert "Sources: Nobody (2020); seed 3" in on_screen(film)


@pytest.mark.parametrize("count", [1, 2, 9, 60])
def test_a_sweep_takes_the_time_it_is_given(count: int) -> None:
    squares = [mn.Square() for _ in range(count)]
    assert sweep([mn.FadeIn(square) for square in squares], 3.0).run_time == 3.0
