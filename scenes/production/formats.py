"""What a film can be written as."""

from __future__ import annotations

FORMATS = ("mp4", "webm", "gif")
