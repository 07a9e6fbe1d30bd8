"""What a formula may not contain, and the small rewritings that texmath needs.

texmath refuses much and says so; it also drops some commands without a word. Those are listed
here, each with what to write instead, so that a formula never loses anything in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NUMBERS = "Sphinx numbers equations: give the block a :label:"
_RULES = "rules inside a formula are lost: make a table"
_COLOUR = "colour is lost: name the part with \\underbrace"
_STYLE = "the style is lost: use \\dfrac, \\tfrac, or a display formula"
_STRIKE = "browsers cannot strike out a formula: write the step as an equation"
_UNIT = "the unit comes out italic: write \\mathrm{GiB} after a thin space"

BANNED: dict[str, str] = {
    **dict.fromkeys((r"\tag", r"\tag*", r"\label", r"\nonumber", r"\notag"), _NUMBERS),
    **dict.fromkeys((r"\hline", r"\cline", r"\hdashline", r"\vline"), _RULES),
    **dict.fromkeys((r"\color", r"\textcolor", r"\colorbox"), _COLOUR),
    **dict.fromkeys((r"\displaystyle", r"\textstyle"), _STYLE),
    **dict.fromkeys((r"\scriptstyle", r"\scriptscriptstyle"), _STYLE),
    **dict.fromkeys((r"\cancel", r"\bcancel", r"\xcancel"), _STRIKE),
    **dict.fromkeys((r"\SI", r"\si", r"\qty", r"\unit"), _UNIT),
}
"""Command -> what to do instead; texmath drops each of these, or bends it, silently."""

_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_RULED_ARRAY = re.compile(r"\\begin\{array\}\s*\{[^}]*\|")
_POSITIONED = re.compile(r"\\begin\{(aligned|gathered|split)\}\s*\[")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOKEN = re.compile(r"\\begin\{[^}]*\}|\\end\{[^}]*\}|\\.|[{}&]", re.DOTALL)


class Break(NamedTuple):
    """Where a formula of several lines is cut: ``token`` is ``&`` or two backslashes."""

    token: str
    start: int


def lint(tex: str) -> str | None:
    r"""Why the formula is refused before texmath sees it, or None.

    >>> lint(r"x \tag{1}")
    'has \\tag: Sphinx numbers equations: give the block a :label:'
    """
    if not tex.strip():
        return "is empty"
    if found := _CONTROL.search(tex):
        return f"holds the control character {found[0]!r}: a backslash is lost in an escape"
    for command in _COMMAND.findall(tex):
        if advice := BANNED.get(command):
            return f"has {command}: {advice}"
    if _RULED_ARRAY.search(tex):
        return f"has | in the columns of an array: {_RULES}"
    if found := _POSITIONED.search(tex):
        return f"has an option after \\begin{{{found[1]}}}, which would be printed: drop it"
    return None


def breaks(tex: str) -> Iterator[Break]:
    """The ``&`` and line breaks that stand outside every brace and environment."""
    depth = 0
    for token in _TOKEN.finditer(tex):
        text = token[0]
        if text == "{" or text.startswith(r"\begin"):
            depth += 1
        elif text == "}" or text.startswith(r"\end"):
            depth -= 1
        elif depth == 0 and text in ("&", "\\\\"):
            yield Break(text, token.start())


def wrapped(tex: str) -> str:
    r"""Put bare ``&``, ``\\`` and blank lines into an environment, as Sphinx does for LaTeX.

    >>> wrapped(r"a &= b \\ c &= d")
    '\\begin{aligned}a &= b \\\\ c &= d\\end{aligned}'
    """
    parts = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    body = r" \\ ".join(parts)
    cuts = {cut.token for cut in breaks(body)}
    if not cuts:
        return body
    environment = "aligned" if "&" in cuts else "gathered"
    return rf"\begin{{{environment}}}{body}\end{{{environment}}}"


def prepared(tex: str, macros: Mapping[str, str]) -> str:
    r"""The TeX that texmath reads: macros first, bold as bold sans, number commas as text.

    texmath writes ``\mathbf`` and ``\boldsymbol`` alike; sans bold, which no formula of ours
    uses, keeps them apart until ``mathml_mend`` turns it into upright bold.
    """
    tex = re.sub(r"\\mathbf(?![A-Za-z])", r"\\mathbfsfup", wrapped(tex))
    tex = re.sub(r"(?<=\d)\{,\}(?=\d)", r"\\text{,}", tex)
    return "".join(_definition(name, body) for name, body in macros.items()) + tex


def _definition(name: str, body: str) -> str:
    n_arguments = max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)
    option = f"[{n_arguments}]" if n_arguments else ""
    body = re.sub(r"\\mathbf(?![A-Za-z])", r"\\mathbfsfup", body)
    return rf"\newcommand{{\{name.lstrip(chr(92))}}}{option}{{{body}}}"
