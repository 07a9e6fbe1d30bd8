"""Glossary: ``{glossary-terms}`` prints the terms, each with the article that introduces it.

The terms are data (``press_glossary``). An article introduces those that its front matter
`defines`; a term of an article to come names it in `planned`. Each series can be read alone, so a
term may be introduced once in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.domains.std import make_glossary_term
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from press import links, records, series

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

KEYS = {
    "name": records.Key(),
    "text": records.Key(),
    "planned": records.Key(list, required=False),
}
Place = tuple[str, int] | str  # a document and its line, or "path:line"


@dataclass(frozen=True)
class Term:
    """One term: its definition, the articles to come that shall introduce it, its line."""

    name: str
    text: str
    planned: tuple[str, ...]
    line: int


def load(path: Path) -> dict[str, Term]:
    """Read the terms, by name; a name that comes twice, in whatever case, is an error."""
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(path: Path, mtime: int) -> dict[str, Term]:  # mtime: a live rebuild must see an edit
    found: dict[str, Term] = {}
    lines: dict[str, int] = {}
    for line, entry in records.read(path, "term", KEYS):
        name = entry["name"]
        if (first := lines.setdefault(name.casefold(), line)) != line:
            raise SphinxError(
                f"{path}:{line}: the term {name!r} is on line {first} already: remove one"
            )
        found[name] = Term(name, entry["text"], tuple(entry.get("planned", ())), line)
    return found


class GlossaryDomain(Domain):
    """On which pages the glossary stands, what it was made from, and which terms articles use."""

    name, label = "glossary", "Glossary"
    initial_data: ClassVar[dict[str, Any]] = {
        "pages": set(),
        "printed": None,  # what the "Introduced in" lines were made from
        "uses": {},  # docname -> [(line, term)], kept by press.term_order
    }

    @property
    def terms(self) -> dict[str, Term]:
        """The terms, from the configured file; none if a project has no such file."""
        path = glossary_path(self.env)
        return load(path) if path.exists() else {}

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.data["pages"].discard(docname)
        self.data["uses"].pop(docname, None)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        self.data["pages"] |= otherdata["pages"] & docnames
        self.data["uses"] |= {d: v for d, v in otherdata["uses"].items() if d in docnames}


def glossary_path(env: BuildEnvironment) -> Path:
    """Where the terms lie."""
    return Path(env.srcdir, env.config.press_glossary)


def domain(env: BuildEnvironment) -> GlossaryDomain:
    """The glossary domain of an environment."""
    return cast("GlossaryDomain", env.get_domain("glossary"))


def introducers(env: BuildEnvironment, term: Term) -> list[str]:
    """Return the labels of the articles that introduce a term or shall, in the plan's order."""
    written = series.domain(env).articles.values()
    known = {a.label for a in written if term.name in a.defines} | {*term.planned}
    return [a.label for s in series.domain(env).plan.series for a in s.articles if a.label in known]


class introduced(nodes.General, nodes.Element):
    """Stands for "Introduced in …" until every article is read; gone before any writer."""


class GlossaryTerms(SphinxDirective):
    """``{glossary-terms}``: all terms, as a glossary to which ``{term}`` leads."""

    def run(self) -> list[nodes.Node]:
        """Return a definition list with one item per term."""
        path = glossary_path(self.env)
        self.env.note_dependency(str(path))
        domain(self.env).data["pages"].add(self.env.docname)
        terms = sorted(load(path).values(), key=lambda term: term.name.casefold())
        items = [self._item(term, str(path)) for term in terms]
        listed = nodes.definition_list("", *items, classes=["glossary"])
        return [addnodes.glossary("", listed, sorted=False)]

    def _item(self, term: Term, path: str) -> nodes.definition_list_item:
        """Set one term, what it means and where it is introduced."""
        words = [nodes.Text(term.name)]
        head = make_glossary_term(self.env, words, None, path, term.line, None, self.state.document)
        inline, messages = self.parse_inline(term.text, lineno=self.lineno)
        meaning = nodes.paragraph("", "", *inline, *messages)
        for node in meaning.findall(nodes.Element):  # what is wrong with one lies in the data
            node.source, node.line = path, term.line
        where = introduced(term=term.name, docname=self.env.docname)
        return nodes.definition_list_item("", head, nodes.definition("", meaning, where))


class Introduced(SphinxPostTransform):
    """Fills in "Introduced in …" once every article has been read."""

    default_priority = 9  # before references are resolved

    def run(self, **_: Any) -> None:
        """Replace each placeholder by links to articles, or the names of those to come."""
        for node in list(self.document.findall(introduced)):
            term = domain(self.env).terms[node["term"]]
            paragraph = nodes.paragraph("", classes=["introduced"])
            for number, label in enumerate(introducers(self.env, term)):
                paragraph += nodes.Text("; " if number else "")
                paragraph += _introduction(self.env, label, node["docname"], number)
            node.replace_self(paragraph)


def _introduction(env: BuildEnvironment, label: str, here: str, number: int) -> list[nodes.Node]:
    """Return "Introduced in" and a link, or "Comes with" and a name."""
    written = series.domain(env).written
    if label not in written:
        planned = (a for entry in series.domain(env).plan.series for a in entry.articles)
        title = next(a.title for a in planned if a.label == label)
        return [nodes.Text(f"{'comes' if number else 'Comes'} with {label} {title}")]
    article = written[label]
    link = links.document(here, article.docname, f"{label} {article.title}")
    return [nodes.Text("introduced in " if number else "Introduced in "), link]


def problems(env: BuildEnvironment) -> Iterator[tuple[Place, str]]:
    """Yield place and sentence where articles, plan and glossary contradict each other."""
    yield from _of_articles(env)
    path = glossary_path(env)
    for term in domain(env).terms.values():
        for message in _of_term(env, term):
            yield f"{path}:{term.line}", f"the term {term.name!r} {message}"


def _of_articles(env: BuildEnvironment) -> Iterator[tuple[Place, str]]:
    """Yield the terms that an article introduces and nobody has defined."""
    own, terms, name = series.domain(env), domain(env).terms, glossary_path(env).name
    for docname, article in sorted(own.articles.items()):
        for term in article.defines:
            if term not in terms:
                near = get_close_matches(str(term), terms, 1)
                hint = f"; the nearest there is {near[0]!r}" if near else ""
                yield (
                    (docname, own.data["lines"][docname]["defines"]),
                    f"`defines` names {term!r}, which is not in {name}: add it there{hint}",
                )


def _of_term(env: BuildEnvironment, term: Term) -> Iterator[str]:
    """Yield what is wrong with where a term is introduced."""
    own, labels = series.domain(env), introducers(env, term)
    written = own.written
    for label in term.planned:
        if label not in own.plan.labels():
            yield f"is planned for {label!r}, which is no article of the plan: use a label, as 1.4"
        elif label in written and term.name not in written[label].defines:
            yield (
                f"is planned for {label}, which is written and does not introduce it: add it to "
                "`defines` there, or plan it for another article"
            )
    if not labels and not term.planned:
        yield (
            "is introduced by no article: name one in `planned`, or add it to `defines` of the "
            "article that explains it"
        )
    for entry in own.plan.series:
        twice = [article.label for article in entry.articles if article.label in labels]
        if len(twice) > 1:
            yield (
                f"is introduced by {' and by '.join(twice)}: leave it in `defines` or `planned` of "
                "one article of the series"
            )


def check(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Warn of contradictions; write the glossary again when an article that it names changed."""
    for at, message in problems(env) if series.understood(env) else ():
        logger.warning(message, location=at, type="press", subtype="glossary")
    own = domain(env)
    written = sorted((a.label, a.title, a.docname) for a in series.domain(env).articles.values())
    printed = written, {name: introducers(env, term) for name, term in own.terms.items()}
    if printed == own.data["printed"]:
        return []
    own.data["printed"] = printed
    return sorted(own.data["pages"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain, the directive and the check."""
    app.setup_extension("press.series")
    app.add_config_value("press_glossary", "glossary.toml", "env", frozenset({str}))
    app.add_domain(GlossaryDomain)
    app.add_node(introduced)
    app.add_directive("glossary-terms", GlossaryTerms)
    app.add_post_transform(Introduced)
    app.connect("env-updated", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
