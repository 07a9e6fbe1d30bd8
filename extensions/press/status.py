"""Status: ``{status}`` shows, article by article, what was checked; the same as status.json.

Facts are counted in the build at hand; examples, seconds and formats come from the record of the
last full check (`press.checked`). An article whose text has changed since says so.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx.domains import Domain
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from press import checked, facts, links, series
from press.fact_data import SEEN
from press.reading import written_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

COLUMNS = ("Article", "Examples", "Facts", "Recomputed", "Valid", "Last checked")
WIDTHS = (26, 14, 22, 12, 12, 16)
SEEN_AS = {
    "primary": "in the original",
    "transcription": "in a transcription",
    "secondary": "in another text",
    "derived": "derived here",
}


@dataclass(frozen=True)
class Row:
    """One article: what the build counts and what the last full check found."""

    docname: str
    label: str
    title: str
    facts: dict[str, int]  # how seen -> how many
    recomputed: int
    disputed: int
    check: checked.Check | None
    changed: bool  # the text is not the one that was checked


class StatusDomain(Domain):
    """On which pages the status stands, and what it was made from."""

    name, label = "status", "Status"
    initial_data: ClassVar[dict[str, Any]] = {"pages": set(), "printed": None}

    checks: dict[str, checked.Check]  # read once per build, by read_checks

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.data["pages"].discard(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        self.data["pages"] |= otherdata["pages"] & docnames


class status_table(nodes.General, nodes.Element):
    """Stands for the table until every article has been read; gone before any writer."""


def _domain(env: BuildEnvironment) -> StatusDomain:
    return cast("StatusDomain", env.get_domain("status"))


class Status(SphinxDirective):
    """``{status}``: the table of all written articles, and a link to the same as JSON."""

    def run(self) -> list[nodes.Node]:
        """Return a placeholder and the link."""
        _domain(self.env).data["pages"].add(self.env.docname)
        link = nodes.reference("", "status.json", refuri="status.json", internal=False)
        line = nodes.paragraph("", "The same for programs: ", link, nodes.Text("."))
        return [status_table(), line]


def rows(env: BuildEnvironment) -> list[Row]:
    """Return the status of every written article, in the order of the plan."""
    checks = _domain(env).checks
    written = series.domain(env).written
    planned = (a for s in series.domain(env).plan.series for a in s.articles)
    found = (written[a.label] for a in planned if a.label in written)
    return [_row(env, article, checks.get(article.docname)) for article in found]


def _row(env: BuildEnvironment, article: series.Article, check: checked.Check | None) -> Row:
    used = facts.used_by(env, article.docname)
    path = Path(env.doc2path(article.docname))
    return Row(
        docname=article.docname,
        label=article.label,
        title=article.title,
        facts={how: n for how in SEEN if (n := Counter(f.seen for f in used)[how])},
        recomputed=sum(fact.ours is not None for fact in used),
        disputed=sum(fact.disputed for fact in used),
        check=check,
        changed=check is not None and check.text != checked.fingerprint(path),
    )


def cells(row: Row) -> Iterator[str]:
    """Yield what the columns after the article say."""
    check = row.check
    yield _examples(check) if check else "not yet run"
    yield "; ".join(f"{n} {SEEN_AS[how]}" for how, n in row.facts.items()) or "none"
    yield f"{row.recomputed}" + (f", {row.disputed} disputed" if row.disputed else "")
    valid = [name for name, valid in check.formats.items() if valid] if check else []
    yield ", ".join(valid) or "none yet"
    changed = "; the text has changed since" if row.changed else ""
    yield f"{written_date(check.date)}{changed}" if check else "never"


def _examples(check: checked.Check) -> str:
    passed = f"{check.examples - check.failures} of " if check.failures else ""
    return f"{passed}{check.examples} in {check.seconds:.1f} s"


def as_json(found: list[Row]) -> str:
    """Return the same for programs."""
    articles = [
        {
            "article": row.docname,
            "label": row.label,
            "title": row.title,
            "facts": row.facts,
            "recomputed": row.recomputed,
            "disputed": row.disputed,
            "changed_since": row.changed,
            "checked": row.check and {k: v for k, v in vars(row.check).items() if k != "text"},
        }
        for row in found
    ]
    return json.dumps({"articles": articles}, indent=1, ensure_ascii=False) + "\n"


class StatusTable(SphinxPostTransform):
    """Puts the table in the place of its placeholder."""

    default_priority = 9  # before references are resolved

    def run(self, **_: Any) -> None:
        """Replace each placeholder."""
        for node in list(self.document.findall(status_table)):
            node.replace_self(_table(self.env.docname, rows(self.env)))


def _table(docname: str, found: list[Row]) -> nodes.table:
    group = nodes.tgroup(cols=len(COLUMNS))
    group += [nodes.colspec(colwidth=width) for width in WIDTHS]
    group += nodes.thead("", nodes.row("", *map(_cell, COLUMNS)))
    body = nodes.tbody()
    for row in found:
        link = links.document(docname, row.docname, f"{row.label} {row.title}")
        first = nodes.entry("", nodes.paragraph("", "", link))
        body += nodes.row("", first, *map(_cell, cells(row)))
    group += body
    return nodes.table("", group, classes=["status"])


def _cell(text: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", text))


def read_checks(app: Sphinx) -> None:
    """Read what the last full check found."""
    _domain(app.env).checks = checked.load(Path(app.confdir, checked.RECORD))


def reprint(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the page again when any of its lines changed."""
    data = _domain(env).data
    printed = as_json(rows(env)) if data["pages"] else None
    if printed == data["printed"]:
        return []
    data["printed"] = printed
    return sorted(data["pages"])


def write_json(app: Sphinx, error: Exception | None) -> None:
    """Write status.json beside each page of a website."""
    if error or app.builder.format != "html":
        return
    for docname in _domain(app.env).data["pages"]:
        path = Path(app.outdir, docname).with_name("status.json")
        path.write_text(as_json(rows(app.env)), "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain, the directive and the file for programs."""
    app.setup_extension("press.series")
    app.setup_extension("press.facts")
    app.add_domain(StatusDomain)
    app.add_node(status_table)
    app.add_directive("status", Status)
    app.add_post_transform(StatusTable)
    app.connect("builder-inited", read_checks)
    app.connect("env-updated", reprint)
    app.connect("build-finished", write_json)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
