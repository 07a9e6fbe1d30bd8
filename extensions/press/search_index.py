"""The search index of a website: after a small change it is what a build from nothing makes.

Sphinx keeps words that no page holds any more, and forgets the index entries of pages that it
did not write again; so the same book would be searched differently on two machines.
"""

from __future__ import annotations

from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.index_entries import split_index_msg
from sphinx.util.typing import ExtensionMetadata

Entry = tuple[str, str, str, str, str | None]


def complete(app: Sphinx) -> list[tuple[str, dict[str, object], str]]:
    """Mend the index before it is written; no page is added."""
    builder = app.builder
    if isinstance(builder, StandaloneHTMLBuilder) and (indexer := builder.indexer):
        for words in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
        indexer._index_entries.clear()  # its order, that of reading and writing, would be kept
        for docname, entries in sorted(app.env.domains.index_domain.entries.items()):
            indexer._index_entries[docname] = sorted(set(found_by(entries)))
    return []


def found_by(entries: list[Entry]) -> Iterator[tuple[str, str, str]]:
    """Return what the entries of a page are found by: the words, the place, whether it is main."""
    for kind, value, place, main, _ in entries:
        for words in split_index_msg(kind, value):
            yield words, place, main


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the mending."""
    app.connect("html-collect-pages", complete)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
