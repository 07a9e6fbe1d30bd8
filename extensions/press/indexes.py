"""Indexes: the pages that list series, phases and articles, written from the plan.

``{series-index}``, ``{series-contents} key`` and ``{phase-contents}`` stand for lists that are
complete in every format. What needs the whole book (counts, links) is filled in at writing time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from press import bookmarks, downloads, links, prerequisites, reading_map
from press import series as press_series
from press.plan import Phase, PlannedArticle, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class article_row(nodes.General, nodes.Element):
    """One article of the plan, written or coming; attribute ``label``."""


class totals(nodes.General, nodes.Element):
    """What exists of a series or phase; attributes ``labels`` and ``phases``."""


class _Index(SphinxDirective):
    has_content = False

    @property
    def series(self) -> press_series.SeriesDomain:
        return press_series.domain(self.env)

    @property
    def here(self) -> str:
        return self.env.current_document.docname

    def toctree(self, docnames: Iterable[str]) -> addnodes.toctree:
        """A hidden toctree; ``glob`` makes Sphinx re-read this page when a file is added."""
        found = [d for d in docnames if d in self.env.found_docs]
        node = addnodes.toctree(
            parent=self.here,
            entries=[(None, docname) for docname in found],
            includefiles=found,
            maxdepth=-1,
            caption=None,
            glob=True,
            hidden=True,
            includehidden=False,
            numbered=0,
            titlesonly=True,
        )
        self.set_source_info(node)
        self.env.note_dependency(self.series.plan.path)
        return node

    def articles_below(self, folder: str) -> list[str]:
        """Docnames of the article files in a folder, in reading order."""
        return sorted(
            docname
            for docname in self.env.found_docs
            if docname.rpartition("/")[0] == folder and not docname.endswith("/index")
        )


class SeriesIndex(_Index):
    """All series: title, tagline, tags, what exists."""

    def run(self) -> list[nodes.Node]:
        entries = self.series.plan.series
        found: list[nodes.Node] = [self.toctree(s.index for s in entries)]
        found.append(_jumps("Series", [(f"series-{s.key}", s.title) for s in entries]))
        for series in entries:
            card = nodes.section(ids=[f"series-{series.key}"], classes=["series-card"])
            card += nodes.title("", "", links.document(self.here, series.index, series.title))
            card += nodes.paragraph("", series.tagline, classes=["tagline"])
            card += totals(labels=[a.label for a in series.articles], phases=_spans(series))
            card += press_series.tag_line(series.tags)
            found.append(card)
        return found


class SeriesContents(_Index):
    """A map of one series, then all its phases and articles."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        key = self.arguments[0]
        series = next((s for s in self.series.plan.series if s.key == key), None)
        if series is None:
            keys = ", ".join(s.key for s in self.series.plan.series)
            raise self.error(f"no series {key!r} in {self.series.plan.path.name}: use {keys}")
        below = [f"{p.folder}/index" for p in series.phases if p.number]
        below = below or self.articles_below(series.folder)
        found: list[nodes.Node] = [
            self.toctree(below),
            nodes.paragraph("", series.tagline, classes=["tagline"]),
            totals(labels=[a.label for a in series.articles], phases=_spans(series)),
            press_series.tag_line(series.tags),
            downloads.downloads(series=series.key),
            reading_map.reading_map(series=series.key),
        ]
        for phase in series.phases:
            found += [self.phase(phase) if phase.number else _rows(phase.articles)]
        return found

    def phase(self, phase: Phase) -> nodes.section:
        """One phase: its title as a link, its blurb, its articles."""
        section = nodes.section(ids=[f"phase-{phase.number}"], classes=["phase"])
        title = f"Phase {phase.number}. {phase.title}"
        section += nodes.title("", "", links.document(self.here, f"{phase.folder}/index", title))
        section += nodes.paragraph("", phase.blurb, classes=["blurb"])
        section += _rows(phase.articles)
        return section


class PhaseContents(_Index):
    """The blurb of the phase in whose folder the page lies, and its articles."""

    def run(self) -> list[nodes.Node]:
        place = self.series.plan.at(self.here)
        if place is None:
            raise self.error(f"{self.here} lies in no phase folder of {self.series.plan.path.name}")
        series, phase = place
        where = f"{series.title} · Phase {phase.number} of {len(series.phases)}"
        return [
            self.toctree(self.articles_below(phase.folder)),
            nodes.paragraph("", where, classes=["place"]),
            nodes.paragraph("", phase.blurb, classes=["lead"]),
            nodes.paragraph("", "", nodes.strong("", "After it: "), nodes.Text(phase.after)),
            totals(labels=[a.label for a in phase.articles], phases=[]),
            _rows(phase.articles),
        ]


def _spans(series: Series) -> list[list[str]]:
    return [[a.label for a in phase.articles] for phase in series.phases if phase.number]


def _jumps(name: str, places: Iterable[tuple[str, str]]) -> nodes.paragraph:
    """Return a line of links to places of the same page."""
    found = (nodes.reference("", text, refid=id, internal=True) for id, text in places)
    made = nodes.paragraph("", f"{name}: ", classes=["jump"])
    made += links.joined(found, " · ")
    return made


def _rows(articles: Iterable[PlannedArticle]) -> nodes.bullet_list:
    rows = nodes.bullet_list(classes=["articles"])
    rows += [
        article_row(label=a.label, title=a.title, level=a.level, hook=a.hook) for a in articles
    ]
    return rows


def reread_indexes(
    app: Sphinx, env: BuildEnvironment, added: Set[str], changed: Set[str], removed: Set[str]
) -> list[str]:
    """A changed article changes the counts on the pages above it: read these again."""
    series = press_series.domain(env)
    stale: set[str] = set()
    for docname in added | changed | removed:
        if place := series.plan.at(docname):
            stale |= {"index", place[0].index, f"{place[1].folder}/index"}
    return sorted(stale & env.found_docs)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill in rows and totals."""
    written = press_series.domain(app.env).written
    graph = prerequisites.of(app.env)
    for row in list(doctree.findall(article_row)):
        after = reading_map.in_words(graph, row["label"])
        row.replace_self(_row(app, docname, row, written.get(row["label"]), after))
    for node in list(doctree.findall(totals)):
        found = [written[label] for label in node["labels"] if label in written]
        status = nodes.paragraph("", _totals(node, found, written.keys()), classes=["status"])
        node.replace_self([status, *bookmarks.summary(app, docname, found)])


def _row(
    app: Sphinx,
    docname: str,
    row: article_row,
    article: press_series.Article | None,
    after: str,
) -> nodes.list_item:
    first = nodes.paragraph("", "", nodes.inline("", row["label"], classes=["label"]))
    first += nodes.Text(" ")
    if article is None:
        item = nodes.list_item(classes=["article-row", "coming-soon"])
        first += nodes.inline("", row["title"], classes=["title"])
        meta = f"{row['level']} · coming soon"
    else:
        item = nodes.list_item(classes=["article-row"])
        uri = app.builder.get_relative_uri(docname, article.docname)
        first += nodes.reference("", row["title"], refuri=uri, internal=True)
        meta = f"{article.level} · {article.minutes} min · {article.words:,} words"
    told = nodes.inline("", f"{meta} · " if after else meta, classes=["meta"])
    told += nodes.inline("", after, classes=["after"]) if after else []
    first += [nodes.Text(" "), told]
    item += [first, nodes.paragraph("", row["hook"], classes=["hook"])]
    return item


def _totals(node: totals, found: list[press_series.Article], written: Set[str]) -> str:
    parts = [f"{len(found)} of {len(node['labels'])} articles"]
    if found:
        parts.append(f"{sum(a.words for a in found):,} words")
        parts.append(f"{sum(a.minutes for a in found)} min")
    if node["phases"]:
        done = sum(all(label in written for label in phase) for phase in node["phases"])
        parts.append(f"{done} of {len(node['phases'])} phases complete")
    return " · ".join(parts)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the three directives and the two placeholder nodes."""
    app.setup_extension("press.reading_map")
    app.setup_extension("press.downloads")
    app.setup_extension("press.article_page")
    app.add_node(article_row)
    app.add_node(totals)
    app.add_directive("series-index", SeriesIndex)
    app.add_directive("series-contents", SeriesContents)
    app.add_directive("phase-contents", PhaseContents)
    app.connect("env-get-outdated", reread_indexes)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
