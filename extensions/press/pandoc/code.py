"""Code, coloured by ourselves with the web's lexers: the same four hues in print and on screen.

Pandoc's own highlighting knows neither our colours nor Python's prompts, and puts empty links into
every line, which a screen reader stumbles over.
"""

from __future__ import annotations

import json
from html import escape
from itertools import pairwise

from docutils import nodes
from pygments.token import STANDARD_TYPES
from sphinx.highlighting import PygmentsBridge

from press.code_colours import look
from press.listing import COLUMNS

Run = tuple[str, str]  # class, text
Line = tuple[Run, ...]

UNBREAKABLE = 12  # lines of a listing that always stay on one page
SHORT = 5  # lines of a console that do
TOGETHER = 30  # lines that a console example may keep together


def lines(source: str, language: str, location: nodes.Node) -> list[Line]:
    """Return the lines of a program as coloured runs."""
    lexer = PygmentsBridge("html", "default").get_lexer(source, language, location=location)
    made: list[list[Run]] = [[]]
    for token, text in lexer.get_tokens(source.rstrip("\n")):
        for i, piece in enumerate(text.split("\n")):
            if i:
                made.append([])
            if piece:
                extend(made[-1], STANDARD_TYPES[look(token)], piece)
    while made and not made[-1]:
        made.pop()
    return [tuple(line) for line in made]


def extend(line: list[Run], name: str, text: str) -> None:
    """Add a run to a line, joined to the last one when it has the same colour."""
    if line and line[-1][0] == name:
        line[-1] = (name, line[-1][1] + text)
    else:
        line.append((name, text))


def literal(node: nodes.Element) -> list[Line]:
    """Return the coloured lines of a literal block."""
    return lines(node.astext(), str(node.get("language", "text")), node)


def groups(made: list[Line]) -> list[list[Line]]:
    """Return what must not be torn apart at a page's foot.

    Law: a console breaks before a prompt only, any other listing anywhere; two lines at least stand
    at each end, and what is short stays whole.
    """
    examples = console(made)
    if len(made) <= (SHORT if len(examples) > 1 else UNBREAKABLE):
        return [made]
    if len(examples) == 1:
        return ends(made)
    return [part for group in examples for part in together(group)]


def console(made: list[Line]) -> list[list[Line]]:
    """Return the lines from one >>> to the next, no lone line at either end."""
    starts = [i for i, line in enumerate(made) if line and line[0] == ("gp", ">>> ")]
    bounds = [0, *(i for i in starts[1:] if 2 <= i <= len(made) - 2), len(made)]
    return [made[start:end] for start, end in pairwise(bounds)]


def together(group: list[Line]) -> list[list[Line]]:
    """Return an example whole unless it would fill a page."""
    return [group] if len(group) <= TOGETHER else ends(group)


def ends(made: list[Line]) -> list[list[Line]]:
    """Return the first two lines, then single ones, then the last two."""
    return [made[:2], *([line] for line in made[2:-2]), made[-2:]]


def to_html(made: list[Line]) -> str:
    """Return a listing for the screen: each line is an element, so that its rest can hang."""
    rows = ("".join(html_run(run) for run in line) for line in made)
    text = "".join(f'<span class="line">{row}\n</span>' for row in rows)
    return f'<pre class="code"><code>{text}</code></pre>'


def html_run(run: Run) -> str:
    """Return one run as a span."""
    name, text = run
    return f'<span class="{name}">{escape(text)}</span>' if name else escape(text, quote=False)


def to_typst(made: list[Line]) -> str:
    """Return a listing for print: one argument of `code-block` in the template."""
    return array([array([typst_line(line) for line in group]) for group in groups(made)])


def typst_line(line: Line) -> str:
    """Return whether a line is wider than the page, so that its rest hangs, and its runs."""
    wide = sum(len(text) for _, text in line) > COLUMNS
    made = [(name, soft(text) if wide else text) for name, text in line]
    runs = array([array([string(name), string(text)]) for name, text in made])
    return array([str(wide).lower(), runs])


def soft(text: str) -> str:
    """Return text that may break after a mark, and inside a word of forty letters."""
    out, run = "", 0
    for char in text:
        out += char
        run = run + 1 if char.isalnum() else 0
        if not char.isalnum() or run % 40 == 39:
            out += "" if char == " " else "\u200b"
    return out


def array(items: list[str]) -> str:
    """Return a Typst array."""
    return "(" + "".join(f"{item}," for item in items) + ")"


def string(text: str) -> str:
    """Return a Typst string."""
    return json.dumps(text, ensure_ascii=False)
