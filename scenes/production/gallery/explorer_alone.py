"""The explorer as a page of its own, in one file: to be embedded in a course page, or handed on."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib.metadata import version
from urllib.parse import quote

from scenes.production.gallery.environment import HERE, environment
from scenes.production.gallery.explorer import (
    STYLE,
    drawn_parts,
    explorer_fragment,
    explorer_scripts,
)
from scenes.production.gallery.palette import icon_svg, palette_css

NAME = "explorer.html"


@cache
def explorer_page() -> bytes:
    """Return the page. It loads nothing, from the disk neither, and its policy forbids to."""
    # Jinja escapes what is no Markup. Importing either takes a tenth of a second.
    from markupsafe import Markup

    kept = [(HERE / "static" / name).read_text(encoding="utf-8") for name in ("gallery.css", STYLE)]
    style, script = "\n".join([palette_css(), *kept]), "\n".join(explorer_scripts().values())
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    filled = (
        environment()
        .get_template("explorer_alone.html")
        .render(
            explorer=explorer_fragment(alone=True),
            policy=policy,
            icon=f"data:image/svg+xml,{quote(icon_svg())}",
            style=Markup(style),
            script=Markup(script),
            parts={name: Markup(part) for name, part in drawn_parts().items()},
            version=version("leaky-backprop"),
        )
    )
    return filled.encode()


def _hash(text: str) -> str:
    """Return what a policy calls an inline script or style that it allows."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
