"""Article page: on the website, what stands above and below the text of an article.

Above it: where it stands, what it builds on, how to cite it. Below it: the terms that it
introduced and the next article with its question. A book has its contents for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes

from press import bookmarks, prerequisites, series
from press.downloads import article_links
from press.links import absolute, joined

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from press.plan import Phase, PlannedArticle, Series


class Page(NamedTuple):
    """An article and what its page is made with."""

    app: Sphinx
    article: series.Article

    @property
    def place(self) -> tuple[Series, Phase]:
        """The series and the phase of the article."""
        found = series.domain(self.app.env).plan.at(self.article.docname)
        assert found is not None  # or it would be no article
        return found

    def link(self, docname: str, text: str, anchor: str = "") -> nodes.reference:
        """Return a link to another page."""
        uri = self.app.builder.get_relative_uri(self.article.docname, docname) + anchor
        return nodes.reference("", text, refuri=uri, internal=True)

    def name(self, planned: PlannedArticle) -> nodes.Node:
        """Return the name of an article of the plan, as a link if it is written."""
        text = f"{planned.label} {planned.title}"
        if written := series.domain(self.app.env).written.get(planned.label):
            return self.link(written.docname, text)
        return nodes.inline("", f"{text} (coming soon)", classes=["coming-soon"])


def line(name: str, *parts: nodes.Node) -> nodes.paragraph:
    """Return a paragraph of a class."""
    return nodes.paragraph("", "", *parts, classes=[name])


def head(page: Page, told: series.article_head) -> nodes.container:
    """Return what stands under an article's title."""
    article = page.article
    made = nodes.container(classes=["article-head"], is_div=True)
    place = [*place_links(page), nodes.Text(told["place"])]
    meta = f"{told['date']} · {told['level']} · {told['minutes']} min · {told['words']:,} words"
    made += line("place", *joined(place, " · "))
    made += line("lead", nodes.Text(told["description"]))
    made += line("meta", nodes.Text(meta))
    made += series.tag_line(told["tags"])
    made += line("needs", *needs(page))
    made += article_links(page.app, article.docname)
    made += nodes.raw("", citation(page), format="html")
    return made


def place_links(page: Page) -> list[nodes.Node]:
    """Return links to the article's series and, if it has one, its phase."""
    entry, phase = page.place
    found: list[nodes.Node] = [page.link(entry.index, entry.title)]
    if phase.number:
        found.append(page.link(f"{phase.folder}/index", phase.title))
    return found


def needs(page: Page) -> Iterator[nodes.Node]:
    """Yield what the article builds on, without what follows from the rest."""
    domain = series.domain(page.app.env)
    labels = prerequisites.direct(prerequisites.of(page.app.env), page.article.label)
    plan = {a.label: a for entry in domain.plan.series for a in entry.articles}
    if not labels:
        yield nodes.Text("Builds on no other article.")
        return
    yield nodes.Text("Builds on ")
    yield from joined([page.name(plan[label]) for label in labels if label in plan], " and ")


def citation(page: Page) -> str:
    """Return the article's BibTeX entry, folded; with an address if the site has one."""
    article, config = page.article, page.app.config
    entry, _ = page.place
    fields = {
        "author": f"{{{tex(config.author)}}}",
        "title": f"{{{tex(article.title)}}}",
        "howpublished": f"{tex(config.project)}, {tex(entry.title)}, article {article.label}",
        "year": article.date[:4],
        "note": f"Version {config.release}, {article.date}",
    }
    if uri := absolute(config, page.app.builder.get_target_uri(article.docname)):
        fields["url"] = uri
    key = re.sub(r"\W+", "-", f"{config.project} {article.label}".lower())
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return (
        '<details class="citing"><summary>How to cite this article</summary>'
        f"<pre>{escape(f'@misc{{{key},{chr(10)}{lines}}}')}</pre></details>"
    )


def tex(text: str) -> str:
    """Return text as TeX reads it.

    >>> tex("KV Cache & 50 %")
    'KV Cache \\\\& 50 \\\\%'
    """
    return re.sub(r"([&%#$_])", r"\\\1", text)


def foot(page: Page) -> nodes.container:
    """Return what stands below an article."""
    made = nodes.container(classes=["article-foot"], is_div=True)
    made += bookmarks.tick(page.app, page.article)
    if page.article.defines:
        made += line("terms", nodes.strong("", "Introduced here: "), *terms(page))
    made += following(page)
    return made


def following(page: Page) -> Iterator[nodes.paragraph]:
    """Yield the next article that can be read, and one that shall stand before it."""
    entry, _ = page.place
    labels = [a.label for a in entry.articles]
    rest = entry.articles[labels.index(page.article.label) + 1 :]
    written = series.domain(page.app.env).written
    for planned in (a for a in rest if a.label in written):
        yield line("next", nodes.strong("", "Next: "), page.name(planned))
        yield line("hook", nodes.Text(planned.hook))
        break
    if rest and rest[0].label not in written:
        name = f"{rest[0].label} {rest[0].title}"
        yield line("next", nodes.strong("", "Coming soon: "), nodes.Text(name))
        yield line("hook", nodes.Text(rest[0].hook))


def terms(page: Page) -> Iterator[nodes.Node]:
    """Yield the terms that the article introduces, as links to those in the glossary."""
    objects = page.app.env.domains.standard_domain.objects
    names = sorted(page.article.defines, key=str.casefold)
    found = ((name, objects.get(("term", name))) for name in names)
    links: list[nodes.Node] = [
        page.link(at[0], name, f"#{at[1]}") if at else nodes.Text(name) for name, at in found
    ]
    yield from joined(links, ", ")


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Set both on a page of the website."""
    told = next(doctree.findall(series.article_head), None)
    if told is None or app.builder.format != "html":
        return
    page = Page(app, series.article(app.env, docname))
    told.parent.append(foot(page))
    told.replace_self(head(page, told))


def one_next(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Take away the theme's link to the next page, which is not always the next article."""
    if pagename in series.domain(app.env).articles:
        context["next"] = None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both, and that an article has one next."""
    app.setup_extension("press.prerequisites")
    app.setup_extension("press.downloads")
    app.setup_extension("press.bookmarks")
    app.connect("doctree-resolved", resolve)
    app.connect("html-page-context", one_next)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
