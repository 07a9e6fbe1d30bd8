"""Quick: what Sphinx and its extensions would compute again and again is computed once.

No page changes by a byte. What is kept is forgotten as soon as it may be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pybtex.backends.plaintext import Backend as PlainText
from pybtex.plugin import register_plugin
from sphinx.domains.std import StandardDomain

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class OneTree:
    """The environment for who only looks: the doctree asked for last is unpickled once.

    To look up the number of one figure, Sphinx loads the whole document that holds it.
    """

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self._last: tuple[str, nodes.document] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    def get_doctree(self, docname: str) -> nodes.document:
        """Return a doctree that nobody may change."""
        if self._last is None or self._last[0] != docname:
            self._last = docname, self._env.get_doctree(docname)
        return self._last[1]


class QuickStandardDomain(StandardDomain):
    """Sphinx's own domain of references, with one look at each document."""

    def forget(self) -> None:
        """Forget the document that was looked at last: the documents have been read again."""
        self.seen = OneTree(self.env)

    def resolve_xref(
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str,
        target: str, node: pending_xref, contnode: nodes.Element,
    ) -> nodes.reference | None:  # fmt: skip
        """Resolve as Sphinx does."""
        seen: Any = self.seen
        return super().resolve_xref(seen, fromdocname, builder, typ, target, node, contnode)


def forget(app: Sphinx, env: BuildEnvironment) -> None:
    """Start anew once all documents have been read."""
    domain = env.domains.standard_domain
    assert isinstance(domain, QuickStandardDomain)
    domain.forget()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put the quick class into the place of the one it inherits from, and name the plugin."""
    app.add_domain(QuickStandardDomain, override=True)
    # else bibtex searches all installed packages for it, at each citation
    register_plugin("pybtex.backends", "plaintext", PlainText, force=True)
    app.connect("env-updated", forget)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
