"""Computed: ``{computed} models`` and ``{computed} chips`` are tables whose cells are counted.

A line of the body is a column, ``Heading: expression``, in the language of the facts' recompute:
``total(model) / 1e9``. A fact whose recomputation is the same, but for its unit, is found by
itself: the number leads to it, or ``Heading: published`` and ``Heading: difference`` after the
column show both. ``{computed-sources}`` says where each row's data are from.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives

from press import facts
from press.computed_data import Kind, Row
from press.computed_sources import About, ComputedSources
from press.fact_data import BUILTINS, Fact, readable

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

DIGITS = 4  # of a number that is not whole
UNITS = {"1000.0", "1000000.0", "1000000000.0", "1000000000000.0", "1024", "1024 ** 2", "GIB"}
BESIDE = ("published", "difference")  # columns that speak of the fact of the column before


@dataclass(frozen=True)
class Column:
    """A heading and what stands below it."""

    heading: str
    expression: str

    @property
    def beside(self) -> bool:
        """Whether it shows the fact of another column."""
        return self.expression in BESIDE


class _Rename(ast.NodeTransformer):
    """Calls each row by one name, and remembers which rows were meant."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: set[str] = set()

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(ast.Name(name), [ast.Constant(row)], []) if name == self.kind.function:
                self.rows.add(str(row))
                return ast.Name(self.kind.variable)
        return self.generic_visit(node)


@cache
def computation(expression: str, kind: Kind) -> tuple[str, frozenset[str]]:
    """Return what an expression computes, without its unit, and the rows that it names.

    >>> computation("total(published('a')) / 1e9", KINDS["models"])
    ('total(model)', frozenset({'a'}))
    """
    rename = _Rename(kind)
    body = rename.visit(ast.parse(expression, mode="eval")).body
    while isinstance(body, ast.BinOp) and isinstance(body.op, ast.Div):
        if ast.unparse(body.right) not in UNITS:
            break
        body = body.left
    return ast.unparse(body), frozenset(rename.rows)


def value(expression: str, variable: str, names: dict[str, Any]) -> Any:
    """Compute one cell; None if the row lacks a part that it speaks of."""
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Attribute) and _of(variable, node):
            try:
                part = eval(ast.unparse(node), dict(names))
            except AttributeError:
                return None
            if part is None:
                return None
    return eval(expression, dict(names))


def _of(variable: str, node: ast.expr) -> bool:
    """Whether dots lead from a row to this part, as in model.moe.k."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id == variable


def percent(share: float) -> str:
    """Write a difference; what only binary fractions make is none."""
    if abs(share) < 1e-9:
        return "none"
    return f"{100 * share:+.2g}\u00a0%".replace("-", "−")


class Computed(About):
    """``{computed} models``: a table with a row for each model that has what ``:only:`` names."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"only": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        columns = self._columns()
        for path in self._facts.base.files:
            self.env.note_dependency(str(path))
        only = self.options.get("only", "True")
        rows = [row for row in self._rows() if self._value(only, row)]
        lines = [[self._text(row.name), *self._cells(row, columns)] for row in rows]
        for number, column in enumerate(columns, 1):
            if not any(line[number].children for line in lines):
                raise self.error(
                    f"the column {column.heading!r} is empty: no row has {column.expression!r}; "
                    "mend the name, or delete the line"
                )
        return [self._table(columns, lines)]

    @property
    def _facts(self) -> facts.FactDomain:
        return cast("facts.FactDomain", self.env.get_domain("fact"))

    def _columns(self) -> list[Column]:
        found: list[Column] = []
        for line in self.content:
            heading, colon, expression = line.partition(": ")
            column = Column(heading.strip(), expression.strip())
            if not colon or (column.beside and not found):
                raise self.error(f"{line!r} is no column; write Heading: expression")
            found.append(column)
        return found

    def _value(self, expression: str, row: Row) -> Any:
        """Compute an expression of a row; what is wrong with it is the page's fault."""
        variable = self._kind().variable
        accounting = vars(import_module("minseek.accounting"))
        names = {**accounting, "__builtins__": BUILTINS, variable: row.shape}
        try:
            return value(expression, variable, names)
        except Exception as error:
            raise self.error(
                f"{expression!r} cannot be computed for {row.name}: {type(error).__name__}: "
                f"{error}; mend it, or leave such rows out with :only:"
            ) from error

    def _cells(self, row: Row, columns: list[Column]) -> list[nodes.paragraph]:
        """Return a row's cells; one that a row has nothing to say in is empty."""
        cells, fact = [], None
        for number, column in enumerate(columns):
            if column.beside:
                cells.append(self._beside(fact, column.expression))
                continue
            found = self._value(column.expression, row)
            fact = None if found is None else self._fact(column.expression, row)
            shown = any(c.beside for c in columns[number + 1 : number + 2])
            cells.append(self._number(found, None if shown else fact))
        return cells

    def _fact(self, expression: str, row: Row) -> Fact | None:
        """Return the first fact that is recomputed as this cell is computed."""
        kind = self._kind()
        wanted = (computation(expression, kind)[0], frozenset([row.id]))
        for fact in self._facts.base.facts.values():
            if fact.recompute and computation(fact.recompute, kind) == wanted:
                return self._facts.use(fact.id)
        return None

    def _number(self, found: Any, fact: Fact | None) -> nodes.paragraph:
        if found is None:
            return nodes.paragraph()
        text = found if isinstance(found, str) else readable(found, DIGITS)
        if fact and fact.disputed:
            raise self.error(
                f"the fact {fact.id!r} says {fact.display} where {text} is computed; show both: "
                "add the line Published: published below the column"
            )
        return nodes.paragraph(
            "", "", facts.linked(self.env, fact, text) if fact else nodes.Text(text)
        )

    def _beside(self, fact: Fact | None, what: str) -> nodes.paragraph:
        if fact is None:
            return nodes.paragraph()
        if what == "published":
            return nodes.paragraph("", "", facts.linked(self.env, fact, fact.display))
        return nodes.paragraph("", percent(fact.difference))

    def _table(self, columns: list[Column], lines: list[list[nodes.paragraph]]) -> nodes.table:
        widths = (20, *(10 for _ in columns))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=w) for w in widths), cols=len(widths))
        heads = [self._kind().variable.capitalize(), *(column.heading for column in columns)]
        group += nodes.thead("", _row([self._text(head) for head in heads]))
        group += nodes.tbody("", *map(_row, lines))
        return nodes.table("", group, classes=["computed"])


def _row(cells: list[nodes.paragraph]) -> nodes.row:
    """Set a row: the first cell is its name, the others are numbers or a dash."""
    row = nodes.row()
    for number, cell in enumerate(cells):
        paragraph = cell if cell.children else nodes.paragraph("", "–")
        row += nodes.entry("", paragraph, classes=["text-right"] if number else [])
    return row


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both directives."""
    app.setup_extension("press.facts")
    app.setup_extension("press.citations")
    # from the root of the repository, where the source folder lies
    app.add_config_value("press_computed", "code/minseek", "env", frozenset({str}))
    app.add_directive("computed", Computed)
    app.add_directive("computed-sources", ComputedSources)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
