"""Links: to documents, of every format; to files of a website, wherever it will lie.

A published site knows its address, `html_baseurl`. What must be absolute is made only then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.osutil import relative_uri

if TYPE_CHECKING:
    from sphinx.config import Config


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


def absolute(config: Config, path: str) -> str:
    """Return the address of a file of the site, or nothing while the site knows none."""
    base = str(config.html_baseurl).rstrip("/")
    return f"{base}/{path}" if base else ""


def address(config: Config, here: str, path: str) -> str:
    """Return the address of a file of the site, relative to another while the site knows none."""
    return absolute(config, path) or relative_uri(here, path)
