"""Safety: an article is text; it runs nothing in a reader's browser and fetches nothing.

HTML would also be missing from print. So raw HTML stops the build, as does an address that is no
plain web or mail address, a picture from another server, and a drawing that could run a script.
The parser also stops at what it cannot carry: its library drops what is nested too deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from press import inline_svg

logger = logging.getLogger(__name__)

SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
ALLOWED = {"http", "https", "mailto"}
DEEPEST = 8  # levels; the library forgets what is ten lists deep
LEVELS = (nodes.block_quote, nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)
INCLUDE = re.compile(r"^\s*[`~:]{3,}\{include\}", re.MULTILINE)


class NestingError(SphinxError):
    """An article whose parts hold each other without end."""

    category = "Nesting"


class Parser(MystParser):
    """MyST, which says where it lost its way."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse; Python's limit on recursion becomes a sentence about the file."""
        try:
            super().parse(inputstring, document)
        except RecursionError:
            found = INCLUDE.search(inputstring)
            line = inputstring.count("\n", 0, found.end()) + 1 if found else 1
            why = "this file includes itself" if found else "boxes or quotes are nested too deep"
            raise NestingError(f"{document['source']}:{line}: {why}: undo that") from None


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each thing that is not text."""
    for node in doctree.findall(nodes.Element):
        for message in problems(app.env, node):
            logger.warning(message, location=node, type="press", subtype="safety")


def problems(env: BuildEnvironment, node: nodes.Element) -> Iterator[str]:
    """Yield what is wrong with one node."""
    if isinstance(node, nodes.raw):
        start = " ".join(node.astext().split())[:40]
        yield f"raw {node['format']} {start!r} stands in the text: write it in Markdown"
    if isinstance(node, nodes.reference):
        found = SCHEME.match(node.get("refuri", ""))
        if found and found[1].lower() not in ALLOWED:
            yield f"the address {node['refuri']!r} is none of {', '.join(sorted(ALLOWED))}"
    if isinstance(node, nodes.image):
        yield from picture(env, node)
    if isinstance(node, LEVELS) and depth(node) == DEEPEST:
        yield f"lists and quotes are {DEEPEST} deep here: write it flatter"


def picture(env: BuildEnvironment, node: nodes.image) -> Iterator[str]:
    """Yield what is wrong with an image; `press.figures` looks into the figures."""
    uri = node["uri"]
    if SCHEME.match(uri) or uri.startswith("//"):
        yield f"the picture {uri!r} lies on another server: use a {{figure}} of this book"
    elif uri.endswith(".svg") and not isinstance(node.parent, nodes.figure):
        path = Path(env.srcdir, uri)
        try:
            found = list(inline_svg.problems(inline_svg.read(path))) if path.exists() else []
        except inline_svg.BadDrawing as error:
            found = [str(error)]
        yield from (f"{uri} holds {content}: draw it again" for content in found)


def depth(node: nodes.Node | None) -> int:
    """Return how many lists and quotes hold a node, itself included."""
    count = 0
    while node is not None:
        count += isinstance(node, LEVELS)
        node = node.parent
    return count


def no_circles(app: Sphinx, env: BuildEnvironment) -> None:
    """Stop at a table of contents that leads back to itself."""
    seen: set[str] = set()

    def follow(docname: str, path: tuple[str, ...]) -> None:
        if docname in path:
            circle = " -> ".join([*path[path.index(docname) :], docname])
            raise NestingError(
                f"{env.doc2path(path[-1])}: its toctree leads back to itself ({circle}): "
                f"remove {docname!r} from it"
            )
        if docname not in seen:
            for inner in env.toctree_includes.get(docname, ()):
                follow(inner, (*path, docname))
            seen.add(docname)

    for docname in [env.config.root_doc, *sorted(env.toctree_includes)]:
        follow(docname, ())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the parser in the place of MyST's own, and the checks."""
    app.setup_extension("myst_parser")
    app.add_source_parser(Parser, override=True)
    app.connect("doctree-read", check)
    app.connect("env-updated", no_circles, priority=1)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
