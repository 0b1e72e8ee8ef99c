"""The ledger of the numbers that a film shows."""

import json
import math
from pathlib import Path

import pytest

from backprop_core.folder import Folder
from scenes.words.figures import constant, count, index, magnitude, measured, percent, tick
from scenes.words.ledger import Ledger, Picture, Shown, Spoken, write_json


def test_a_number_is_entered_once_a_beat() -> None:
    ledger = Ledger()
    ledger.record("one", [measured("loss", 0.5), measured("loss", 0.5)])
    ledger.record("one", [measured("loss", 0.5)])
    ledger.record("one", [measured("loss", 0.25)])
    ledger.record("two", [measured("loss", 0.5)])
    entries = [(entry["beat"], entry["value"]) for entry in ledger.numbers]
    assert entries == [("one", 0.5), ("one", 0.25), ("two", 0.5)]


def test_what_was_computed_and_what_was_declared_stand_apart() -> None:
    ledger = Ledger()
    shown = [measured("a", 1), count("b", 2), index(3), tick(4), constant("e", "5")]
    ledger.record("beat", shown)
    assert [entry["name"] for entry in ledger.numbers] == ["a", "b"]
    assert [entry["name"] for entry in ledger.declared] == ["layer", "tick", "e"]


def test_an_entry_holds_the_value_and_how_it_was_written() -> None:
    ledger = Ledger()
    ledger.record("b", [percent("p", 0.123), magnitude("m", -602.3), magnitude("z", -math.inf)])
    share, tiny, zero = ledger.numbers
    assert share == {
        "beat": "b",
        "name": "p",
        "value": 0.123,
        "unit": "%",
        "text": "12\u202f%",
        "kind": "measured",
    }
    assert (tiny["log10"], tiny["text"]) == (-602.3, "5.01 × 10⁻⁶⁰³")
    assert (zero["value"], zero["log10"], zero["text"]) == (0.0, None, "0 exactly")


def test_a_value_beyond_floats_is_given_by_its_logarithm() -> None:
    ledger = Ledger()
    ledger.record("b", [magnitude("m", 400.0)])
    assert (ledger.numbers[0]["value"], ledger.numbers[0]["log10"]) == (None, 400.0)


def test_the_document_is_json(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.record("b", [measured("a", 2.31e-7)])
    ledger.beats.append(Spoken("b", "It shrinks.", 0.0, 2.5, 1.5, 0.5))
    ledger.shown.append(Shown("b", 1.5, "A bar."))
    ledger.pictures["last"] = Picture("b", 4.5)
    write_json(tmp_path / "film.json", ledger.document({"film": "x", "title": "Größe"}))
    read = json.loads((tmp_path / "film.json").read_text(encoding="utf-8"))
    assert list(read) == [
        *("film", "title", "alt", "pictures", "beats", "shown", "numbers", "declared")
    ]
    times = {"start": 0.0, "end": 2.5, "pause": 1.5, "said": 0.5}
    assert read["beats"] == [{"name": "b", "sentence": "It shrinks.", **times}]
    assert read["pictures"] == {"last": {"beat": "b", "time": 4.5}}
    assert read["shown"] == [{"beat": "b", "time": 1.5, "text": "A bar."}]
    assert read["title"] == "Größe"


def test_what_stands_in_the_end_is_marked() -> None:
    ledger = Ledger()
    on_its_way, there = measured("slope[1]", 0.5), measured("slope[2]", 0.25)
    ledger.record("b", [on_its_way, there])
    ledger.note_standing("b", [there], "slope")
    # What was never recorded is not entered by the back door.
    ledger.note_standing("b", [measured("slope[3]", 0.125)])
    assert [(e["value"], e.get("stands"), e.get("label")) for e in ledger.numbers] == [
        (0.5, None, None),
        (0.25, True, "slope"),
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused_and_the_old_file_stays(tmp_path: Path, value: float) -> None:
    path = tmp_path / "film.json"
    write_json(path, {"old": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"new": value})
    assert json.loads(path.read_text()) == {"old": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.json"
    write_json(path, {"old": 1})

    def refuse(self: Folder, *names: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "move", refuse)
        with pytest.raises(OSError, match="disk full"):
            write_json(path, {"new": 2})
    assert json.loads(path.read_text()) == {"old": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_the_file(tmp_path: Path) -> None:
    write_json(tmp_path / "film.json", {})
    assert (tmp_path / "film.json").stat().st_mode & 0o777 == 0o644
