"""Notation: ``{notation}`` lists the symbols; a display formula uses those, or says its own.

The symbols are data (``press_notation``). A letter of a display formula has to be one of theirs or
stand in a formula inside a sentence of the same article, which is where an article says what it
means. Letters are compared without index and weight: introducing $W$ introduces $W_Q$ as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from press import maths, records, series
from press.fact_data import BUILTINS, readable
from press.mathml_tree import parse

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

COLUMNS = ("Symbol", "Meaning", "Shape or unit")
WIDTHS = (14, 44, 24)
KEYS = {
    "tex": records.Key(),
    "meaning": records.Key(),
    "shape": records.Key(empty=True),
    "size": records.Key(required=False),
    "indexed": records.Key(kind=bool, required=False),
}


@dataclass(frozen=True)
class Symbol:
    """One symbol, or several that mean the same for different things."""

    tex: str
    meaning: str
    shape: str
    size: str = ""
    indexed: bool = False  # with any index it is still this symbol: a part of it, or one of a kind

    @property
    def label(self) -> str:
        """What a reference to its row is called.

        >>> Symbol("d_c'", "", "").label, Symbol("Q, K, V", "", "").label
        ('symbol-d_c-prime', 'symbol-Q-K-V')
        """
        return "symbol-" + re.sub(r"\W+", "-", self.tex.replace("'", " prime")).strip("-")


def load(path: Path) -> list[Symbol]:
    """Read the symbols."""
    return [Symbol(**entry) for _, entry in records.read(path, "symbol", KEYS)]


def models(env: BuildEnvironment) -> dict[str, Any]:
    """The shapes of the models whose sizes the table shows, by the heading of their column."""
    names: Mapping[str, str] = env.config.press_notation_models
    if not names:
        return {}
    config = import_module("minseek.config")
    return {head: config.ModelConfig.from_hf(config.load(name)) for head, name in names.items()}


def size(symbol: Symbol, model: object) -> str:
    """How large a symbol is in a model, or a dash."""
    if not symbol.size:
        return ""
    names = {"__builtins__": BUILTINS | {"getattr": getattr}, **vars(model)}
    try:
        found = eval(symbol.size, names)
    except AttributeError:  # the model has no such part
        return "–"
    return "–" if found is None else readable(found)


class Notation(SphinxDirective):
    """``{notation}``: every symbol with its meaning, its shape and its sizes."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        path = notation_path(self.env)
        self.env.note_dependency(str(path))
        shapes = models(self.env)
        widths = (*WIDTHS, *(10 for _ in shapes))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=w) for w in widths), cols=len(widths))
        group += nodes.thead("", self._row([*COLUMNS, *shapes]))
        body = nodes.tbody()
        for symbol in load(path):
            sizes = [size(symbol, model) for model in shapes.values()]
            row = self._row([f"${symbol.tex}$", symbol.meaning, symbol.shape, *sizes])
            row["names"].append(symbol.label)
            row["ids"].append(symbol.label)
            self.state.document.note_explicit_target(row, row)
            body += row
        group += body
        return [nodes.table("", group, classes=["notation"])]

    def _row(self, cells: list[str]) -> nodes.row:
        return nodes.row("", *map(self._cell, enumerate(cells)))

    def _cell(self, cell: tuple[int, str]) -> nodes.entry:
        column, markup = cell
        inline, messages = self.parse_inline(markup, lineno=self.lineno)
        align = ["text-right"] if column >= len(COLUMNS) else []
        return nodes.entry("", nodes.paragraph("", "", *inline, *messages), classes=align)


def letters(mathml: str) -> set[str]:
    """The single letters of a formula, without their weight; words like "max" name themselves."""
    found = {unicodedata.normalize("NFKC", mi.text or "") for mi in parse(mathml).iter("mi")}
    return {letter for letter in found if len(letter) == 1 and letter.isalpha()}


def unintroduced(
    env: BuildEnvironment, docname: str, known: set[str]
) -> Iterator[tuple[int | None, str]]:
    """Yield each display formula of a document with a letter that nobody introduced."""
    domain = cast("maths.MathsDomain", env.get_domain("maths"))
    uses = domain.uses.get(docname, [])
    told = {letter for use in uses if not use.formula.display for letter in _letters(domain, use)}
    for use in uses:
        if use.formula.display:
            yield from (
                (use.line, letter) for letter in sorted(_letters(domain, use) - told - known)
            )


def _letters(domain: maths.MathsDomain, use: maths.Use) -> set[str]:
    return letters(domain.converted[use.formula].mathml)


def check(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Warn about every letter of a display formula that was never introduced."""
    if not (path := notation_path(env)).exists():
        return []
    known = {
        letter
        for symbol in load(path)
        for letter in letters(maths.mathml(env, symbol.tex, display=False))
    }
    for docname in series.domain(env).articles:
        for line, letter in unintroduced(env, docname, known):
            logger.warning(
                "a displayed formula uses %s, which neither %s nor a sentence of this article "
                "introduces; say what it means", letter, path.name,
                location=(docname, line), type="press", subtype="notation",
            )  # fmt: skip
    return []


def notation_path(env: BuildEnvironment) -> Path:
    """Where the symbols lie."""
    return Path(env.srcdir, env.config.press_notation)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and the check."""
    app.setup_extension("press.maths")
    app.setup_extension("press.series")
    app.add_config_value("press_notation", "notation.toml", "env", frozenset({str}))
    app.add_config_value("press_notation_models", {}, "env", frozenset({dict}))
    app.add_directive("notation", Notation)
    app.connect("env-updated", check, priority=600)  # after all formulas were converted
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
