"""Edition: ``{edition}`` says which version of the site a reader has before them, and from when.

The version is that of pyproject.toml, the rest is what git says of the last commit. So a page that
shows it is written again after each commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.domains import Domain
from sphinx.util.docutils import SphinxDirective

from press import revision

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class EditionDomain(Domain):
    """On which pages the edition stands, and which one they show."""

    name, label = "edition", "Edition"
    initial_data: ClassVar[dict[str, Any]] = {"pages": set(), "shown": None}

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.data["pages"].discard(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        self.data["pages"] |= otherdata["pages"] & docnames


class edition(nodes.General, nodes.Element):
    """Stands for the line until it is written."""


class Edition(SphinxDirective):
    """``{edition}``."""

    def run(self) -> list[nodes.Node]:
        """Return the placeholder."""
        _data(self.env)["pages"].add(self.env.docname)
        return [edition()]


def _data(env: BuildEnvironment) -> dict[str, Any]:
    return env.get_domain("edition").data


def renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the pages again that show another edition."""
    data, now = _data(env), revision.edition(app.config.release, app.srcdir)
    if data["shown"] == now:
        return []
    data["shown"] = now
    return sorted(data["pages"])


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the line, in every format."""
    for node in list(doctree.findall(edition)):
        text = f"{_data(app.env)['shown']}."
        node.replace_self(nodes.paragraph("", text, classes=["status"]))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain, the directive and its two steps."""
    app.add_domain(EditionDomain)
    app.add_node(edition)
    app.add_directive("edition", Edition)
    app.connect("env-updated", renew)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
