"""How descriptions are put together."""

from __future__ import annotations

from collections.abc import Sequence

from scenes.words.figures import Sentence, joined, sentence


def in_a_line(code: Sequence[str]) -> str:
    """Write lines of code one after the other."""
    lines = [line.strip() for line in code]
    ends = ["" if line.endswith(":") else ";" for line in lines[:-1]]
    return " ".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def listed(start: Sentence, parts: Sequence[Sentence]) -> Sentence:
    """Write a sentence that ends in a list."""
    return joined([joined([start, joined(parts, ", ")], " "), sentence(".")], "")
