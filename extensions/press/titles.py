"""Titles: every page lists all of them beside its text, so one that changes changes every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.domains import Domain

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class TitlesDomain(Domain):
    """The titles that the pages of the last build show."""

    name, label = "titles", "Titles"
    initial_data: ClassVar[dict[str, Any]] = {"shown": None}

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over nothing: titles are compared when all documents have been read."""


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write every page again if a title or an order changed.

    Numbers are not compared: Sphinx gives them out after this, and they follow from the order.
    """
    titles = {doc: title.astext() for doc, title in env.titles.items()}
    shown = titles, {doc: list(below) for doc, below in env.toctree_includes.items()}
    data = env.domains["titles"].data
    if shown == data["shown"]:
        return []
    data["shown"] = shown
    return sorted(env.found_docs)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain and compare once all documents have been read."""
    app.add_domain(TitlesDomain)
    app.connect("env-updated", rewrite)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
