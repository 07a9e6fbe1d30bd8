"""Scripts: no page waits for one, and none loads what it does not run.

Sphinx and the theme let each page wait for eight scripts. A page needs none of them to be read:
what it loads, it runs when it is shown. What all pages run is one file, for a phone fetches six at
a time, and the faces of the text are among those.
"""

from __future__ import annotations

import re
from binascii import crc32
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ExtensionError

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
SHARED = "shared.js"
THEIRS = "scripts/pydata-sphinx-theme.js"
# The theme asks every code block and table for its width at once, and has the page laid out again
# for each part of it; site.js observes them in its place.
MEASURES = re.compile(
    r'(function \w+\(\)\{)const e=\(\)=>\{document\.querySelectorAll\(\["pre".*?,e\(\)\}'
)


def defer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a page load each script while it is read; the options, a few lines, stand in the page."""
    static = Path(app.outdir, "_static")
    spared = SPARED | {f"_static/{name}" for name in names(app)}
    scripts = [script for script in context["script_files"] if script.filename not in spared]
    context["script_files"] = [after(app, script) for script in scripts]
    parts = [static / name for name in names(app)]
    if all(part.exists() for part in parts):
        version = crc32(b"".join(part.read_bytes() for part in parts))
        context["shared_script"] = f"{SHARED}?v={version:08x}"


def join(app: Sphinx, error: Exception | None) -> None:
    """Write the one script in place of its parts, which Sphinx copies before it writes pages."""
    static = Path(app.outdir, "_static")
    parts = [static / name for name in names(app)]
    if error or not all(part.exists() for part in parts):
        return
    text = unmeasured("\n".join(part.read_text("utf-8") for part in parts))
    (static / SHARED).write_text(text, "utf-8")
    for part in parts:
        part.unlink()


def unmeasured(scripts: str) -> str:
    """Return scripts without the theme's function that measures; raises ExtensionError.

    >>> unmeasured('function I(){const e=()=>{document.querySelectorAll(["pre"])},t=1;f(t),e()}I()')
    'function I(){}I()'
    """
    text, count = MEASURES.subn(r"\1}", scripts)
    if count != 1:
        raise ExtensionError(
            f"{THEIRS}: expected one function that measures code blocks, found {count};"
            " compare MEASURES in extensions/press/scripts.py with the theme's addTabStops"
        )
    return text


def names(app: Sphinx) -> list[str]:
    """Return the scripts of every page, in their order."""
    return [*(script for script, _ in app.config.html_js_files), THEIRS]


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
    app.connect("build-finished", join)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
