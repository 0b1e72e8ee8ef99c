"""The notebook for students runs from top to bottom, and is stored without outputs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from scenes.production.video.verify import decode
from tests.production.test_player import Player

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "scenes" / "notebook.ipynb"
MOST_SECONDS = 300
"""For one cell, on a machine that does other things."""


def stored() -> nbformat.NotebookNode:
    found = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(found)
    return found


def test_it_is_stored_without_outputs() -> None:
    for cell in stored().cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("student")


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[str, list[nbformat.NotebookNode]]:
    """Run it in an empty folder, and return what came out of each cell, by its name."""
    with pytest.MonkeyPatch.context() as patch:
        # Neither settings nor kernels of the one who tests.
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / "jupyter"))
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        (folder / "work").mkdir()
        notebook = stored()
        place = {"metadata": {"path": str(folder / "work")}}
        NotebookClient(
            notebook, timeout=MOST_SECONDS, kernel_name="python3", resources=place
        ).execute()
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def html(outputs: list[nbformat.NotebookNode]) -> str:
    return str(outputs[-1].data["text/html"])


@pytest.mark.thorough
def test_every_cell_shows_something_and_none_complains(
    outputs: dict[str, list[nbformat.NotebookNode]],
) -> None:
    for name, shown in outputs.items():
        assert shown, name
        assert {each.output_type for each in shown} <= {"execute_result", "display_data"}, name
        assert shown[-1].output_type == "execute_result"


@pytest.mark.thorough
def test_tables_are_shown(outputs: dict[str, list[nbformat.NotebookNode]]) -> None:
    assert "network.depth" in html(outputs["build"])
    for name in ("trace", "theory", "healthy-trace"):
        assert html(outputs[name]).count("<tr>") == 1 + 9
    # As the text around them says.
    assert ">vanishing<" in html(outputs["diagnosis"])
    assert "nothing found" in html(outputs["remedy"])


@pytest.mark.parametrize("name", ["film", "healthy-film"])
@pytest.mark.thorough
def test_films_are_shown_with_captions(
    name: str, outputs: dict[str, list[nbformat.NotebookNode]], tmp_path: Path
) -> None:
    seen = Player(html(outputs[name]))
    video = tmp_path / "film.mp4"
    video.write_bytes(seen.embedded("source")[1])
    assert decode(video).height == 480
    said = seen.embedded("track")[1].decode("utf-8")
    assert "Five lines train a network" in said
    assert ("reaches the first layer" in " ".join(said.split())) == (name == "film")
    assert ("the gradient gets through" in said) == (name != "film")
    progress, _ = outputs[name]
    assert progress.data["text/plain"].startswith("leak: ")


@pytest.mark.thorough
def test_films_go_to_the_folder_of_the_notebook(
    folder: Path, outputs: dict[str, list[nbformat.NotebookNode]]
) -> None:
    films = sorted(path.parent.name for path in (folder / "work").rglob("leak.mp4"))
    assert len(films) == len(outputs["film"] + outputs["healthy-film"]) // 2
    assert all(name.startswith("notebook,data.samples=500") for name in films)
    assert [path.name for path in (folder / "work").iterdir()] == ["media"]
