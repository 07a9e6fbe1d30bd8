"""Symbols: on the web, the first formula of an article with a symbol shows what it means.

The formula as a whole can be pointed at, never a letter inside it: to a screen reader a formula is
one thing with one spoken text, which a stop of the keyboard within would tear apart, and which a
link around it would replace by plain words. So a formula of a sentence gets a <span>, which
``static/cards.js`` makes a group that the keyboard reaches, as displayed formulas are already.

An article that uses a letter in another sense says so with ``departs: [M]`` in its front matter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from press import maths, notation, series
from press.mathml_tree import parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

Form = tuple[Any, ...]  # a piece of a formula, its attributes aside
FORMULAS = (nodes.math, nodes.math_block)
ACCENTED = ("mover", "munder")
ALONE = (nodes.reference, addnodes.pending_xref, nodes.title)  # no other stop fits inside


class first_use(nodes.General, nodes.Inline, nodes.TextElement):
    """A formula of a sentence with symbols met for the first time; ``card``: attributes in HTML."""


def form(element: Element) -> Form:
    """What a piece of a formula looks like; a matrix may be bold.

    >>> form(parse('<msub><mi>d</mi><mi>k</mi></msub>'))
    ('msub', ('mi', 'd'), ('mi', 'k'))
    """
    text = element.text or ""
    if len(text) == 1 and unicodedata.name(text, "").startswith("MATHEMATICAL BOLD CAPITAL"):
        text = unicodedata.normalize("NFKC", text)
    return (element.tag, *(map(form, element) if len(element) else [text]))


def forms(env: BuildEnvironment) -> dict[str, tuple[Form, notation.Symbol]]:
    """Return what each symbol looks like; a row of the notation may hold several."""
    found = {}
    for symbol in notation.load(notation.notation_path(env)):
        row = parse(maths.mathml(env, symbol.tex, display=False))
        pieces = (form(piece) for piece in row if piece.tag != "mo")
        for name, piece in zip(symbol.tex.split(","), pieces, strict=True):
            found[name.strip()] = piece, symbol
    return found


def used(piece: Element, known: Mapping[Form, notation.Symbol]) -> Iterator[notation.Symbol]:
    """Yield the symbols of a formula; $d_k$ is one, and not $d$ with an index."""
    if symbol := known.get(form(piece)):
        yield symbol
    elif piece.tag in ("msub", "msubsup") and piece[0].tag == "mi":
        below = ("msub", form(piece[0]), form(piece[1]))
        symbol = known.get(below) or known.get(form(piece[0]))
        if symbol and (below in known or symbol.indexed):
            yield symbol
        for above in piece[2:]:
            yield from used(above, known)
    elif not (piece.tag in ACCENTED and piece[0].tag == "mi"):  # $\tilde m$ is something else
        for part in piece:
            yield from used(part, known)


class Symbols(SphinxPostTransform):
    """Marks the first formula with each symbol."""

    default_priority = 3  # before press.cards gathers what is shown
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Walk over the formulas of an article in reading order."""
        docname = self.env.current_document.docname
        article = series.domain(self.env).articles.get(docname)
        if article is None or not notation.notation_path(self.env).exists():
            return
        known = self.known(article)
        rows = self.env.domains.standard_domain.anonlabels
        left = {symbol.label for symbol in known.values() if symbol.label in rows}
        for node in list(self.document.findall(nodes.Element)):
            if not isinstance(node, FORMULAS) or not _is_free(node):
                continue
            tree = parse(maths.mathml(self.env, node.astext(), isinstance(node, nodes.math_block)))
            labels = [s.label for s in dict.fromkeys(used(tree, known)) if s.label in left]
            if labels:
                left.difference_update(labels)
                _marked(node)["places"] = [rows[label] for label in labels]

    def known(self, article: series.Article) -> dict[Form, notation.Symbol]:
        """Return the symbols that mean in this article what the notation says."""
        named = forms(self.env)
        lines = series.domain(self.env).data["lines"][article.docname]
        for name in article.departs:
            if name not in named:
                logger.warning(
                    "`departs` names %r, which is no symbol of %s: correct it or leave it out",
                    name, self.env.config.press_notation,
                    location=(article.docname, lines["departs"]), type="press", subtype="notation",
                )  # fmt: skip
        return dict(pair for name, pair in named.items() if name not in article.departs)


def _marked(node: nodes.math | nodes.math_block) -> nodes.Element:
    """Return what bears the mark: a displayed formula itself, a span around another."""
    if isinstance(node, nodes.math_block):
        return node
    span = first_use()
    node.replace_self(span)
    span += node
    return span


def with_places(doctree: nodes.document) -> Iterator[nodes.Element]:
    """Yield the marked formulas."""
    return (node for node in doctree.findall(nodes.Element) if "places" in node)


def address(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write on each marked formula which rows tell of it, and where the first of them stands."""
    for node in with_places(doctree):
        (page, id), *_ = node["places"]
        uri = f"{app.builder.get_relative_uri(docname, page)}#{id}"
        node["card"] = {"data-href": uri, "data-cards": " ".join(id for _, id in node["places"])}


def _is_free(node: nodes.Node) -> bool:
    """Whether a formula stands in no link and no title."""
    above: nodes.Node | None = node
    while above is not None and not isinstance(above, ALONE):
        above = above.parent
    return above is None


def visit_first_use(self: HTML5Translator, node: first_use) -> None:
    """Open the span."""
    self.body.append(self.starttag(node, "span", "", CLASS="symbol", **node["card"]))


def depart_first_use(self: HTML5Translator, node: first_use) -> None:
    """Close it."""
    self.body.append("</span>")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the span and what puts it in place."""
    app.setup_extension("press.notation")
    app.add_node(first_use, html=(visit_first_use, depart_first_use))
    app.add_post_transform(Symbols)
    app.connect("doctree-resolved", address)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
