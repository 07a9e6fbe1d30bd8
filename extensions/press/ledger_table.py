"""What the pages of a website's ledger are made of: the form that searches, tables, rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes

from press.fact_data import Fact
from press.facts import SEEN, FactDomain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

FACTS = {  # the columns, and which paragraphs of a definition stand in them
    "Value": (),
    "Fact": ("says", "on", "why"),
    "Source": ("source",),
    "Recomputed": ("ours",),
    "Used in": ("uses",),
}
SUBJECTS = ["Subject", "Facts", "Recomputed", "Differ", "Used"]

FILTERS = {  # name -> its label and what may be chosen: the kinds of facts
    "seen": ("How seen", SEEN),
    "recomputed": (
        "Recomputed",
        {
            "recomputed": "yes",
            "same": "the same",
            "differs": "differs",
            "disputed": "not reproduced",
            "unchecked": "no",
        },
    ),
    "used": ("Used", {"used": "in an article", "unused": "not yet"}),
}
FORM = """<form class="fact-search" role="search" aria-label="Facts"{index}>
<label>Search facts <input type="search" name="words" autocomplete="off" spellcheck="false"></label>
{choices}<p><output>{count}</output> <button type="reset">Clear</button></p>
</form>
"""
CHOICE = '<label>{} <select name="{}"><option value="">any</option>{}</select></label>\n'
OPTION = '<option value="{}">{}</option>'


class fact_search(nodes.General, nodes.Element):
    """The form; attributes ``count`` and, where all facts are searched, ``index``, their file."""


class fact_row(nodes.row):
    """A fact; attribute ``data``: what it is sorted by."""


def kinds(domain: FactDomain, fact: Fact) -> Iterator[str]:
    """Say what a fact is, in the words of the filters."""
    yield fact.seen
    yield "unchecked" if fact.ours is None else "recomputed"
    if fact.ours is not None:
        yield "same" if fact.reached else "differs"
    if fact.disputed:
        yield "disputed"
    yield "used" if domain.used_in(fact.id) else "unused"


def counts(domain: FactDomain, facts: list[Fact]) -> list[nodes.entry]:
    """Count the facts of a subject: all, and those of the kinds that have a column."""
    found = [kind for fact in facts for kind in kinds(domain, fact)]
    numbers = [len(facts), *map(found.count, ("recomputed", "differs", "used"))]
    return [cell(nodes.paragraph("", f"{n:,}"), classes=["text-right"]) for n in numbers]


def row(domain: FactDomain, item: nodes.definition_list_item, uri: str) -> fact_row:
    """Set a fact of the ledger as a row that keeps its id; ``uri`` is the page it stands on."""
    (term,), (body,) = item.findall(nodes.term), item.findall(nodes.definition)
    paragraphs = list(body.findall(nodes.paragraph))
    (id,) = term["ids"]
    fact = domain.base.facts[id.removeprefix("fact-")]
    link = nodes.reference("", fact.display, refuri=f"{uri}#{id}", internal=True)
    cells = [cell(*(p for p in paragraphs if p["classes"][0] in names)) for names in FACTS.values()]
    cells[0] += nodes.paragraph("", "", link)
    data = {"unit": fact.unit, "value": fact.value, "uses": len(domain.used_in(fact.id))}
    if fact.ours is not None:
        data["difference"] = f"{abs(fact.difference):.6g}"
    return fact_row("", *cells, ids=[id], classes=list(kinds(domain, fact)), data=data)


def record(row: fact_row) -> list[Any]:
    """Return what the search of all facts knows of one: its row, as text."""
    cells = [
        [words(p) for p in entry.findall(nodes.paragraph)] for entry in row.findall(nodes.entry)
    ]
    return [row["ids"][0], " ".join(row["classes"]), row["data"], cells]


def words(paragraph: nodes.paragraph) -> str:
    """Return a paragraph without the label that the head of its column repeats."""
    (first, *rest) = paragraph.children
    labelled = isinstance(first, nodes.Element) and "label" in first["classes"]
    return "".join(child.astext() for child in (rest if labelled else paragraph.children))


def table(columns: list[str], rows: Sequence[nodes.row], name: str) -> nodes.table:
    """Set rows under a head."""
    head = nodes.row("", *(cell(nodes.paragraph("", title)) for title in columns))
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in columns))
    group += [nodes.thead("", head), nodes.tbody("", *rows)]
    return nodes.table("", group, classes=[name])


def cell(*content: nodes.Node, classes: list[str] | None = None) -> nodes.entry:
    """Set a cell."""
    return nodes.entry("", *content, classes=classes or [])


def visit_search(self: HTML5Translator, node: fact_search) -> None:
    """Write the form; without script the style sheet hides it."""
    choices = "".join(
        CHOICE.format(label, name, "".join(map(OPTION.format, kinds, kinds.values())))
        for name, (label, kinds) in FILTERS.items()
    )
    index = f' data-index="{node["index"]}"' if "index" in node else ""
    count = f"{node['count']:,} facts"
    self.body.append(FORM.format(index=index, choices=choices, count=count))
    raise nodes.SkipNode


def visit_row(self: HTML5Translator, node: fact_row) -> None:
    """Begin a row that says what it is sorted by."""
    data = {f"data-{key}": value for key, value in node["data"].items()}
    self.body.append(self.starttag(node, "tr", "", **data))
    node.column = 0  # type: ignore[attr-defined]  # where docutils counts the cells


def depart_row(self: HTML5Translator, node: fact_row) -> None:
    """End it."""
    self.depart_row(node)


def setup(app: Sphinx) -> None:
    """Register the two nodes."""
    app.add_node(fact_search, html=(visit_search, None))
    app.add_node(fact_row, html=(visit_row, depart_row))
