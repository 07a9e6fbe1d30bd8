"""Order of terms: no article uses a term of the glossary before a reader of it has met the term.

An article may use the terms that it introduces itself and those of its prerequisites, directly or
not. A use is a ``{term}``, or the exact phrase in prose if it has several words ("ridge point",
"self-attention"); single words such as "key" or "head" mean other things as well, so they count
only as ``{term}``. A phrase in emphasis names a thing without using it, and is no use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util import logging

from press import glossary, prerequisites, series

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

PROSE = (nodes.paragraph, nodes.caption, nodes.title)
GAP = "\0"  # stands for what is no prose: no phrase goes across it
Use = tuple[int | None, str, bool]  # line, term, is it a {term}?


def phrases(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds the names of several words, the longest first.

    >>> phrases(["key", "ridge point"]).findall("A key to Ridge\\npoints.")
    ['Ridge\\npoint']
    """
    several = sorted((n for n in names if re.search(r"[\s-]", n)), key=len, reverse=True)
    words = ("\\s+".join(map(re.escape, name.split())) for name in several)
    return re.compile(rf"(?<![\w-])({'|'.join(words) or '(?!)'})(?=s?(?![\w-]))", re.I)


def uses(document: nodes.document, names: Iterable[str]) -> Iterator[Use]:
    """Yield each use of a term in a document, where it stands."""
    by_key = {name.casefold(): name for name in names}
    pattern = phrases(by_key.values())
    for block in document.findall(lambda node: isinstance(node, PROSE)):
        if isinstance(block, nodes.Element) and not _is_title(block):
            yield from _uses(block, by_key, pattern)


def _is_title(block: nodes.Element) -> bool:
    """Tell whether a block is an article's title: the plan wrote it."""
    return isinstance(block, nodes.title) and block.parent.parent is block.document


def _uses(block: nodes.Element, by_key: dict[str, str], pattern: re.Pattern[str]) -> Iterator[Use]:
    text = ""
    for node in block.findall():
        start = block.line and block.line + text.count("\n")
        if isinstance(node, pending_xref) and node.get("reftype") == "term":
            if name := by_key.get(node["reftarget"].casefold()):
                yield start, name, True
        elif isinstance(node, nodes.Text):
            plain = isinstance(node.parent, (*PROSE, nodes.strong))
            text += node.astext() if plain else GAP + "\n" * node.astext().count("\n")
        elif not isinstance(node, (*PROSE, nodes.strong)):
            text += GAP
    for found in pattern.finditer(text):
        line = block.line and block.line + text.count("\n", 0, found.start())
        yield line, by_key[" ".join(found[0].split()).casefold()], False


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep an article's uses; a new term in the glossary is looked for in every article."""
    docname = app.env.current_document.docname
    path = glossary.glossary_path(app.env)
    if docname not in series.domain(app.env).articles or not path.exists():
        return
    app.env.note_dependency(str(path))
    own = glossary.domain(app.env)
    own.data["uses"][docname] = list(uses(doctree, own.terms))


def problems(env: BuildEnvironment, docname: str) -> Iterator[tuple[int | None, str]]:
    """Yield line and sentence for each term that comes too early, or is promised and missing."""
    article, own = series.article(env, docname), glossary.domain(env)
    known = {article.label, *prerequisites.before(prerequisites.of(env), article.label)}
    named, told = set(), set()
    for line, name, is_role in own.data["uses"].get(docname, ()):
        named |= {name} if is_role else set()
        labels = glossary.introducers(env, own.terms[name])
        if name in told or not labels or known.intersection(labels):
            continue
        told.add(name)
        yield line, _too_early(env, article, name, is_role)
    for name in article.defines:
        if name in own.terms and name not in named:
            yield (
                series.domain(env).data["lines"][docname]["defines"],
                f"`defines` names {name!r}, which the text never marks: write {{term}}`{name}` "
                "where it is explained",
            )


def _too_early(env: BuildEnvironment, article: series.Article, name: str, is_role: bool) -> str:
    """Say where a term is introduced and what an author can do about it."""
    labels = glossary.introducers(env, glossary.domain(env).terms[name])
    entry = next(s for s in series.domain(env).plan.series if s.key == article.series)
    inside = [a.label for a in entry.articles]
    later = set(inside[inside.index(article.label) :])
    ways = [f"add {label!r} to `prerequisites`" for label in labels if label not in later][:1]
    ways += ["explain it here and let `defines` name it in place of the other article's"]
    ways += ["say it in other words" if is_role else f"only name it, in emphasis: *{name}*"]
    return (
        f"{name!r} is used before it is introduced, for {' and '.join(labels)} introduces it and "
        f"{article.label} does not build on that: {', or '.join(ways)}"
    )


def check(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Warn of each term that an article uses too early."""
    if not series.understood(env):
        return []
    for docname in sorted(series.domain(env).articles):
        for line, message in problems(env, docname):
            logger.warning(message, location=(docname, line), type="press", subtype="glossary")
    return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the collecting and the check."""
    app.setup_extension("press.glossary")
    app.setup_extension("press.prerequisites")
    app.connect("doctree-read", collect)
    app.connect("env-updated", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
