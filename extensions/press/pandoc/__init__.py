"""From Sphinx's resolved doctree through Pandoc's AST to books, printed or not, and notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builders of books and of notebooks."""
    app.setup_extension("press.pandoc.pdf")
    app.setup_extension("press.pandoc.epub")
    app.setup_extension("press.pandoc.notebooks")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
