"""Shipped: a website carries its pages and what they use, and nothing else.

Sphinx copies all that a theme brings: icons by script, maps of scripts back to their sources, texts
in other languages. Our pages ask for none of it, and each of those files would need its licence.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from press.llms import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

UNUSED = (
    "scripts/fontawesome.js*",
    "scripts/bootstrap.js*",
    "scripts/sphinx-book-theme.js",
    "scripts/*.map",
    "styles/*.map",
    "vendor",
    "locales",
    "doctools.js",
    "documentation_options.js",
    "language_data.js",
    "searchtools.js",
    "sphinx_highlight.js",
    "images/logo_*",
    "*.png",
    "*webpack-macros.html",
    "explorables/*.json",  # pages hold them
)


def drop_unused(app: Sphinx, error: Exception | None) -> None:
    """Delete what no page asks for from the folder of static files."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for path in (path for pattern in UNUSED for path in static.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def drop_gone(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """Delete the pages of documents that are gone, and their texts; nothing is read again."""
    for docname in removed if app.builder.format == "html" else ():
        page = app.builder.get_target_uri(docname)
        for name in (page, f"{page}{SUFFIX}"):
            Path(app.outdir, name).unlink(missing_ok=True)
    return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the clean-ups."""
    app.connect("env-get-outdated", drop_gone)
    app.connect("build-finished", drop_unused)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
