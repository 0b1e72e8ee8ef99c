"""The colours of the films as CSS variables named by meaning, and the icon of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from scenes.kit.theme import DARK, LIGHT, Theme


def palette_css() -> str:
    """Return a style sheet: light, or dark on screen if the visitor's settings prefer dark."""
    light, dark = ("\n".join(f"  {line}" for line in _variables(t)) for t in (LIGHT, DARK))
    inner = dark.replace("\n", "\n  ")
    return (
        f":root {{\n{light}\n}}\n\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n  :root {{\n  {inner}\n  }}\n}}\n"
    )


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
