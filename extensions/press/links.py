"""Links: the neutral nodes of a link to a document, and of a line that holds several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.addnodes import pending_xref


def document(here: str, docname: str, text: str) -> pending_xref:
    """Return a link from one document to another, which every format resolves for itself."""
    return pending_xref(
        "", nodes.inline("", text), refdomain="std", reftype="doc", reftarget=f"/{docname}",
        refdoc=here, refexplicit=True, refwarn=True,
    )  # fmt: skip


def joined(parts: Iterable[nodes.Node], between: str) -> Iterator[nodes.Node]:
    """Yield nodes with a text between each two.

    >>> [node.astext() for node in joined([nodes.Text("a"), nodes.Text("b")], ", ")]
    ['a', ', ', 'b']
    """
    for number, part in enumerate(parts):
        if number:
            yield nodes.Text(between)
        yield part
