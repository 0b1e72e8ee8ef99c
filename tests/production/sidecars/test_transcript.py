"""Transcripts: a film without its pictures, as data and as Markdown."""

import json
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from backprop_core.experiment.config import Experiment, load_experiment
from scenes.production.request.catalog import default_experiment
from scenes.production.sidecars.layer_table import as_dicts, layer_rows
from scenes.production.sidecars.transcript import MOST_ROWS, Series, transcript_of
from scenes.production.sidecars.transcript_markdown import as_markdown, escaped, lecture_as_markdown
from scenes.words.figures import Figure, magnitude, measured
from scenes.words.ledger import Ledger

HOSTILE = "<script>alert(1)</script> | `x` *b* [l](http://a.b) & ``` # ![i](j) $x$"


def ledger_of(experiment: Experiment, film: str = "leak", **changes: Any) -> dict[str, Any]:
    """Return a record as a film leaves it, with one beat."""
    return {
        "film": film,
        "title": "A title",
        "summary": "What it is",
        "subtitle": "a network",
        "sources": [{"text": "Somebody (2016)", "address": ""}],
        "experiment": experiment.model_dump(mode="json"),
        "versions": {"numpy": "2"},
        "alt": "A picture.",
        "beats": [
            {"name": "first_run", "sentence": "It runs.", "start": 0.0, "end": 4.5, "pause": 3.5}
        ],
        "shown": [{"beat": "first_run", "time": 3.5, "text": "A curve."}],
        "numbers": [],
        "declared": [],
        **changes,
    }


def numbers(*figures: Figure, standing: tuple[Figure, ...] = (), label: str = "") -> Any:
    ledger = Ledger()
    ledger.record("first_run", figures, label)
    ledger.note_standing("first_run", standing, label)
    return ledger.numbers


class Tags(HTMLParser):
    """Collects tags and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def page(markdown: str) -> Tags:
    """Render Markdown as on a site that allows HTML."""
    tags = Tags()
    tags.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    return tags


def test_a_passage_holds_what_is_said_shown_and_measured() -> None:
    loss = measured("loss[0]", 7.98)
    entries = numbers(loss, standing=(loss,), label="loss at first")
    (passage,) = transcript_of(ledger_of(Experiment(), numbers=entries)).passages
    assert (passage.heading, passage.sentence, passage.shown) == (
        "First run",
        "It runs.",
        "A curve.",
    )
    assert (passage.start, passage.end, passage.pause) == (0.0, 4.5, 3.5)
    ((number),) = passage.numbers
    assert (number.name, number.label, number.text) == ("loss[0]", "loss at first", "7.98")
    assert not number.said
    assert passage.series == ()


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("It falls to 7.98.", True),
        ("It is 7.98, or not.", True),
        ("It is 7.98 × 10⁻⁵.", False),
        ("It is 17.98, or 7.983, or −7.98.", False),
    ],
)
def test_what_the_words_say_is_not_listed_again(sentence: str, said: bool) -> None:
    beats = [ledger_of(Experiment())["beats"][0] | {"sentence": sentence}]
    loss = measured("loss[0]", 7.98)
    entries = numbers(loss, standing=(loss,))
    made = transcript_of(ledger_of(Experiment(), beats=beats, numbers=entries))
    assert [number.said for number in made.passages[0].numbers] == [said]
    assert ("`loss[0]`" in as_markdown(made)) != said


def test_what_the_subtitle_says_is_not_listed_again() -> None:
    (entry,) = numbers(measured("loss[0]", 7.98))
    entries = [entry | {"beat": "title"}, entry]
    (passage,) = transcript_of(ledger_of(Experiment(), numbers=entries)).passages
    assert passage.numbers == ()


def test_in_a_lecture_a_film_begins_later() -> None:
    ledger = ledger_of(Experiment())
    (passage,) = transcript_of(ledger, start=100.0).passages
    assert (passage.start, passage.end, passage.pause) == (100.0, 104.5, 103.5)
    # A ledger of an older version does not tell when the sentence appeared.
    assert passage.said == 100.0
    ledger["beats"][0]["said"] = 2.5
    (passage,) = transcript_of(ledger, start=100.0).passages
    assert passage.said == 102.5


def test_what_counts_is_told_by_its_ends() -> None:
    values = (0.5, 0.25, 3.0, 0.125, 2.0)
    figures = [measured(f"slope[{n}]", value) for n, value in enumerate(values)]
    entries = numbers(*figures, standing=(figures[-1],), label="slope")
    (passage,) = transcript_of(ledger_of(Experiment(), numbers=entries)).passages
    assert [number.text for number in passage.numbers] == ["2.00"]
    assert passage.series == (
        Series("slope", "slope", 5, first="0.500", last="2.00", least="0.125", largest="3.00"),
    )


def test_numbers_beyond_floats_are_ordered_too() -> None:
    figures = [magnitude(f"signal[{n}]", log10) for n, log10 in enumerate((-400, -500, 0, 350, 1))]
    (passage,) = transcript_of(ledger_of(Experiment(), numbers=numbers(*figures))).passages
    (series,) = passage.series
    assert (series.least, series.largest) == ("1.00 × 10⁻⁵⁰⁰", "1.00 × 10³⁵⁰")


def test_a_number_that_stays_is_told_once() -> None:
    beats = [
        {"name": name, "sentence": "It runs.", "start": 0.0, "end": 1.0, "pause": 1.0}
        for name in ("first_run", "second_run")
    ]
    (entry,) = numbers(measured("loss[0]", 7.98))
    entries = [entry, entry | {"beat": "second_run"}]
    made = transcript_of(ledger_of(Experiment(), beats=beats, numbers=entries))
    assert [len(passage.numbers) for passage in made.passages] == [1, 0]


@pytest.mark.parametrize("depth", [3, MOST_ROWS + 1])
def test_the_table_is_that_of_the_layers(depth: int) -> None:
    experiment = Experiment(network={"depth": depth, "width": 4}, data={"samples": 20})
    rows = as_dicts(layer_rows(experiment))
    layers = json.loads(json.dumps({"examples": 20, "rows": rows}))
    made = transcript_of(ledger_of(experiment, layers=layers))
    table = made.layers
    assert table is not None
    shown = [int(row[0]) for row in table.rows]
    if depth == 3:
        assert (shown, table.left_out) == ([1, 2, 3], 0)
    else:
        assert (shown[0], shown[-1], len(shown) + table.left_out) == (1, depth, depth)
    assert all(len(row) == len(table.headings) for row in table.rows)
    tags = page(as_markdown(made))
    # A row of headings, the rows, and one for the gap.
    assert tags.tags.count("tr") == 1 + len(shown) + (table.left_out > 0)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"network": {"widths": [64, 3, 5, 10]}},
        {"film": {"title": HOSTILE, "theme": "light"}},
        {"network": {"depth": 3}, "seed": 7},
    ],
    ids=["default", "widths", "hostile", "deep"],
)
def test_the_configuration_is_the_experiment(fields: dict[str, Any], tmp_path: Path) -> None:
    experiment = Experiment(**fields)
    made = transcript_of(json.loads(json.dumps(ledger_of(experiment))))
    (tmp_path / "leak.toml").write_text(made.configuration, encoding="utf-8")
    read = load_experiment(tmp_path / "leak.toml")
    assert read.canonical() == experiment.canonical()
    assert made.configured == (experiment != default_experiment("leak"))
    assert made.command == "backprop render leak" + " --config leak.toml" * made.configured


def test_a_folder_of_somebodys_machine_is_not_told(tmp_path: Path) -> None:
    experiment = Experiment(data={"name": "file", "path": str(tmp_path / "mine.npz")})
    made = transcript_of(ledger_of(experiment))
    assert tomllib.loads(made.configuration)["data"]["path"] == "mine.npz"
    assert str(tmp_path) not in as_markdown(made)


def test_a_hostile_title_stays_text() -> None:
    experiment = Experiment(film={"title": HOSTILE})
    names = [measured("loss[`<b>`]", 1.0)]
    ledger = ledger_of(experiment, title=HOSTILE, alt=HOSTILE, numbers=numbers(*names))
    tags = page(as_markdown(transcript_of(ledger)))
    allowed = {"h1", "h2", "h3", "p", "img", "blockquote", "pre", "code", "ul", "li"}
    assert set(tags.tags) <= allowed
    assert tags.tags.count("img") == 1
    assert tags.tags.count("pre") == 2
    assert HOSTILE in tags.text


@pytest.mark.parametrize("text", [HOSTILE, "a_b_c ~~d~~ \\ <", "1 < 2 && 3 > 2", "x\n# y"])
def test_text_is_shown_as_it_is(text: str) -> None:
    tags = page(f"It says: {escaped(text)}")
    assert tags.tags == ["p"]
    assert tags.text.strip() == "It says: " + text.replace("\n", " ")


def test_a_lecture_is_one_document() -> None:
    film = transcript_of(ledger_of(Experiment()))
    text = lecture_as_markdown("All | of it", [film, film], ["Left out is layer: too wide."])
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[0] == r"# All \| of it"
    assert [line for line in headings if line.startswith("## ")] == ["## A title"] * 2
    assert "Left out is layer: too wide." in text


def test_what_is_no_record_of_a_film_is_refused() -> None:
    broken = ledger_of(Experiment())
    del broken["alt"]
    with pytest.raises(KeyError):
        transcript_of(broken)
