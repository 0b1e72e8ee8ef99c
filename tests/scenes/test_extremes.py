"""The largest experiments that are allowed: films stay as long, and nearly as light, as others.

What they compute is bounded by `backprop_core.budget`, which the tests of the stories see to; here
it is what they draw.
"""

import json
from collections.abc import Sequence
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import pytest

from scenes.kit.film import LAST_PICTURE, LONGEST_FILM, Film
from scenes.kit.settings import rendering
from scenes.production.request.catalog import FILMS, default_experiment
from scenes.production.request.selection import check_experiment
from scenes.production.store.bounded_reads import LEDGER_BYTES
from tests.production.tiny import Tiny
from tests.scenes.film_probe import FRAME_RATE, ProbeRenderer
from tests.selection import quick_cases

FEW = {"data.samples": 60, "training.epochs": 2}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("vanishing", {"network.depth": 2000, "network.width": 10} | FEW),
    ("numerics", {"network.depth": 2000, "network.width": 90, "dtype": "float16"} | FEW),
    ("learning_speed", {"network.depth": 2000, "network.width": 4} | FEW),
    ("learning_speed", {"training.epochs": 10_000, "training.batch_size": 1000}),
    ("remedies", {"network.depth": 2, "network.width": 1, "data.name": "moons"}),
    ("layer", {"network.depth": 2, "network.width": 4096, "data.name": "noise"} | FEW),
    ("circuit", {"circuit.inputs": [1000.0, -1e-300, 0.1], "circuit.weights": [-1000.0, 1, 2, 3]}),
    ("landscape", {"data.name": "file", "network.depth": 2, "data.samples": 5000}),
]


@pytest.mark.parametrize(
    ("film", "changes"), quick_cases(CASES, "layer", "circuit", ids=[film for film, _ in CASES])
)
def test_a_film_is_bounded(film: str, changes: dict[str, Any], tmp_path: Path) -> None:
    if changes.get("data.name") == "file":
        # As many classes as there may be.
        path = tmp_path / "wide.npz"
        np.savez(path, x=np.eye(4096, 512, dtype=np.uint8), y=np.arange(4096))
        changes = changes | {"data.path": str(path)}
    experiment = default_experiment(film).override(changes)
    check_experiment(experiment)
    module, _, name = FILMS[film].partition(":")
    most, frame = [0, 0], count()

    def look(scene: Film) -> None:
        if next(frame) % 5:
            return
        family = [member for mobject in scene.mobjects for member in mobject.get_family()]
        drawn = [m for m in family if isinstance(m, mn.VMobject) and len(m.points)]
        most[:] = max(most[0], len(drawn)), max(most[1], sum(len(m.points) for m in drawn))

    with rendering(tmp_path, "low", format="png", frame_rate=FRAME_RATE):
        shown = getattr(import_module(module), name)(experiment, renderer=ProbeRenderer(look))
        shown.render()
    assert shown.time <= LONGEST_FILM + LAST_PICTURE
    assert most[0] <= 4500
    assert most[1] <= 120_000
    document = shown.ledger.document(shown.about())
    assert len(json.dumps(document)) < LEDGER_BYTES / 10


class Endless(Tiny):
    """Rests for longer than a film may take."""

    def it_turns(self) -> None:
        """Rest."""
        self.say("It rests.")
        self.wait(LONGEST_FILM)

    def script(self) -> Sequence[Any]:
        """Return a beat."""
        return (self.it_turns, self.it_fades)


def test_a_film_without_end_is_a_mistake(tmp_path: Path) -> None:
    with rendering(tmp_path, "low", format="png", frame_rate=FRAME_RATE):
        film = Endless(renderer=ProbeRenderer(lambda scene: None))
        with pytest.raises(RuntimeError, match=r"Endless takes 9\d s until it_turns ends"):
            film.render()
