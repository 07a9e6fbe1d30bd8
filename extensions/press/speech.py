"""A formula in plain English: the alternative text of every output.

What is longer than one symbol is closed aloud ("end sub", "end fraction") and delimiters are
spoken, so that a listener can tell x sub i plus 1 from x sub (i plus 1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from press.mathml_tree import BIG, TOKENS, core, is_fence, parse, rows_of, text_of
from press.speech_words import ACCENTS, BARS, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from xml.etree.ElementTree import Element

_POWERS = {
    "2": "squared",
    "3": "cubed",
    "⊤": "transposed",
    "−1": "inverse",
    "*": "star",
    "⋆": "star",
}
_ROOTS = {"2": "square root", "3": "cube root"}
_WIDE = 1.0  # em: a space this wide separates two statements


def speak(mathml: str) -> str:
    """The formula in words.

    >>> speak("<math><msqrt><msub><mi>d</mi><mi>k</mi></msub></msqrt></math>")
    'square root of d sub k'
    """
    words = _row(list(parse(mathml)))
    words = re.sub(r"\s+", " ", words)
    words = re.sub(r"\s+([,;:])", r"\1", words)
    return re.sub(r"([,;:])(?:\s*[,;])+", r"\1", words).strip(" ,;")


def _say(element: Element) -> str:
    try:
        return _SAYERS[element.tag](element)
    except KeyError:
        raise ValueError(f"no words for the MathML element <{element.tag}>") from None


def _row(children: Sequence[Element]) -> str:
    """Neighbours in words; a table takes the fences that stand around it."""
    words: list[str] = []
    for index, child in enumerate(children):
        before = children[index - 1] if index else None
        after = children[index + 1] if index + 1 < len(children) else None
        if child.tag == "mo" and (_opens(child, after) or _closes(child, before)):
            continue
        words.append(_say(child))
        if after is not None and _is_applied(child, after):
            words.append("of")
    return " ".join(words)


def _opens(fence: Element, after: Element | None) -> bool:
    return is_fence(fence, "prefix") and after is not None and _owns_fences(after)


def _closes(fence: Element, before: Element | None) -> bool:
    return is_fence(fence, "postfix") and before is not None and _owns_fences(before)


def _owns_fences(element: Element) -> bool:
    return element.tag == "mtable" or (
        element.tag == "mfrac" and element.get("linethickness") == "0"
    )


def _is_applied(function: Element, argument: Element) -> bool:
    """Is it a named function before its open parenthesis?"""
    name, first = core(function), core(argument)
    if first.tag == "mrow" and len(first):
        first = first[0]
    named = name.tag == "mi" and len(text_of(name)) > 1 and function.tag not in ("munder", "mover")
    return named and is_fence(first, "prefix")


def _all(element: Element) -> str:
    return _row(list(element))


def _token(element: Element) -> str:
    text = element.text or ""
    if element.tag == "mo" and text in BARS and element.get("form") != "infix":
        return BARS[text][element.get("form") == "postfix"]
    if element.tag == "mtext" or len(text) > 1:
        return normalize("NFKC", text).replace("_", " underscore ")
    return say(text)


def _space(element: Element) -> str:
    width = element.get("width", "0em").removesuffix("em")
    return "," if float(width) >= _WIDE else ""


def _is_simple(element: Element) -> bool:
    """Is it one symbol, so that it needs no spoken end?"""
    return element.tag in TOKENS or (
        element.tag in ("mrow", "mstyle") and len(element) == 1 and _is_simple(element[0])
    )


def _is_term(element: Element) -> bool:
    """Is it a symbol with at most simple scripts or an accent?"""
    return _is_simple(element) or (
        element.tag in ("msub", "msup", "mover", "msubsup") and all(map(_is_simple, element))
    )


def _fraction(element: Element) -> str:
    top, bottom = element
    if element.get("linethickness") == "0":
        return f"{_say(top)} choose {_say(bottom)}"
    words = f"{_say(top)} over {_say(bottom)}"
    return words if _is_term(top) and _is_term(bottom) else f"the fraction {words}, end fraction,"


def _square_root(element: Element) -> str:
    return _root(list(element), "square root")


def _any_root(element: Element) -> str:
    index = _say(element[1])
    return _root([element[0]], _ROOTS.get(index, f"root of order {index}"))


def _root(content: Sequence[Element], name: str) -> str:
    simple = len(content) == 1 and _is_term(content[0])
    return f"{name} of {_row(content)}" + ("" if simple else ", end root,")


def _scripted(element: Element) -> str:
    """``msub msup msubsup munder mover munderover``: limits, accents or scripts."""
    base, below, above = _parts(element)
    if text_of(base) in BIG:
        return _limits(say(text_of(base)), below, above)
    if element.tag.startswith(("mu", "mo")):
        return _over_under(element, base, below, above)
    if below is not None and len(base) and text_of(base[-1]) == "|":
        return f"{_row(list(base)[:-1])} evaluated at {_closed(below, 'end')}"
    words = _say(base)  # nothing, for the script of {}_n
    if below is not None:
        words += f" sub {_closed(below, 'end sub')}"
    return words if above is None else f"{words} {_power(base, above)}"


def _parts(element: Element) -> tuple[Element, Element | None, Element | None]:
    """Base, what is below and what is above."""
    base, first = element[0], element[1]
    if element.tag in ("msubsup", "munderover"):
        return base, first, element[2]
    return (base, first, None) if element.tag in ("msub", "munder") else (base, None, first)


def _limits(name: str, below: Element | None, above: Element | None) -> str:
    if below is None:
        return name if above is None else f"{name} to {_say(above)} of"
    if above is None:
        return f"{name} over {_say(below)} of"
    return f"{name} from {_say(below)} to {_say(above)} of"


def _closed(element: Element, end: str) -> str:
    return _say(element) if _is_simple(element) else f"{_say(element)} {end}"


def _power(base: Element, above: Element) -> str:
    text = "".join(text_of(e) or e.text or "" for e in above.iter())
    if text in _POWERS:
        return _POWERS[text]
    if set(text) <= set("′″‴"):
        return _say(above)
    if text_of(base) == "ℝ":
        return "of dimension " + _closed(above, ",").replace("times", "by")
    # capitals and (n) above a letter are labels, as in W^{UK} and x^{(n)}, never powers
    if text.startswith("("):
        return f"super {_say(above)}"
    if text.isupper() and base.tag != "mn" and text_of(base) != "e":
        return f"super {_closed(above, 'end super')}"
    simple = _is_simple(above)
    return f"to the {_say(above)}" if simple else f"to the power {_say(above)}, end power,"


def _over_under(
    element: Element, base: Element, below: Element | None, above: Element | None
) -> str:
    mark = element[1]
    if "accent" in element.attrib or "accentunder" in element.attrib:
        return _accented(base, text_of(mark))
    if base.tag == element.tag and text_of(base[1]) in ("⏟", "⏞"):
        return f"brace {_say(base[0])} labelled {_say(mark)}, end brace,"
    if text_of(base) == "lim" and below is not None:
        return f"limit as {_say(below)} of"
    if base.tag == "mi" and len(text_of(base)) > 1:
        return _limits(_say(base), below, above)
    words = _say(base)
    words += f" with {_say(above)} above" if above is not None else ""
    return words + (f" with {_say(below)} below" if below is not None else "")


def _accented(base: Element, mark: str) -> str:
    if mark in ("⏟", "⏞"):
        return f"brace {_say(base)}, end brace,"
    word = ACCENTS.get(mark) or say(mark)
    return f"{_say(base)} {word}" if _is_simple(base) else f"{word} over {_say(base)}, end {word},"


def _table(element: Element) -> str:
    rows, kind = rows_of(element), element.get("class", "gathered")
    if kind == "matrix":
        lines = [f"row {i}: " + ", ".join(map(_all, row)) for i, row in enumerate(rows, 1)]
        size = f"{len(rows)} by {max(map(len, rows))} matrix"
        return f"{size}, {'; '.join(lines)}; end matrix,"
    lines = [" ".join(map(_all, row)) for row in rows]
    if kind == "cases":
        return f"cases: {'; '.join(lines)}; end cases,"
    return "; ".join(lines)


def _boxed(element: Element) -> str:
    return f"boxed {_all(element)}, end box,"


def _nothing(_element: Element) -> str:
    return ""


_SAYERS: dict[str, Callable[[Element], str]] = {
    **dict.fromkeys(("math", "mrow", "mtd", "mstyle", "merror"), _all),
    **dict.fromkeys(TOKENS, _token),
    **dict.fromkeys(("msub", "msup", "msubsup", "munder", "mover", "munderover"), _scripted),
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _any_root,
    "mtable": _table,
    "menclose": _boxed,
    "mphantom": _nothing,
}
