"""Which Typst name or slot stands for a sign of our MathML."""

from __future__ import annotations

SAFE = {"*": "∗", "-": "−", "'": "′"}
DELIMITERS = frozenset("()[]{}|‖⟨⟩⌊⌋⌈⌉⟦⟧⌜⌝⌞⌟")
ACCENTS = {
    "ˆ": "hat",
    "˜": "tilde",
    "¯": "macron",
    "\u20d7": "arrow",
    "←": "arrow.l",
    "´": "acute",
    "`": "grave",
    "˙": "dot",
    "¨": "dot.double",
    "\u20db": "dot.triple",
    "ˇ": "caron",
    "˘": "breve",
    "˚": "circle",
}
SPREADERS = {
    "⏞": "overbrace",
    "⏟": "underbrace",
    "⏜": "overparen",
    "⏝": "underparen",
    "‾": "overline",
    "_": "underline",
}
ARROWS = {"⟶": "→", "⟵": "←", "⟹": "⇒", "⟸": "⇐", "⟷": "↔", "⟺": "⇔"}
SLOTS = {
    "msub": "b",
    "msup": "t",
    "msubsup": "bt",
    "munder": "b",
    "mover": "t",
    "munderover": "bt",
}
BY_FORM = {"prefix": "opening", "postfix": "closing", "infix": "normal"}
