"""Series: front matter becomes articles with counts, numbers, a head and a place in their book.

Nothing of this is typed twice: labels and neighbours come from the plan (`press.plan`), words and
minutes from the text itself (`press.reading`), numbers of figures and equations from the label.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.utils.smartquotes import smartyPants
from sphinx.domains import Domain
from sphinx.util import logging

from press import frontmatter, plan, reading

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from press.plan import Series

logger = logging.getLogger(__name__)

BACK_MATTER = (
    "reference/notation",
    "reference/glossary",
    "reference/models",
    "reference/hardware",
    "reference/explorables",
    "reference/facts",
    "reference/bibliography",
    "reference/colophon",
)


@dataclass(frozen=True)
class Article:
    """A written article: its front matter, its label and its size."""

    docname: str
    title: str
    series: str
    phase: int
    number: int
    label: str
    level: str
    tags: tuple[str, ...]
    date: str
    description: str
    prerequisites: tuple[str, ...]
    defines: tuple[str, ...]
    departs: tuple[str, ...] = ()
    words: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Part:
    """A phase as it stands in a book: only written articles."""

    number: int | None
    title: str | None
    blurb: str
    docname: str | None
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """What one PDF and one EPUB contain."""

    key: str
    title: str
    blurb: str
    tags: tuple[str, ...]
    docname: str
    stem: str
    parts: tuple[Part, ...]
    back: tuple[str, ...]


class article_head(nodes.General, nodes.Element):
    """What stands under an article's title, as attributes: each format sets it in its own way."""


class SeriesDomain(Domain):
    """The articles read so far; survives incremental and parallel builds."""

    name, label = "series", "Series"
    data_version = 2
    initial_data: ClassVar[dict[str, Any]] = {"articles": {}, "lines": {}}

    @property
    def plan(self) -> plan.Plan:
        """The plan, from the configured file."""
        return plan.load(plan_path(self.env))

    @property
    def articles(self) -> dict[str, Article]:
        """Written articles by docname."""
        return cast("dict[str, Article]", self.data["articles"])

    @property
    def written(self) -> dict[str, Article]:
        """Written articles by label."""
        return {article.label: article for article in self.articles.values()}

    def written_of(self, entry: Series) -> Iterator[Article]:
        """Yield the written articles of a series, in the order of the plan."""
        written = self.written
        return (written[a.label] for a in entry.articles if a.label in written)

    def clear_doc(self, docname: str) -> None:
        self.articles.pop(docname, None)
        self.data["lines"].pop(docname, None)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        for docname in docnames & otherdata["articles"].keys():
            self.articles[docname] = otherdata["articles"][docname]
            self.data["lines"][docname] = otherdata["lines"][docname]

    def check_consistency(self) -> None:
        first: dict[str, str] = {}
        for docname, article in sorted(self.articles.items()):
            other = first.setdefault(article.label, docname)
            if other != docname:
                logger.warning(
                    "article number %s is taken by %s already: give one of them another number",
                    article.label,
                    other,
                    location=(docname, self.data["lines"][docname]["number"]),
                    type="press",
                    subtype="series",
                )


def plan_path(env: BuildEnvironment) -> Path:
    """Where the plan lies."""
    return Path(env.srcdir, env.config.press_plan)


def domain(env: BuildEnvironment) -> SeriesDomain:
    """The series domain of an environment."""
    return cast("SeriesDomain", env.get_domain("series"))


def article(env: BuildEnvironment, docname: str) -> Article:
    """The article in a document; KeyError if the document is none."""
    return domain(env).articles[docname]


def understood(env: BuildEnvironment) -> bool:
    """Tell whether every article's front matter could be used, so that the whole is known."""
    series = domain(env)
    found = (d for d in env.found_docs if series.plan.at(d) and not d.endswith("/index"))
    return all(docname in series.articles for docname in found)


def books(env: BuildEnvironment) -> tuple[Book, ...]:
    """One book per series, with the phases that have a written article."""
    series = domain(env)
    back = tuple(docname for docname in BACK_MATTER if docname in env.found_docs)
    return tuple(
        Book(s.key, s.title, s.tagline, s.tags, s.index, s.stem, tuple(_parts(series, s)), back)
        for s in series.plan.series
    )


def _parts(series: SeriesDomain, entry: plan.Series) -> Iterator[Part]:
    written = {article.label: docname for docname, article in series.articles.items()}
    for phase in entry.phases:
        chapters = tuple(written[a.label] for a in phase.articles if a.label in written)
        if not chapters:
            continue
        if phase.number:
            yield Part(phase.number, phase.title, phase.blurb, f"{phase.folder}/index", chapters)
        else:
            yield Part(None, None, phase.blurb, None, chapters)


def read_front_matter(app: Sphinx, docname: str, content: list[str]) -> None:
    """Register an article; a front matter that is wrong is located and the build fails."""
    series = domain(app.env)
    place = series.plan.at(docname)
    if place is None or docname.endswith("/index"):
        return
    app.env.note_dependency(series.plan.path, docname=docname)
    try:
        matter = frontmatter.parse(content[0])
    except frontmatter.FrontMatterError as exc:
        _warn(docname, exc.line, str(exc))
        return
    faults = list(frontmatter.problems(matter, docname, series.plan, *place))
    for line, message in faults:
        _warn(docname, line, message)
    if faults:
        return
    values, (entry, phase) = matter.values, place
    series.articles[docname] = Article(
        docname=docname,
        title=values["title"],
        series=entry.key,
        phase=phase.number,
        number=values["number"],
        label=next(a.label for a in phase.articles if a.number == values["number"]),
        level=values["level"],
        tags=tuple(values["tags"]),
        date=values["date"].isoformat(),
        description=smartyPants(values["description"], "q"),  # quotes as in the text
        prerequisites=tuple(values["prerequisites"]),
        defines=tuple(values["defines"]),
        departs=tuple(values.get("departs", ())),
    )
    series.data["lines"][docname] = matter.lines


def _warn(docname: str, line: int, message: str) -> None:
    logger.warning(message, location=(docname, line), type="press", subtype="series")


def measure_and_head(app: Sphinx, doctree: nodes.document) -> None:
    """Count the article and put its head under its title."""
    series = domain(app.env)
    docname = app.env.current_document.docname
    if docname not in series.articles:
        return
    entry = series.articles[docname]
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is None or title.astext() != entry.title:
        found = "no title" if title is None else f"the title {title.astext()!r}"
        _warn(docname, 1, f"{found}: begin the text with # {entry.title}")
        return
    words, minutes = reading.measure(doctree)
    entry = replace(entry, words=words, minutes=minutes)
    series.articles[docname] = entry
    place = series.plan.at(docname)
    assert place is not None  # read_front_matter registered it
    title.parent.insert(title.parent.index(title) + 1, _head(entry, *place))


def _head(entry: Article, series: plan.Series, phase: plan.Phase) -> article_head:
    numbers = [a.number for a in phase.articles]
    where = f"Article {numbers.index(entry.number) + 1} of {len(numbers)}"
    if phase.number:
        where += f" · Phase {phase.number} of {len(series.phases)}"
    return article_head(
        label=entry.label,
        place=where,
        level=entry.level,
        date=reading.written_date(entry.date),
        minutes=entry.minutes,
        words=entry.words,
        tags=list(entry.tags),
        description=entry.description,
    )


def tag_line(tags: Iterable[str]) -> nodes.paragraph:
    """The tags of an article or a series."""
    paragraph = nodes.paragraph(classes=["tags"])
    for tag in tags:
        paragraph += [nodes.inline("", tag, classes=["tag"]), nodes.Text(" ")]
    return paragraph


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the domain, the head node and the reading hooks."""
    app.add_config_value("press_plan", "plan.toml", "env", types=frozenset({str}))
    app.add_domain(SeriesDomain)
    app.add_node(article_head)
    app.connect("source-read", read_front_matter)
    app.connect("doctree-read", measure_and_head)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
