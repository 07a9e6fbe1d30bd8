"""Repairs of the MathML that texmath writes, so that browsers, readers and Typst agree.

Each repair is one function over the tree. What remains after ``mend`` is a small vocabulary:
mi mn mo mtext mspace mrow mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr
mtd mstyle mphantom menclose.
"""

from __future__ import annotations

import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from press.mathml_layout import lay_out
from press.mathml_tree import BARS, BIG, ROWS, core

if TYPE_CHECKING:
    from collections.abc import Iterator

THIN = "0.167em"
APPLY = "\u2061"  # function application, which texmath puts after a named function

_ACCENTS = {
    "\u0302": "ˆ",
    "\u0303": "˜",
    "\u0307": "˙",
    "\u0308": "¨",
    "\u0301": "´",
    "\u0300": "`",
    "\u030c": "ˇ",
    "\u0306": "˘",
    "\u030a": "˚",
    "\u20d6": "←",
    "→": "\u20d7",
    "‾": "¯",
}  # texmath's combining marks start left of their box; the spacing ones sit in it
_STRETCHY = frozenset("‾_←\u20d7⏞⏟⏜⏝")
_AS_BAR = {"∥": "‖", "∣": "|"}


def mend(math: Element, display: bool) -> Element:
    """The repaired formula; ``math`` is what pandoc wrote, with its annotation."""
    content = math.find("semantics/*")
    root = Element("math")
    if content is not None:
        root.extend(list(content) if content.tag == "mrow" else [content])
    functions = _unwrap_functions(root)
    for element in list(root.iter()):
        _mend_letter(element)
        _mend_text(element)
        _mend_operator(element)
        _mend_accent(element)
        _mend_cell(element)
    for row in list(root.iter()):
        if row.tag in ROWS:
            _pair_bars(row)
            _space_functions(row, functions)
            _join_numbers(row)
    _join_letters(root)
    lay_out(root, display, functions)
    return root


def _unwrap_functions(root: Element) -> set[Element]:
    """Drop the invisible "apply" and return the ``<mi>`` of every named function."""
    functions = {e for e in root.iter() if e.tag in ("mi", "mo") and len(e.text or "") > 1}
    for parent in list(root.iter()):
        for index, child in enumerate(list(parent)):
            if child.tag == "mrow" and len(child) == 2 and child[1].text == APPLY:
                functions.add(child[0])
                parent[index] = child[0]
    for function in functions:
        function.tag = "mi"  # \\mathop{\\text{x}} comes as an operator
        function.text = (function.text or "").replace(" ", "\u2009")
    return functions


def _mend_letter(element: Element) -> None:
    """Bold sans stood for ``\\mathbf``: make it upright bold; a mapped letter needs no variant."""
    if element.tag == "mi" and not element.text:
        raise ValueError("a power after a prime loses its base: write {x'}^2")
    variant = element.attrib.get("mathvariant")
    if variant is None:
        return
    text = element.text or ""
    if variant == "bold-sans-serif":
        text = element.text = "".join(map(_upright_bold, text))
    if variant != "normal" or len(text) != 1 or element.tag != "mi":
        del element.attrib["mathvariant"]
    if variant not in ("normal", "double-struck", "script", "fraktur") and element.tag == "mi":
        element.set("join", variant)  # for _join_letters, which removes it


def _upright_bold(letter: str) -> str:
    name = unicodedata.name(letter, "").replace("SANS-SERIF BOLD", "BOLD")
    try:
        return unicodedata.lookup(name) if name else letter
    except KeyError:
        return letter


def _mend_text(element: Element) -> None:
    """texmath already wrote the outer blanks of a text as ``<mspace>``."""
    if element.tag == "mtext":
        element.text = (element.text or "").strip()


def _mend_operator(element: Element) -> None:
    """``\\Big/`` becomes an operator; a bar that encloses has one shape and no space."""
    if element.tag == "mi" and "minsize" in element.attrib:
        element.tag = "mo"
        element.attrib.update({"form": "infix", "lspace": "0", "rspace": "0"})
    if element.tag != "mo":
        return
    if "form" in element.attrib and element.text in _AS_BAR:
        element.text = _AS_BAR[element.text]
    if element.text in BARS:
        element.attrib.update({"lspace": "0", "rspace": "0"})


def _mend_accent(element: Element) -> None:
    """MathML Core reads ``accent`` on the ``<mover>``, and stretches a hat it should not."""
    if element.tag not in ("mover", "munder") or len(element) != 2:
        return
    mark = element[1]
    accent = mark.attrib.pop("accent", None)
    if mark.tag != "mo" or accent != "true":
        return
    wide = len(element[0]) > 1 or mark.text in ("⏞", "⏟", "_")
    mark.text = _ACCENTS.get(mark.text or "", mark.text)
    if wide and mark.text == "¯":
        mark.text = "‾"
    element.set("accent" if element.tag == "mover" else "accentunder", "true")
    mark.set("stretchy", "true" if wide and mark.text in _STRETCHY else "false")


def _mend_cell(element: Element) -> None:
    """Alignment is the style sheet's work: an inline style would overrule it."""
    if element.tag == "mtd":
        element.attrib.pop("style", None)
        if element.get("columnalign") == "center":
            del element.attrib["columnalign"]


def _pair_bars(row: Element) -> None:
    """Tell opening from closing bars; one between spaces, or without partner, separates."""
    children = list(row)
    ends = [
        child for child in (children[:1] + children[1:][-1:]) if child.get("stretchy") == "true"
    ]
    if len(ends) == 1 and ends[0].text in BARS:
        ends[0].set("form", "infix")  # \\left. … \\right|: nothing is enclosed
    for bar in BARS:
        at = [i for i, child in enumerate(children) if _is_loose(core(child), bar)]
        enclosing = [i for i in at if not _is_spaced(children, i)]
        if len(enclosing) % 2:
            enclosing = []
        for i in at:
            core(children[i]).set("form", "infix")
        for order, i in enumerate(enclosing):
            core(children[i]).set("form", "postfix" if order % 2 else "prefix")


def _is_loose(element: Element, bar: str) -> bool:
    return element.tag == "mo" and element.text == bar and element.get("stretchy") != "true"


def _is_spaced(children: list[Element], i: int) -> bool:
    return 0 < i < len(children) - 1 and children[i - 1].tag == children[i + 1].tag == "mspace"


def _space_functions(row: Element, functions: set[Element]) -> None:
    """TeX's thin space around "cos", which MathML has only for operators."""
    spaced: list[Element] = []
    children = list(row)
    for child, after in zip_longest(children, children[1:]):
        if _is_back_space(child) and after is not None and _opens_tall(after):
            continue  # \\! takes back a space before \\left( that only TeX inserts
        before = spaced[-1] if spaced else None
        is_function, after_function = core(child) in functions, _is_function(before, functions)
        if before is not None and (
            (is_function and _ends_operand(before)) or (after_function and _starts_operand(child))
        ):
            spaced.append(Element("mspace", width=THIN))
        spaced.append(child)
    row[:] = spaced


def _is_back_space(element: Element) -> bool:
    return element.tag == "mspace" and element.get("width") == f"-{THIN}"


def _opens_tall(element: Element) -> bool:
    """Does a delimiter that grows, or was made large, start here?"""
    inner = core(element)
    first = inner[0] if inner.tag == "mrow" and len(inner) else inner
    return first.tag == "mo" and first.get("stretchy") == "true"


def _is_function(element: Element | None, functions: set[Element]) -> bool:
    return element is not None and core(element) in functions


def _ends_operand(element: Element) -> bool:
    inner = core(element)
    if inner.tag == "mo":
        return inner.get("form") == "postfix"
    return inner.tag != "mspace" and not _is_sign(inner)


def _starts_operand(element: Element) -> bool:
    inner = core(element)
    if inner.tag == "mrow" and len(inner):
        inner = core(inner[0])
        return inner.tag not in ("mo", "mspace")
    if inner.tag == "mo":
        return (inner.text or "") in BIG
    return inner.tag not in ("mspace", "mtable") and not _is_sign(inner)


def _is_sign(element: Element) -> bool:
    """Is it punctuation or a sign that texmath calls an identifier?"""
    text = element.text or ""
    return element.tag == "mi" and len(text) == 1 and text in "−+±∓/.!%:;"


def _join_numbers(row: Element) -> None:
    """1 , 024 written as 1{,}024 is one number."""
    joined: list[Element] = []
    for child in row:
        joined.append(child)
        if [e.tag for e in joined[-3:]] == ["mn", "mtext", "mn"] and joined[-2].text == ",":
            right = joined.pop()
            joined.pop()
            joined[-1].text = f"{joined[-1].text},{right.text}"
    row[:] = joined


def _join_letters(root: Element) -> None:
    """``\\mathrm{KL}`` comes as two identifiers; it is one word."""
    for row in [element for element in root.iter() if element.tag in ROWS]:
        for first, *others in _runs(list(row)):
            first.text = "".join(letter.text or "" for letter in (first, *others))
            first.attrib.clear()
            for letter in others:
                row.remove(letter)
    for parent in list(root.iter()):
        for index, child in enumerate(list(parent)):
            child.attrib.pop("join", None)
            if child.tag == "mrow" and len(child) == 1:
                parent[index] = child[0]


def _runs(children: list[Element]) -> Iterator[list[Element]]:
    """Neighbouring letters of one upright variant, two or more."""
    run: list[Element] = []
    for child in [*children, Element("end")]:
        if run and _variant(child) != _variant(run[0]):
            if len(run) > 1:
                yield run
            run = []
        if _variant(child) is not None:
            run.append(child)


def _variant(element: Element) -> str | None:
    """The variant by which a letter joins its neighbours; None if it stands alone."""
    if element.tag == "mi" and element.get("mathvariant") == "normal":
        text = element.text or ""
        return "normal" if text.isascii() and text.isalpha() else None
    return element.get("join") if element.get("join") not in ("italic", "bold-italic") else None
