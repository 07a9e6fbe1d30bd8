"""The second half of the mending: what depends on where in the formula an element stands."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from press.mathml_tree import ROWS, SCRIPTED, TOKENS, is_fence, rows_of, text_of

PRIMES = frozenset("′″‴⁗")
_NO_LIMITS = frozenset("⨁⨂⨀⨄⨆⋁⋀")  # texmath forgets the limits of these
_LONG = {"→": "⟶", "←": "⟵", "⇒": "⟹", "⇐": "⟸", "↔": "⟷", "⇔": "⟺"}
_DISPLAYED = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_INLINE = {under: beside for beside, under in _DISPLAYED.items()}


def lay_out(root: Element, display: bool, functions: set[Element]) -> None:
    """Settle tables, limits, primes, spaces in scripts and what browsers stretch wrongly."""
    _name_tables(root)
    _set_limits(root, display, functions)
    _set_scripts(root, in_script=False)
    for element in list(root.iter()):
        _lower_prime(element)
        _lengthen_arrow(element)
        _wrap_sized(element)
        _mark_short_root(element)


def _name_tables(root: Element) -> None:
    """The class of a table: what its columns and its fences say it is."""
    for parent in root.iter():
        if parent.tag not in ROWS:
            continue
        for index, child in enumerate(parent):
            if child.tag == "mtable":
                before = parent[index - 1] if index else None
                after = parent[index + 1] if index + 1 < len(parent) else None
                child.attrib.clear()
                child.set("class", _table_kind(child, before, after))


def _table_kind(table: Element, before: Element | None, after: Element | None) -> str:
    aligns = [cell.get("columnalign", "center") for cell in max(rows_of(table), key=len)]
    if aligns == ["right", "left"] * (len(aligns) // 2) + ["right"] * (len(aligns) % 2):
        return "aligned"
    if before is not None and is_fence(before, "prefix"):
        closed = after is not None and is_fence(after, "postfix")
        return "matrix" if closed or before.text != "{" else "cases"
    return "gathered" if aligns == ["center"] else "matrix"


def _set_limits(element: Element, display: bool, functions: set[Element]) -> None:
    """Limits stand under in display style and beside everywhere else, as in TeX."""
    if element.tag == "mtable":
        display = display and element.get("class") in ("aligned", "gathered")
        if display:
            element.set("displaystyle", "true")
    elif element.tag == "mstyle":
        display = element.get("displaystyle") == "true"
    elif element.tag in SCRIPTED:
        base = element[0]
        if display and base.tag == "mo" and base.text in _NO_LIMITS:
            _retag(element, {"msub": "munder", "msup": "mover", "msubsup": "munderover"})
        elif not display and base in functions:
            _retag(element, {"munder": "msub", "mover": "msup", "munderover": "msubsup"})
    for index, child in enumerate(element):
        scripted = element.tag in SCRIPTED and index > 0
        _set_limits(child, display and not scripted and element.tag != "mfrac", functions)


def _retag(element: Element, tags: dict[str, str]) -> None:
    element.tag = tags.get(element.tag, element.tag)


def _set_scripts(element: Element, in_script: bool) -> None:
    """Relations and signs have no space around them in a script, as in TeX."""
    if in_script and element.tag == "mo" and not element.attrib and element.text != ",":
        element.attrib.update({"lspace": "0", "rspace": "0"})
    is_accent = "accent" in element.attrib or "accentunder" in element.attrib
    for index, child in enumerate(element):
        scripted = element.tag in SCRIPTED and index > 0 and not is_accent
        _set_scripts(child, in_script or scripted)


def _lower_prime(element: Element) -> None:
    """A prime is already raised in the font: raised once more it floats above its letter."""
    if element.tag not in ("msup", "msubsup") or text_of(element[-1]) not in PRIMES:
        return
    base, prime = element[0], element[-1]
    prime.tag = "mi"
    prime.attrib.clear()
    if element.tag == "msup":
        element.tag = "mrow"
        return
    group = Element("mrow")
    group.extend([base, prime])
    element.tag = "msub"
    element[:] = [group, element[1]]


def _lengthen_arrow(element: Element) -> None:
    """Chromium does not stretch an arrow under its label: take the long one."""
    if element.tag in ("munder", "mover", "munderover") and text_of(element[0]) in _LONG:
        element[0].text = _LONG[text_of(element[0])]


def _wrap_sized(element: Element) -> None:
    """Chromium enlarges a delimiter in a row only, not the bare base of a script."""
    if element.tag in SCRIPTED and "minsize" in element[0].attrib:
        row = Element("mrow")
        row.append(element[0])
        element[0] = row


def _mark_short_root(element: Element) -> None:
    """Chromium leaves a gap after a root that needs no tall sign; maths.css takes it back."""
    if element.tag not in ("msqrt", "mroot"):
        return
    inside = list((element if element.tag == "msqrt" else element[0]).iter())[1:]
    tags = {child.tag for child in inside}
    low = tags <= TOKENS | {"mrow", "mspace", "msub"} or tags <= TOKENS | {"mrow", "mspace", "msup"}
    if low:
        element.set("class", "short")
