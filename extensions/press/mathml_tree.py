"""The few questions that everyone who walks a MathML tree asks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ROWS = frozenset(("math", "mrow", "mtd", "mstyle", "msqrt", "mphantom", "menclose", "merror"))
SCRIPTED = frozenset(("msub", "msup", "msubsup", "munder", "mover", "munderover"))
TOKENS = frozenset(("mi", "mn", "mo", "mtext"))
BARS = frozenset("|‖")
BIG = frozenset("∑∏∐∫∬∭∮⋂⋃⨆⋁⋀⨀⨂⨁⨄")
"""Operators that take limits and grow in display style."""


def parse(mathml: str) -> Element:
    """The tree of a ``<math>`` string, with bare tag names."""
    # ElementTree cannot ignore namespaces; ours come without prefixes, so the text may lose it
    return ET.fromstring(mathml.replace(f' xmlns="{NAMESPACE}"', ""))


def core(element: Element) -> Element:
    """What carries the scripts: the base of a base, or the element itself."""
    while element.tag in SCRIPTED and len(element):
        element = element[0]
    return element


def text_of(element: Element) -> str:
    """The text of a token, "" for anything else."""
    return (element.text or "") if element.tag in TOKENS else ""


def is_fence(element: Element, form: str) -> bool:
    """Is it a delimiter that opens ("prefix") or closes ("postfix")?"""
    return element.tag == "mo" and element.get("form") == form


def rows_of(table: Element) -> list[list[Element]]:
    """The cells of a ``<mtable>``, row by row."""
    return [list(row) for row in table]
