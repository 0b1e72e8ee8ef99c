"""Films that were not rendered: small files with a valid ledger, to make pages from."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from backprop_core.experiment.config import Experiment
from backprop_core.passes.first_pass import run
from scenes.kit.theme import DARK
from scenes.production.request.catalog import default_experiment, describe
from scenes.production.sidecars.layer_table import as_dicts, rows_of
from scenes.production.store.output_paths import Target
from scenes.words.sources import citations

SECONDS, FRAME_RATE, WIDTH, HEIGHT = 6, 10, 160, 90
SENTENCES = ("A network learns nothing.", "Where w < 0 & b > 0, it is -->gone.", "Why?")
BEATS = ("it_stays_flat", "it_is_gone", "it_asks")
LATE = 0.5
"""Seconds after which the second beat is said, as its motion comes first."""
ASKED = 5.0
"""The second of the picture of the question, which the third beat shows."""
SMALL: Mapping[str, object] = {"network.depth": 4, "network.width": 5, "data.samples": 50}


def put_film(folder: Path, film: str = "vanishing", **fields: object) -> Target:
    """Write the files of a film of the catalog, of a small network with these fields."""
    target = Target(folder, film, "mp4")
    folder.mkdir(parents=True, exist_ok=True)
    experiment = default_experiment(film).override({**SMALL, **fields})
    target.ledger.write_text(json.dumps(ledger_of(film, experiment)), encoding="utf-8")
    target.video.write_bytes(video())
    Image.new("RGB", (WIDTH, HEIGHT), DARK.background).save(target.poster)
    target.captions.write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n", encoding="utf-8")
    target.web_captions.write_text("\n".join(["WEBVTT\n", *_cues()]), encoding="utf-8")
    target.transcript.write_text(f"# {film}\n", encoding="utf-8")
    return target


def ledger_of(film: str, experiment: Experiment) -> dict[str, Any]:
    """Return the record of a film that says three sentences."""
    about, each = describe(film), SECONDS / len(BEATS)
    beats = [
        {
            "name": name,
            "sentence": said,
            "start": n * each,
            "end": (n + 1) * each,
            "pause": n * each,
            "said": n * each + (LATE if name == BEATS[1] else 0.0),
        }
        for n, (name, said) in enumerate(zip(BEATS, SENTENCES, strict=True))
    ]
    number = {"beat": BEATS[0], "name": "loss[0]", "value": 3.26, "unit": "", "text": "3.26"}
    ledger: dict[str, Any] = {
        "film": film,
        "title": experiment.film.title or about.title,
        "summary": about.summary,
        "subtitle": "a small network",
        "sources": [one._asdict() for one in citations(about.sources)],
        "seed": experiment.seed,
        "experiment": experiment.model_dump(mode="json"),
        "versions": {"numpy": np.__version__},
        "alt": "A line that falls.",
        "pictures": {
            "question": {"beat": BEATS[2], "time": ASKED},
            "last": {"beat": BEATS[2], "time": SECONDS},
        },
        "beats": beats,
        "shown": [{"beat": BEATS[0], "text": "a loss that stays flat"}],
        "numbers": [number | {"kind": "measured", "label": "loss at first"}],
        "declared": [],
        "files": {f"{film}.mp4": {"seconds": SECONDS, "width": WIDTH, "height": HEIGHT}},
    }
    if "network" in about.reads:
        # A data file need not be there.
        shown = experiment.override({"data.name": "digits", "data.path": None})
        trace = run(shown)
        rows = as_dicts(rows_of(trace, shown))
        ledger["layers"] = {"examples": trace.examples, "rows": rows}
    return ledger


@cache
def video() -> bytes:
    """Return an H.264 video whose grey rises with the time."""
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for n in range(SECONDS * FRAME_RATE):
            grey = np.full((HEIGHT, WIDTH, 3), 4 * n, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())
    return content.getvalue()


def _cues() -> Iterator[str]:
    each = SECONDS // len(SENTENCES)
    for n, said in enumerate(SENTENCES):
        start, end = (f"00:00:{second:02}.000" for second in (n * each, (n + 1) * each))
        yield f"{start} --> {end}\n{html.escape(said, quote=False)}\n"
