"""The choice of an experiment, and the errors in it."""

from pathlib import Path

import numpy as np
import pytest

from backprop_core.errors import InputError
from backprop_core.experiment import presets
from backprop_core.experiment.config import Experiment, as_toml, commented_toml
from scenes.production.request.catalog import FILMS, default_experiment
from scenes.production.request.job import Job
from scenes.production.request.selection import Selection


def problems(selection: Selection) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        selection.experiment(Experiment())
    return caught.value.problems


def test_nothing_chosen_is_the_default() -> None:
    default = Experiment(network={"depth": 4})
    assert Selection().experiment(default) == default
    assert Selection().name == "default"


def test_settings_change_the_default_the_preset_or_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep.toml"
    path.write_text("network.gain = 2.0\n")
    settings = ("network.depth=3", "network.depth=5")
    default = Experiment(seed=7)
    chosen = Selection(settings=settings).experiment(default)
    assert chosen == Experiment(seed=7, network={"depth": 5})
    chosen = Selection(config=path, settings=settings).experiment(default)
    assert chosen == Experiment(seed=7, network={"depth": 5, "gain": 2.0})
    chosen = Selection(preset="shallow", settings=settings).experiment(default)
    assert chosen == presets.load("shallow").override({"seed": 7, "network.depth": 5})


@pytest.mark.parametrize("film", FILMS)
def test_an_unedited_file_films_what_is_filmed_without_it(film: str, tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    path.write_text(commented_toml(), encoding="utf-8")
    own = default_experiment(film)
    found = Selection(config=path).experiment(own)
    assert found == own
    assert Job(film, found).keys() == Job(film, own).keys()


@pytest.mark.parametrize("film", FILMS)
def test_a_field_that_is_set_changes_the_films_own_default_in_that_field_alone(
    film: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("training.batch_size = 7\n", encoding="utf-8")
    own = default_experiment(film)
    found = Selection(config=path).experiment(own)
    assert found == own.override({"training.batch_size": 7})


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("name", presets.names())
def test_a_preset_is_the_file_that_it_is_written_to(film: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(presets.text(name), encoding="utf-8")
    found = Selection(preset=name).experiment(default_experiment(film))
    assert found == Selection(config=path).experiment(default_experiment(film))
    for field in ("depth", "activation", "init", "gain"):
        assert getattr(found.network, field) == getattr(presets.load(name).network, field)
    # The transcript of a film states all fields: they film the same again.
    path.write_text(as_toml(found), encoding="utf-8")
    assert Selection(config=path).experiment(default_experiment(film)) == found


def test_what_was_chosen_together_is_not_torn_apart(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"

    def chosen(own: dict[str, object], text: str) -> Experiment:
        path.write_text(text, encoding="utf-8")
        return Selection(config=path).experiment(Experiment(**own))

    hinge = {"network": {"output": "identity", "loss": "hinge"}}
    assert chosen(hinge, 'network.output = "softmax"').network.loss == "cross_entropy"
    assert chosen(hinge, 'network.loss = "cross_entropy"').network.output == "sigmoid"
    tanh = {"network": {"output": "tanh", "loss": "quadratic"}}
    assert chosen(tanh, 'network.loss = "quadratic"').network.output == "tanh"
    widths = {"network": {"widths": [64, 5, 10]}}
    assert chosen(widths, "network.depth = 4").depth == 4
    assert chosen({"network": {"depth": 4}}, "network.widths = [64, 5, 10]").depth == 2
    pixels = {"data": {"scale": 16.0, "standardize": False}}
    assert chosen(pixels, 'data.name = "moons"').data.scale == 1
    assert chosen(pixels, 'data.name = "digits"').data.scale == 16


def test_a_data_file_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    np.savez(folder / "mine.npz", x=np.eye(4), y=np.array([0, 1, 0, 1]))
    (folder / "mine.toml").write_text(
        'data = { name = "file", path = "mine.npz", held_out = "mine.npz" }\n'
    )
    monkeypatch.chdir(tmp_path)
    found = Selection(config=Path("sub/mine.toml")).experiment(Experiment())
    assert set(found.data.files.values()) == {str(folder / "mine.npz")}


def test_everything_wrong_is_said_together() -> None:
    wrong = Selection(settings=("x", "network.depth=1", "network.gain=-1"))
    assert problems(wrong) == (
        '--set: got "x"; allowed KEY=VALUE, for example network.depth=12',
        "--set: network.depth: got 1; allowed a whole number, 2 <= depth <= 2000",
        "--set: network.gain: got -1; allowed 0 < gain <= 1000",
    )


def test_what_only_the_data_and_the_typeface_can_tell_is_said_together(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[film]\ntitle = "Größe 中 ∂"\n[network]\nwidths = [3, 3, 3]\n')
    assert problems(Selection(config=path)) == (
        f'{path}: film.title: got "Größe 中 ∂"; allowed characters that the films\' typeface has; '
        "it lacks 中 (CJK UNIFIED IDEOGRAPH-4E2D)",
        f"{path}: network.widths: got 3 inputs and 3 outputs; allowed 64 and 10, those of the "
        "data (digits)",
    )


@pytest.mark.parametrize(
    ("selection", "source"),
    [
        (Selection(settings=("network.width=4096", "network.depth=2000")), "--set"),
        (
            Selection(preset="relu-he", settings=("network.width=4096", "network.depth=2000")),
            "preset relu-he with --set",
        ),
    ],
)
def test_lines_name_where_the_numbers_came_from(selection: Selection, source: str) -> None:
    (line,) = problems(selection)
    assert line.startswith(f"{source}: network: got 33,5")


def test_fields_of_the_film_are_added_where_nothing_else_sets_them(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[film]\ntheme = "dark"\n', encoding="utf-8")
    paper = {"theme": "light", "narration": False}
    for selection, added in (
        (Selection(), ('film.theme="light"', "film.narration=false")),
        (Selection(settings=("film.theme=dark", "seed=3")), ("film.narration=false",)),
        (Selection(config=path), ("film.narration=false",)),
        (Selection(preset="relu-he"), ('film.theme="light"', "film.narration=false")),
    ):
        changed = selection.with_film(**paper)
        assert changed.settings == (*selection.settings, *added)
        look = changed.experiment(Experiment()).film
        assert (look.theme == "light") == (len(added) == 2)
        assert not look.narration
    again = Selection().with_film(**paper)
    assert again.with_film(**paper) == again
