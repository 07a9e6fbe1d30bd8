"""A formula and its punctuation stay in one line: browsers break lines between the two.

The pages of an EPUB are mended in `press.pandoc.package`, where Pandoc has set their spaces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from press.symbols import first_use

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

OPEN, CLOSE = r"[(\[“‘]", r"[)\]”’,.;:?!]"  # signs that touch a formula
OPENING, CLOSING = re.compile(f"{OPEN}+$"), re.compile(f"^{CLOSE}+")


class Together(SphinxPostTransform):
    """Puts a formula and the signs that touch it into one span."""

    default_priority = 900  # after press.symbols has marked formulas
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Walk over the formulas of all sentences."""
        for formula in list(self.document.findall(nodes.math)):
            bind(formula.parent if isinstance(formula.parent, first_use) else formula)


def bind(formula: nodes.Element) -> None:
    """Take the signs from the texts around a formula into a span with it."""
    parent = formula.parent
    place = parent.index(formula)
    before = parent[place - 1] if place else None
    after = parent[place + 1] if place + 1 < len(parent) else None
    signs: dict[int, nodes.Text] = {}  # before and behind it
    if isinstance(after, nodes.Text) and (closing := CLOSING.search(after)):
        parent[place + 1] = nodes.Text(after[closing.end() :])
        signs[1] = nodes.Text(closing[0])
    if isinstance(before, nodes.Text) and (opening := OPENING.search(before)):
        parent[place - 1] = nodes.Text(before[: opening.start()])
        signs[0] = nodes.Text(opening[0])
    if signs:
        span = nodes.inline(classes=["together"])
        parent[place] = span
        span.extend(part for part in (signs.get(0), formula, signs.get(1)) if part is not None)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.setup_extension("press.symbols")
    app.add_post_transform(Together)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
