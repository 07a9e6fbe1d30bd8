"""MathML to Typst's maths: a small converter for the vocabulary that ``mathml_mend`` leaves.

The law: Typst decides nothing by itself. Delimiters are escaped, so that none stretches unless
the MathML says so; tokens stand apart, so that no shorthand forms; scripts go through ``attach``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from press.mathml_tree import BARS, BIG, parse, rows_of, text_of
from press.typst_signs import ACCENTS, ARROWS, BY_FORM, DELIMITERS, SAFE, SLOTS, SPREADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from xml.etree.ElementTree import Element

_NUMBER = re.compile(r"\d+(\.\d+)?")


def to_typst(mathml: str) -> str:
    """The body of a Typst equation, without dollars.

    >>> to_typst("<math><mfrac><mn>1</mn><mi>n</mi></mfrac></math>")
    'frac(1, n)'

    Raises:
        ValueError: an element outside the vocabulary, with its name.
    """
    root = parse(mathml)
    children = list(root)
    # lines with alignment points are Typst's own only at the top of a display formula
    if root.get("display") == "block" and len(children) == 1 and _is_lines(children[0]):
        return " \\ ".join(_line(row) for row in rows_of(children[0]))
    if root.get("display") != "block" and _has_table(root):
        # in a line of text Typst would set a matrix as small as scripts
        return f"display({_row(children)})"
    return _row(children)


def _convert(element: Element) -> str:
    try:
        return _CONVERTERS[element.tag](element)
    except KeyError:
        raise ValueError(f"no Typst for the MathML element <{element.tag}>") from None


def _row(children: Sequence[Element]) -> str:
    """Neighbours; stretchy delimiters among them grow with what they enclose."""
    if any(map(_is_stretchy, children)):
        return _delimited(children)
    pieces: list[str] = []
    for before, child in zip([None, *children], children, strict=False):
        if _is_tight(before, child):
            pieces.append("#h(0.08em)")
        pieces.append(_convert(child))
    return _joined(pieces) or '""'


def _is_tight(before: Element | None, child: Element) -> bool:
    """Would a subscript touch the tall delimiter after it?"""
    subscripted = before is not None and before.tag in ("msub", "msubsup")
    return subscripted and child.tag == "mrow" and len(child) > 0 and _is_stretchy(child[0])


def _joined(pieces: Iterable[str]) -> str:
    """Side by side: tokens apart, but no blank at a string, where Typst would print it."""
    joined = ""
    for piece in pieces:
        blank = "" if not joined or joined.endswith('"') or piece.startswith('"') else " "
        joined += blank + piece
    return joined


def _delimited(children: Sequence[Element]) -> str:
    if len(children) == 3 and children[1].get("linethickness") == "0":
        return f"binom({', '.join(map(_convert, children[1]))})"
    body = _joined(map(_in_lr, children))
    # lr() grows whatever delimiter comes first or last, also one that must not
    head = "" if _is_stretchy(children[0]) else '""'
    tail = "" if _is_stretchy(children[-1]) else '""'
    return f"lr({head}{body}{tail})"


def _is_stretchy(element: Element) -> bool:
    return (
        element.tag == "mo"
        and element.get("stretchy") == "true"
        and "minsize" not in element.attrib
    )


def _in_lr(element: Element) -> str:
    if not _is_stretchy(element):
        return _convert(element)
    delimiter = _escaped(text_of(element))
    return f"mid({delimiter})" if element.get("form") == "infix" else delimiter


def _identifier(element: Element) -> str:
    text = element.text or ""
    if len(text) > 1:
        return _string(text)
    if text.isalpha():
        return f"upright({text})" if element.get("mathvariant") == "normal" else text
    return f'class("normal", {_escaped(text)})' if text else '""'


def _number(element: Element) -> str:
    text = element.text or ""
    return text if _NUMBER.fullmatch(text) else _string(text)


def _text(element: Element) -> str:
    return _string(element.text or "")


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _operator(element: Element) -> str:
    text = element.text or ""
    if len(text) > 1:
        return _string(text)
    if text.isalpha() and text.isascii():
        return f'class("relation", {text})'
    symbol = _escaped(text)
    if size := element.get("minsize"):
        symbol = f"lr({symbol}, size: #{float(size.removesuffix('%')) / 100}em)"
    elif text not in BARS:
        return symbol
    return f'class("{BY_FORM.get(element.get("form", "infix"), "normal")}", {symbol})'


def _escaped(text: str) -> str:
    text = SAFE.get(text, text)
    is_special = text in DELIMITERS or (text.isascii() and not text.isalnum())
    return f"\\{text}" if is_special else text


def _space(element: Element) -> str:
    return f"#h({element.get('width', '0em')})"


def _fraction(element: Element) -> str:
    top, bottom = map(_convert, element)
    if element.get("linethickness") == "0":
        return f"mat(delim: #none, {top}; {bottom})"
    return f"frac({top}, {bottom})"


def _square_root(element: Element) -> str:
    return f"sqrt({_group(element)})"


def _root(element: Element) -> str:
    radicand, index = map(_convert, element)
    return f"root({index}, {radicand})"


def _scripts(element: Element) -> str:
    """``msub msup msubsup``: scripts stay beside, also those of a big operator."""
    base = _convert(element[0])
    if text_of(element[0]) in BIG:
        base = f"scripts({base})"
    return _attached(base, element)


def _attached(base: str, element: Element) -> str:
    slots = zip(SLOTS[element.tag], element[1:], strict=True)
    scripts = [f"{slot}: {_convert(script)}" for slot, script in slots]
    return f"attach({base}, {', '.join(scripts)})"


def _limits(element: Element) -> str:
    """``munder mover munderover``: an accent, a brace with its label, or limits."""
    base, mark = element[0], element[1]
    if "accent" in element.attrib or "accentunder" in element.attrib:
        return _accented(base, mark)
    if base.tag == element.tag and text_of(base[-1]) in ("⏟", "⏞"):
        return f"{SPREADERS[text_of(base[-1])]}({_convert(base[0])}, {_convert(mark)})"
    if text_of(base) in ARROWS:
        arrow = ARROWS[text_of(base)]
        return _attached(f"stretch({arrow}, size: #(100% + 0.8em))", element)
    # a big operator moves its limits by itself, the others were settled by mathml_mend
    plain = base.tag == "mo" and text_of(base) in BIG and text_of(base) not in "∫∬∭∮"
    return _attached(_convert(base) if plain else f"limits({_convert(base)})", element)


def _accented(base: Element, mark: Element) -> str:
    text, body = text_of(mark), _convert(base)
    if text in SPREADERS:
        return f"{SPREADERS[text]}({body})"
    return f"accent({body}, {ACCENTS.get(text) or _escaped(text)})"


def _is_lines(element: Element) -> bool:
    return element.tag == "mtable" and element.get("class") in ("aligned", "gathered")


def _has_table(root: Element) -> bool:
    return any(root.find(path) is not None for path in ("mtable", "mrow/mtable"))


def _line(cells: Sequence[Element]) -> str:
    """One line: cells alternate right and left, pairs of them stand 2 em apart."""
    words: list[str] = []
    for index, cell in enumerate(cells):
        words += ["&"] * (index > 0) + ["#h(2em)"] * (index > 0 and index % 2 == 0)
        words += [_row(list(cell))] if len(cell) else []
    return _joined(words)


def _table(element: Element) -> str:
    """A table inside a formula: ``mat``, whose cells align at ``&``."""
    rows = rows_of(element)
    if _is_lines(element):
        wrap = "display({})" if element.get("displaystyle") else "{}"
        lines = "; ".join(wrap.format(_line(row)) for row in rows)
        return f"mat(delim: #none, row-gap: #0.5em, {lines})"
    n_columns = max(map(len, rows))
    body = "; ".join(", ".join(_cells(row, n_columns)) for row in rows)
    return f"mat(delim: #none, row-gap: #0.35em, column-gap: #0.9em, {body})"


def _cells(row: Sequence[Element], n_columns: int) -> list[str]:
    cells = [_aligned(_row(list(cell)), cell.get("columnalign", "center")) for cell in row]
    return cells + ['""'] * (n_columns - len(cells))


def _aligned(body: str, align: str) -> str:
    return {"left": f"& {body}", "right": f"{body} &"}.get(align, body)


def _styled(element: Element) -> str:
    style = "display" if element.get("displaystyle") == "true" else "inline"
    return f"{style}({_group(element)})"


def _phantom(element: Element) -> str:
    return f"#hide(${_group(element)}$)"


def _boxed(element: Element) -> str:
    inner = f"$display({_group(element)})$"
    return f"#box(stroke: 0.5pt, inset: (x: 0.4em), outset: (y: 0.4em), {inner})"


def _group(element: Element) -> str:
    return _row(list(element))


_CONVERTERS: dict[str, Callable[[Element], str]] = {
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "mtext": _text,
    "mspace": _space,
    "mrow": _group,
    "merror": _group,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    **dict.fromkeys(("msub", "msup", "msubsup"), _scripts),
    **dict.fromkeys(("munder", "mover", "munderover"), _limits),
    "mtable": _table,
    "mstyle": _styled,
    "mphantom": _phantom,
    "menclose": _boxed,
}
