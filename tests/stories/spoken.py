"""The sentences of the beats of a film, without drawing them."""

from typing import Any

from scenes.kit.film import Film


def said(film: type[Film], story: Any, name: str) -> str:
    """Return the sentence of a beat."""
    (beat,) = [beat for beat in film.beats if beat.name == name]
    return beat.says(story).plain
