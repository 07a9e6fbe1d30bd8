"""Constructors of Pandoc's AST in its JSON form, and a walk through it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
Nodes = list[Node]

API_VERSION = [1, 23, 1]


def attr(id: str = "", classes: tuple[str, ...] = (), **pairs: str) -> list[Any]:
    """Return Pandoc's triple of identifier, classes and key-value pairs."""
    return [id, list(classes), [[key.replace("_", "-"), value] for key, value in pairs.items()]]


def node(kind: str, *content: Any) -> Node:
    """Return a node: Pandoc wraps several contents in a list and leaves a single one bare."""
    if not content:
        return {"t": kind}
    return {"t": kind, "c": content[0] if len(content) == 1 else list(content)}


def text(string: str) -> Nodes:
    """Return words and spaces: Pandoc's writers escape a line's first character word by word."""
    pieces = re.split(r"([ \t\r\n]+)", string)
    return [node("Space") if i % 2 else node("Str", s) for i, s in enumerate(pieces) if s]


def para(inlines: Nodes) -> Node:
    """Return a paragraph."""
    return node("Para", inlines)


def plain(inlines: Nodes) -> Node:
    """Return text that is no paragraph of its own, as in a tight list."""
    return node("Plain", inlines)


def span(inlines: Nodes, id: str = "", *classes: str, **pairs: str) -> Node:
    """Return inlines with attributes."""
    return node("Span", attr(id, classes, **pairs), inlines)


def div(blocks: Nodes, id: str = "", *classes: str, **pairs: str) -> Node:
    """Return blocks with attributes."""
    return node("Div", attr(id, classes, **pairs), blocks)


def link(inlines: Nodes, url: str, *classes: str, id: str = "") -> Node:
    """Return a link; `url` begins with # when it stays in the book."""
    return node("Link", attr(id, classes), inlines, [url, ""])


def strong(inlines: Nodes) -> Node:
    """Return bold text."""
    return node("Strong", inlines)


def emph(inlines: Nodes) -> Node:
    """Return emphasised text."""
    return node("Emph", inlines)


def header(level: int, inlines: Nodes, id: str = "", *classes: str) -> Node:
    """Return a heading."""
    return node("Header", level, attr(id, classes), inlines)


def raw_block(target: str, source: str) -> Node:
    """Return source that only the writer for `target` copies."""
    return node("RawBlock", target, source)


def raw(target: str, source: str) -> Node:
    """Return inline source that only the writer for `target` copies."""
    return node("RawInline", target, source)


def document(blocks: Nodes, **meta: str) -> Node:
    """Return a whole document as pandoc reads it with `-f json`."""
    entries = {key: node("MetaString", value) for key, value in meta.items()}
    return {"pandoc-api-version": API_VERSION, "meta": entries, "blocks": blocks}


def walk(tree: Any) -> Iterator[Node]:
    """Yield every node of a tree, parents first."""
    if isinstance(tree, dict):
        if "t" in tree:
            yield tree
        for value in tree.values():
            yield from walk(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from walk(value)


def links(tree: Any) -> Iterator[str]:
    """Yield the inner targets that a tree links to, without the #."""
    for found in walk(tree):
        if found["t"] == "Link" and found["c"][2][0].startswith("#"):
            yield found["c"][2][0][1:]


def first_sentence(inlines: Nodes) -> Nodes:
    """Return a caption up to its first full stop, without links and notes."""
    made: Nodes = []
    for found in inlines:
        if found["t"] == "Link":
            made += found["c"][1]
        elif found["t"] != "Note":
            made.append(found)
        if made and made[-1]["t"] == "Str" and made[-1]["c"].endswith((".", "?", "!")):
            break
    return made
