"""Facts about films, read without importing them."""

import importlib
import subprocess
import sys

import pytest

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.production.request import catalog


@pytest.mark.parametrize("name", catalog.FILMS)
def test_what_is_read_from_the_source_is_what_the_class_says(name: str) -> None:
    module, _, film = catalog.FILMS[name].partition(":")
    found = getattr(importlib.import_module(module), film)
    facts = catalog.describe(name)
    assert (facts.title, facts.summary, facts.reads) == (found.title, found.summary, found.reads)
    assert (facts.defaults, facts.sources) == (found.defaults, found.sources)
    assert catalog.default_experiment(name) == found.default_experiment()


@pytest.mark.parametrize("name", catalog.FILMS)
def test_a_film_is_named_after_its_file_and_says_which_fields_it_reads(name: str) -> None:
    assert catalog.source_file(name).stem == name
    fields = Experiment.model_fields
    for field in catalog.describe(name).reads:
        section, _, inner = field.partition(".")
        assert section in fields
        assert not inner or inner in type(getattr(Experiment(), section)).model_fields


def test_no_two_films_have_one_place_in_the_lecture() -> None:
    orders = [catalog.describe(name).order for name in catalog.FILMS]
    assert orders == sorted(set(orders))


def test_defaults_are_applied() -> None:
    assert catalog.default_experiment("tiny:Tiny") == Experiment(network={"depth": 2})


def test_an_unknown_film_suggests_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        catalog.describe("vanishin")
    allowed = ", ".join(catalog.FILMS)
    assert caught.value.problems == (
        f'film: got "vanishin"; allowed {allowed}; did you mean vanishing?',
    )


def test_manim_is_not_imported() -> None:
    program = (
        "import sys; from scenes.production.request import catalog\n"
        "for name in catalog.FILMS: catalog.default_experiment(name)\n"
        "sys.exit('manim' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_film_has_its_own_beats_and_no_others() -> None:
    found = {path.parent.name for path in catalog.source_files("vanishing")}
    assert found == {"scenes", "beats", "vanishing"}
    assert catalog.source_files("landscape") == {catalog.source_file("landscape")}
