"""The colours of the films as CSS variables named by meaning, and the icon of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from scenes.kit.theme import DARK, LIGHT, Theme


def palette_css() -> str:
    """Return a style sheet: light, or dark on screen if the visitor's settings prefer dark.

    A page whose root element has ``data-theme="light"`` or ``"dark"`` is that on screen, whatever
    the visitor prefers.
    """
    return (
        _rule(":root", LIGHT)
        + _rule(":root", DARK, "screen and (prefers-color-scheme: dark)")
        + _rule(':root[data-theme="light"]', LIGHT, "screen", "color-scheme: light;")
        + _rule(':root[data-theme="dark"]', DARK, "screen", "color-scheme: dark;")
    )


def _rule(chosen: str, theme: Theme, media: str = "", *more: str) -> str:
    lines = [f"{chosen} {{", *(f"  {line}" for line in (*more, *_variables(theme))), "}"]
    if media:
        lines = [f"@media {media} {{", *(f"  {line}" for line in lines), "}"]
    return "\n".join(lines) + "\n\n"


def _variables(theme: Theme) -> Iterator[str]:
    for name in (field.name for field in fields(theme)):
        value = getattr(theme, name)
        if isinstance(value, tuple):
            yield from (f"--{name.replace('_', '-')}-{n}: {c};" for n, c in enumerate(value))
        elif name != "name":
            yield f"--{name}: {value};"


def icon_svg() -> str:
    """Return an icon: a gradient that fades on its way down."""
    steps = enumerate(reversed(DARK.ramp[1:]))
    bars = "".join(
        f'<rect x="{4 + 2 * n}" y="{5 + 6 * n}" width="{24 - 4 * n}" height="4" fill="{colour}"/>'
        for n, colour in steps
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="6" fill="{DARK.background}"/>{bars}</svg>\n'
    )
