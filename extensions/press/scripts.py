"""Scripts: no page waits for one, and none loads what it does not run.

Sphinx and the theme let each page wait for eight scripts. A page needs none of them to be read:
what it loads, it runs when it is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

OPTIONS = "_static/documentation_options.js"
# The first two serve Sphinx's own search; of the last, site.js has what we use.
SPARED = {
    "_static/doctools.js",
    "_static/sphinx_highlight.js",
    "_static/scripts/sphinx-book-theme.js",
}
DEFER = {"defer": "defer"}


def defer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a page load each script while it is read; the options, a few lines, stand in the page."""
    scripts = [script for script in context["script_files"] if script.filename not in SPARED]
    context["script_files"] = [after(app, script) for script in scripts]


def after(app: Sphinx, script: Any) -> Any:
    """Return a script that nothing waits for, as Sphinx holds scripts."""
    made = type(script)
    if script.filename == OPTIONS:
        body = Path(app.outdir, OPTIONS).read_text("utf-8")
        return made(None, priority=script.priority, body=body)
    if script.filename:
        return made(script.filename, priority=script.priority, **script.attributes | DEFER)
    return script


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register; what pages ask for is settled after all others have spoken."""
    app.connect("html-page-context", defer, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
