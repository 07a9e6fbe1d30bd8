"""Computed sources: ``{computed-sources}`` says where the data of each row are from.

And what it shares with ``{computed}``: the rows of a kind, and the files that a page is made from.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from press import facts
from press.computed_data import KINDS, SEEN, Kind, Row, grouped
from press.reading import written_date

NAMES = {
    "memory": "memory", "bandwidth": "bandwidth", "sms": "multiprocessors", "clock": "clock",
    "shared": "shared memory", "l2": "L2", "exp": "exponentials", "nvlink": "NVLink",
}  # fmt: skip


class About(SphinxDirective):
    """What both directives share: rows of a kind, read from the book's data."""

    required_arguments = 1

    def _kind(self) -> Kind:
        if (name := self.arguments[0]) not in KINDS:
            raise self.error(f"no rows {name!r}; choose one of {', '.join(KINDS)}")
        return KINDS[name]

    def _rows(self) -> list[Row]:
        """Read the rows, and note every file that the page is made from."""
        kind, folder = self._kind(), Path(self.env.srcdir).parent / self.config.press_computed
        code = [*facts.code_files("minseek.config"), *facts.code_files("minseek.accounting")]
        for path in [*kind.files(folder), *code]:
            self.env.note_dependency(str(path))
        return kind.rows(folder)

    def _text(self, markup: str) -> nodes.paragraph:
        inline, messages = self.parse_inline(markup, lineno=self.lineno)
        return nodes.paragraph("", "", *inline, *messages)


class ComputedSources(About):
    """``{computed-sources} models``: where each row's data are from, and how that was seen."""

    def run(self) -> list[nodes.Node]:
        """Return a definition list with one item per row."""
        tell = self._model if self.arguments[0] == "models" else self._chip
        items = [
            nodes.definition_list_item(
                "",
                nodes.term("", "", nodes.strong("", row.name)),
                nodes.definition("", *tell(row)),
            )
            for row in self._rows()
        ]
        return [nodes.definition_list("", *items, classes=["facts"])]

    def _model(self, row: Row) -> list[nodes.paragraph]:
        """Say whose a config.json is, where we read it and what else says the same."""
        source = row.sources
        seen, date = SEEN["models"][source["seen"]], written_date(source["date"].isoformat())
        address = source["address"]
        return [
            nodes.paragraph(
                "", f"{source['published']}. ", nodes.reference("", "config.json", refuri=address),
                nodes.Text(", here "), nodes.literal("", f"configs/{row.id}.json"), nodes.Text("."),
            ),
            nodes.paragraph("", f"{seen[0].upper()}{seen[1:]}, {date}: {source['read']}."),
            nodes.paragraph("", f"Checked: {source['checked'].rstrip('.')}."),
        ]  # fmt: skip

    def _chip(self, row: Row) -> list[nodes.paragraph]:
        """Say which limits each source gives."""
        return [
            self._limits(source, seen, [NAMES.get(key, key.upper()) for key in keys])
            for source, seen, keys in grouped(row)
        ]

    def _limits(self, source: str, seen: str, names: list[str]) -> nodes.paragraph:
        """Set one source; a key of the bibliography cites it, and an address is a link."""
        names[0] = names[0][0].upper() + names[0][1:]
        paragraph = nodes.paragraph("", f"{', '.join(names)}: ")
        entries = self.env.get_domain("cite").data["bibdata"].data.entries
        for word in re.split(r"(https?://\S+|\w+)", source):
            if word.startswith("http"):
                paragraph += nodes.reference("", word, refuri=word)
            elif word in entries:
                paragraph += self._text(f"{{cite:t}}`{word}`").children
            else:
                paragraph += nodes.Text(word)
        paragraph += nodes.Text(f"; {SEEN['chips'][seen]}.")
        return paragraph
