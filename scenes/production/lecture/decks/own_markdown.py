"""Markdown as slides: headings, paragraphs, lists, listings, pictures, emphasis and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from backprop_core.errors import InputError
from backprop_core.formatting import format_value, source_name
from scenes.production.lecture.decks.own_blocks import Block, Own, Run
from scenes.production.lecture.decks.own_pictures import Picture, read_picture, words_of

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_WEB = re.compile(r"https?://|mailto:")


def slides_of(text: str, path: Path) -> Iterator[Own]:
    """Yield the slides of a Markdown text, which ``---`` separates; comments are their notes.

    Parameters
    ----------
    path
        Its file, beside which its pictures lie.

    Raises
    ------
    InputError
        If a picture cannot be shown.
    """
    part: list[SyntaxTreeNode] = []
    for node in SyntaxTreeNode(MarkdownIt("commonmark").parse(text)).children:
        if node.type == "hr":
            yield from _slide(part, path)
            part = []
        else:
            part.append(node)
    yield from _slide(part, path)


def _slide(nodes: Sequence[SyntaxTreeNode], path: Path) -> Iterator[Own]:
    blocks = tuple(block for node in nodes for block in _blocks(node, path))
    html = "".join(node.content for node in nodes if node.type == "html_block")
    notes = "\n".join(comment.strip() for comment in _COMMENT.findall(html))
    if blocks:
        titles = [block.text for block in blocks if block.kind == "heading"]
        titles += [block.text for block in blocks if block.text]
        yield Own([*titles, words_of(path.stem)][0], blocks, notes)


def _blocks(node: SyntaxTreeNode, path: Path) -> Iterator[Block]:
    match node.type:
        case "heading":
            yield from _text(node, Block("heading", level=int(node.tag[1])), path)
        case "paragraph":
            yield from _text(node, Block("paragraph"), path)
        case "bullet_list" | "ordered_list":
            yield from _list(node, path, level=1)
        case "fence" | "code_block":
            yield Block("code", (Run(node.content.rstrip("\n"), code=True),))
        case "html_block":
            # Elements are shown as they are written, and never run.
            if words := _COMMENT.sub("", node.content).strip():
                yield Block("paragraph", (Run(words),))
        case _:
            for child in node.children:
                yield from _blocks(child, path)


def _list(node: SyntaxTreeNode, path: Path, level: int) -> Iterator[Block]:
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for n, item in enumerate(node.children):
        marked = Block("item", level=level, number=None if first is None else first + n)
        for k, child in enumerate(item.children):
            if child.type.endswith("_list"):
                yield from _list(child, path, level + 1)
            elif child.type == "paragraph" and k == 0:
                yield from _text(child, marked, path)
            else:
                yield from _blocks(child, path)


def _text(node: SyntaxTreeNode, block: Block, path: Path) -> Iterator[Block]:
    """Yield a block with its text, and after it the pictures that stand in it."""
    pieces = [piece for inline in node.children for piece in _pieces(inline, Run(""), path)]
    runs = tuple(piece for piece in pieces if isinstance(piece, Run) and piece.text)
    if any(run.text.strip() for run in runs):
        yield replace(block, runs=runs)
    for piece in pieces:
        if isinstance(piece, Picture):
            yield Block("picture", picture=piece)


def _pieces(node: SyntaxTreeNode, style: Run, path: Path) -> Iterator[Run | Picture]:
    """Yield what is in a line; `style` is that of the elements around it."""
    match node.type:
        case "text" | "html_inline":
            yield replace(style, text=node.content)
        case "code_inline":
            yield replace(style, text=node.content, code=True)
        case "softbreak" | "hardbreak":
            yield replace(style, text="\n" if node.type == "hardbreak" else " ")
        case "image":
            yield _picture(node, path)
        case _:
            for child in node.children:
                yield from _pieces(child, _styled(node, style), path)


def _styled(node: SyntaxTreeNode, style: Run) -> Run:
    """Return the style inside an element."""
    match node.type:
        case "strong":
            return replace(style, bold=True)
        case "em":
            return replace(style, italic=True)
        case "link":
            return replace(style, link=_web_address(str(node.attrs["href"])))
    return style


def _web_address(address: str) -> str:
    """Return an address that a reader may follow; scripts and files lead nowhere."""
    return address if _WEB.match(address) else ""


def _picture(node: SyntaxTreeNode, path: Path) -> Picture:
    source = str(node.attrs["src"])
    if _SCHEME.match(source):
        raise InputError(
            f"{source_name(str(path))}: got the picture {format_value(source)}; allowed a file, "
            "as slides load nothing"
        )
    name = unquote(source)
    return read_picture(path.parent / name, alt=node.content or words_of(Path(name).stem))
