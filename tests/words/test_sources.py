"""One style of citation, with a link that can be followed."""

import re

import pytest

from scenes.production.request.catalog import FILMS, describe
from scenes.words.sources import (
    CARD,
    SOURCES,
    Citation,
    as_markdown,
    citations,
    on_a_card,
    recognised,
)

STYLE = re.compile(r"[^,()]+, [^()]+ \((?:19|20)\d\d\)")


@pytest.mark.parametrize("name", SOURCES)
def test_authors_title_year_and_an_address(name: str) -> None:
    (cited,) = citations([name])
    assert STYLE.fullmatch(cited.text)
    assert re.fullmatch(r"https://[\w./-]+", cited.address)
    assert as_markdown(cited) == f"[{cited.text}]({cited.address})"


@pytest.mark.parametrize("film", FILMS)
def test_a_film_cites_known_sources_on_one_line_of_its_picture(film: str) -> None:
    names = describe(film).sources
    assert names
    assert set(names) <= set(SOURCES)
    card = on_a_card(names)
    assert len(card) <= CARD
    assert all(SOURCES[name].authors in card for name in names)
    assert all(str(SOURCES[name].year) in card for name in names)


def test_titles_are_on_the_card_if_all_of_them_fit() -> None:
    assert on_a_card(["he"]) == "He et al., Delving Deep into Rectifiers (2015)"
    assert on_a_card(["he", "glorot"]) == "He et al. (2015); Glorot & Bengio (2010)"
    assert on_a_card(["the learner's own file"]) == "the learner's own file"


def test_an_address_from_a_file_is_a_link_only_if_it_is_one_of_ours() -> None:
    ours = SOURCES["he"].address
    assert recognised("He", ours) == Citation("He", ours)
    for address in ("javascript:alert(1)", "https://evil.example", f"{ours}#x", ""):
        assert recognised("He", address) == Citation("He")
