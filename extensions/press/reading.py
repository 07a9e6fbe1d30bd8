"""Reading: how many words an article has and how many minutes it takes.

Technical prose is read at about 220 words a minute; a formula or a line of code is not a word.
The rates below are ours, chosen so that formulas and code cost what they cost a careful reader.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from docutils import nodes

from press.exercises import answer

WORDS_PER_MINUTE = 220
SECONDS_PER_DISPLAY_FORMULA = 20
SECONDS_PER_CODE_LINE = 2
SECONDS_PER_FIGURE = 20

_WORD = re.compile(r"\w+(?:[’'\-.,]\w+)*")
_NOT_PROSE = (nodes.literal_block, nodes.math_block, nodes.math, nodes.comment, nodes.raw)


def measure(doctree: nodes.document) -> tuple[int, int]:
    """Words of prose and minutes of reading; folded answers count for neither."""
    open_nodes = list(_open(doctree))
    words = sum(len(_WORD.findall(n.astext())) for n in open_nodes if isinstance(n, nodes.Text))
    code = sum(n.astext().count("\n") + 1 for n in open_nodes if isinstance(n, nodes.literal_block))
    formulas = sum(isinstance(n, nodes.math_block) for n in open_nodes)
    figures = sum(isinstance(n, nodes.figure) for n in open_nodes)
    seconds = 60 * words / WORDS_PER_MINUTE + SECONDS_PER_CODE_LINE * code
    seconds += SECONDS_PER_DISPLAY_FORMULA * formulas + SECONDS_PER_FIGURE * figures
    return words, max(1, round(seconds / 60))


def _open(node: nodes.Node) -> Iterator[nodes.Node]:
    """All nodes that are read without opening a fold; code and formulas as wholes."""
    for child in node.children:
        if isinstance(child, answer):
            continue
        yield child
        if not isinstance(child, _NOT_PROSE):
            yield from _open(child)


def written_date(iso: str) -> str:
    """A date as people write it, the same in every locale.

    >>> written_date("2026-11-22")
    '22 November 2026'
    """
    months = "January February March April May June July August September October November December"
    date = datetime.date.fromisoformat(iso)
    return f"{date.day} {months.split()[date.month - 1]} {date.year}"
