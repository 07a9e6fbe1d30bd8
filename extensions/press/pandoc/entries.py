"""The index at the back of a book: its entries are gathered from the doctrees and put in order.

Three sources, so that it is made and not dumped: what an author marks with `{index}`, the glossary
(where a term stands and where `{term}` names it), and the objects that listings show. A reader of
print gets page numbers, of which those are bold where a term is defined or explained.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from press import series
from press.pandoc.target import anchor

if TYPE_CHECKING:
    from press.pandoc.book import BookBuilder

Trees = dict[str, nodes.document]
PARTS = {"single": 2, "pair": 2, "triple": 3, "see": 2, "seealso": 2}  # of an entry, at most
CROSS = {"see": "see", "seealso": "see also"}
SYMBOLS = "Symbols"


@dataclass(frozen=True)
class Place:
    """Where an entry leads: an anchor, its section, and whether the matter is explained there."""

    anchor: str
    section: str
    main: bool = False


@dataclass
class Entry:
    """A line of the index with its places, its cross-references and the lines below it."""

    words: str
    code: bool = False
    places: list[Place] = field(default_factory=list)
    cross: list[tuple[str, str]] = field(default_factory=list)  # "see also", words
    below: dict[str, Entry] = field(default_factory=dict)

    def child(self, words: str, code: bool = False) -> Entry:
        """Return the line with these words below this one."""
        return self.below.setdefault(words, Entry(words, code))

    def ordered(self) -> list[Entry]:
        """Return the lines below, signs first, then letters whatever their case."""
        return sorted(self.below.values(), key=lambda entry: rank(entry.words))


def rank(words: str) -> tuple[bool, str, str]:
    """Return what lines are sorted by.

    >>> sorted(["key", "@", "Jacobian", "HBM", "élan"], key=rank)
    ['@', 'élan', 'HBM', 'Jacobian', 'key']
    """
    plain = unicodedata.normalize("NFD", words).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain[:1].isalpha(), plain, words


def letter(entry: Entry) -> str:
    """Return the heading under which a line stands."""
    isalpha, plain, _ = rank(entry.words)
    return plain[0].upper() if isalpha else SYMBOLS


def by_letter(root: Entry) -> list[tuple[str, list[Entry]]]:
    """Return the lines of an index under their letters."""
    return [(head, list(lines)) for head, lines in groupby(root.ordered(), key=letter)]


def gather(builder: BookBuilder, trees: Trees) -> Entry:
    """Return the index of a book; a mention of a term gets an id, so that it can be led to."""
    root = Entry("")
    terms = glossary(trees)
    for docname, tree in trees.items():
        for node in tree.findall(addnodes.index):
            for entry in node["entries"]:
                add(root, entry, docname, section(builder, docname, node))
        for words, place in mentions(builder, docname, tree, terms):
            root.child(words).places.append(place)
        for words, place in objects(builder, docname, tree):
            root.child(words, code=True).places.append(place)
    return root


def section(builder: BookBuilder, docname: str, node: nodes.Node) -> str:
    """Return the heading under which a node stands, behind the number of its article."""
    around: nodes.Node | None = node
    while around is not None and not isinstance(around, nodes.section):
        around = around.parent
    title = around.children[0].astext() if around is not None else ""
    numbers = builder.env.toc_secnumbers.get(docname, {}).get("") or ()
    return f"{'.'.join(map(str, numbers))} {title}".strip()


def add(
    root: Entry, entry: tuple[str, str, str, str, str | None], docname: str, section: str
) -> None:
    """Add what Sphinx understood an `{index}` to say; it has checked the form."""
    kind, value, id, main, _ = entry
    parts = [part.strip() for part in value.split(";", PARTS[kind] - 1)]
    if kind in CROSS:
        cross, line = (CROSS[kind], parts[1]), root.child(parts[0])
        line.cross += [cross] if cross not in line.cross else []
        return
    place = Place(anchor(docname, id), section, main == "main")
    for head, *below in permuted(kind, parts):
        found = root.child(head)
        for words in below:
            found = found.child(words)
        found.places.append(place)


def permuted(kind: str, parts: list[str]) -> list[list[str]]:
    """Return the lines that an entry makes: a pair stands under each of its two words.

    >>> permuted("triple", ["a", "b", "c"])
    [['a', 'b c'], ['b', 'c, a'], ['c', 'a b']]
    """
    if kind == "pair":
        return [parts, parts[::-1]]
    if kind == "triple":
        a, b, c = parts
        return [[a, f"{b} {c}"], [b, f"{c}, {a}"], [c, f"{a} {b}"]]
    return [parts]


def glossary(trees: Trees) -> dict[str, str]:
    """Return the terms of a book's glossary by the addresses that references give."""
    return {
        f"{docname}#{entry[2]}": entry[1]
        for docname, tree in trees.items()
        for term in tree.findall(nodes.term)
        for node in term.findall(addnodes.index)
        for entry in node["entries"]
    }


def mentions(
    builder: BookBuilder, docname: str, tree: nodes.document, terms: dict[str, str]
) -> Iterator[tuple[str, Place]]:
    """Yield where a document names a term; the article that defines it explains it there first."""
    articles = series.domain(builder.env).articles
    new = set(articles[docname].defines) if docname in articles else set()
    for number, node in enumerate(tree.findall(nodes.reference)):
        words = terms.get(str(node.get("refuri", "")))
        if words and not within_title(node):
            id = f"term-mention-{number}"
            node["ids"].append(id)
            here = section(builder, docname, node)
            yield words, Place(anchor(docname, id), here, words in new)
            new.discard(words)


def within_title(node: nodes.Node) -> bool:
    """Tell whether a node stands in a heading, which is printed more than once."""
    parent = node.parent
    return parent is not None and (isinstance(parent, nodes.title) or within_title(parent))


def objects(
    builder: BookBuilder, docname: str, tree: nodes.document
) -> Iterator[tuple[str, Place]]:
    """Yield the objects that listings show: the function first, then its module."""
    for block in tree.findall(nodes.literal_block):
        module, _, name = str(block.get("listing", "")).partition(":")
        if name:
            id = (block["ids"] or block.parent["ids"])[0]
            here = section(builder, docname, block)
            yield f"{name} ({module})", Place(anchor(docname, id), here)


def places(entry: Entry) -> Iterator[Place]:
    """Yield all places of a line and of those below it."""
    yield from entry.places
    for line in entry.below.values():
        yield from places(line)


def blind(root: Entry) -> tuple[str, str] | None:
    """Return a line with a cross-reference to a line that is not there, and what it names."""
    pairs = ((e.words, words) for e in root.below.values() for _, words in e.cross)
    return next((pair for pair in pairs if pair[1] not in root.below), None)
