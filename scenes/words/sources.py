"""The sources of films: one style of citation, with a link wherever one can be followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

CARD = 110
"""The most characters of the sources in a picture, where they have one line."""


class Citation(NamedTuple):
    """A source as it is written.

    Attributes
    ----------
    text
        "He et al., Delving Deep into Rectifiers (2015)".
    address
        Where it can be read: a https address, or empty if there is none.
    """

    text: str
    address: str = ""


@dataclass(frozen=True)
class Source:
    """Something that a film rests on.

    Attributes
    ----------
    authors
        One, two joined by "&", or the first of more with "et al."
    title, year, address
        Its title may be shortened; see `Citation`.
    """

    authors: str
    title: str
    year: int
    address: str

    @property
    def citation(self) -> Citation:
        """Authors, title and year, with the address."""
        return Citation(f"{self.authors}, {self.title} ({self.year})", self.address)

    @property
    def short(self) -> str:
        """Authors and year."""
        return f"{self.authors} ({self.year})"


SOURCES: Mapping[str, Source] = {
    "cs231n circuits": Source(
        "Karpathy",
        "CS231n: Backpropagation, Intuitions",
        2015,
        "https://cs231n.github.io/optimization-2/",
    ),
    "cs231n loss": Source(
        "Karpathy", "CS231n: Optimization", 2015, "https://cs231n.github.io/optimization-1/"
    ),
    "cs231n training": Source(
        "Karpathy",
        "CS231n: Learning and Evaluation",
        2015,
        "https://cs231n.github.io/neural-networks-3/",
    ),
    "glorot": Source(
        "Glorot & Bengio",
        "Understanding the difficulty of training deep feedforward neural networks",
        2010,
        "https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    "he": Source(
        "He et al.", "Delving Deep into Rectifiers", 2015, "https://arxiv.org/abs/1502.01852"
    ),
    "karpathy": Source(
        "Karpathy",
        "Yes you should understand backprop",
        2016,
        "https://karpathy.medium.com/yes-you-should-understand-backprop-e2f06eab496b",
    ),
    "lecun": Source(
        "LeCun et al.", "Efficient BackProp", 1998, "https://doi.org/10.1007/3-540-49430-8_2"
    ),
    "micikevicius": Source(
        "Micikevicius et al.", "Mixed Precision Training", 2018, "https://arxiv.org/abs/1710.03740"
    ),
    "mpmath": Source("The mpmath development team", "mpmath", 2023, "https://mpmath.org/"),
    "okabe": Source(
        "Okabe & Ito", "Color Universal Design", 2008, "https://jfly.uni-koeln.de/color/"
    ),
    "schoenholz": Source(
        "Schoenholz et al.",
        "Deep Information Propagation",
        2017,
        "https://arxiv.org/abs/1611.01232",
    ),
    "weston": Source(
        "Weston & Watkins",
        "Support Vector Machines for Multi-Class Pattern Recognition",
        1999,
        "https://www.elen.ucl.ac.be/Proceedings/esann/esannpdf/es1999-461.pdf",
    ),
}
"""Name -> source; a film names its own in `Film.sources`."""


def citations(names: Iterable[str]) -> tuple[Citation, ...]:
    """Return the citations of sources; what is not in `SOURCES` is cited as it stands."""
    return tuple(SOURCES[name].citation if name in SOURCES else Citation(name) for name in names)


def on_a_card(names: Iterable[str]) -> str:
    """Cite sources on one line of a picture: without titles if they do not fit with them."""
    wanted = list(names)
    whole = "; ".join(one.text for one in citations(wanted))
    if len(whole) <= CARD:
        return whole
    return "; ".join(SOURCES[name].short if name in SOURCES else name for name in wanted)


def recognised(text: str, address: str) -> Citation:
    """Return a citation that was read from a file, with its address only if it is one of ours."""
    ours = any(address == source.address for source in SOURCES.values())
    return Citation(text, address if ours else "")


def as_markdown(cited: Citation) -> str:
    """Write a citation whose text needs no escaping as Markdown."""
    return f"[{cited.text}]({cited.address})" if cited.address else cited.text
