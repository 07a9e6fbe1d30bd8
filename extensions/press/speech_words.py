"""How letters and signs are spoken; what is missing here is spoken by its Unicode name."""

from __future__ import annotations

import re
import unicodedata

WORDS: dict[str, str] = {
    # arithmetic
    "+": "plus", "−": "minus", "-": "minus", "±": "plus or minus", "∓": "minus or plus",
    "×": "times", "⋅": "times", "·": "times", "*": "star", "∗": "star", "⋆": "star",
    "/": "over", "÷": "divided by", "!": "factorial", "%": "percent", "∘": "after",
    "⊙": "elementwise times", "⊗": "tensor", "⊕": "direct sum", "∖": "without", "\\": "without",
    # relations
    "=": "equals", "≠": "is not", "<": "less than", ">": "greater than", "≤": "at most",
    "≥": "at least", "≪": "much less than", "≫": "much greater than", "≈": "approximately",
    "≡": "is equivalent to", "∼": "drawn from", "≃": "is similar to", "≅": "is congruent to",
    "∝": "is proportional to", "≔": "is defined as", "≜": "is defined as",
    "∈": "in", "∉": "not in", "∋": "contains", "⊂": "subset of", "⊆": "subset of or equal to",
    "⊃": "superset of", "⊇": "superset of or equal to", "∪": "union", "∩": "intersection",
    "∣": "given", "|": "given", "‖": "double bar", "∥": "double bar", "⟂": "perpendicular to",
    # logic and arrows
    "∧": "and", "∨": "or", "¬": "not", "∀": "for all", "∃": "there is", "∄": "there is no",
    "→": "to", "←": "gets", "↔": "both ways to", "↦": "maps to", "⇒": "implies",
    "⟹": "implies", "⇐": "is implied by", "⟸": "is implied by", "⇔": "if and only if",
    "⟶": "to", "⟵": "gets", "⟷": "both ways to", "⟺": "if and only if",
    "↑": "up", "↓": "down", "∴": "therefore", "∵": "because",
    # objects
    "∞": "infinity", "∂": "partial", "∇": "gradient", "∅": "the empty set", "ℓ": "ell",
    "⊤": "top", "⊥": "bottom", "ℏ": "h bar", "ı": "i", "ȷ": "j", "′": "prime", "″": "double prime",
    "‴": "triple prime", "†": "dagger", "‡": "double dagger", "°": "degrees",
    "ℝ": "the reals", "ℕ": "the naturals", "ℤ": "the integers", "ℂ": "the complex numbers",
    "ℚ": "the rationals", "𝔼": "expectation", "𝟙": "indicator", "𝒪": "big O of",
    "…": "dots", "⋯": "dots", "⋮": "dots down", "⋱": "dots diagonal",
    "◼": "end of proof", "□": "box", "✓": "check",
    # delimiters and punctuation
    "(": "open paren", ")": "close paren", "[": "open bracket", "]": "close bracket",
    "{": "open brace", "}": "close brace", "⟨": "open angle", "⟩": "close angle",
    "⌊": "floor of", "⌋": "end floor", "⌈": "ceiling of", "⌉": "end ceiling",
    ",": ",", ";": ";", ".": "", ":": "colon", "\u2061": "",
    # big operators
    "∑": "sum", "∏": "product", "∐": "coproduct", "∫": "integral", "∬": "double integral",
    "∭": "triple integral", "∮": "contour integral", "⋃": "union", "⋂": "intersection",
    "⨁": "direct sum", "⨂": "tensor product", "⨀": "elementwise product",
    "⋁": "disjunction", "⋀": "conjunction",
}  # fmt: skip
"""Character -> spoken words."""

ACCENTS: dict[str, str] = {
    "ˆ": "hat", "˜": "tilde", "¯": "bar", "‾": "bar", "_": "underlined", "\u20d7": "vector",
    "←": "left arrow", "˙": "dot", "¨": "double dot", "\u20db": "triple dot", "´": "acute",
    "`": "grave", "ˇ": "check", "˘": "breve", "˚": "ring", "⏜": "arc", "⏝": "arc below",
}  # fmt: skip
"""Accent -> the word after its letter."""

BARS: dict[str, tuple[str, str]] = {
    "|": ("absolute value of", "end absolute value"),
    "‖": ("norm of", "end norm"),
}
"""Enclosing bar -> what opens and what closes it."""

_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (\w+)$")
_STYLES = ("BOLD", "SCRIPT", "FRAKTUR", "DOUBLE-STRUCK")


def say(character: str) -> str:
    """One character in words.

    >>> say("Δ"), say("𝐱"), say("ℒ"), say("∈")
    ('capital delta', 'bold x', 'script L', 'in')
    """
    if (word := WORDS.get(character)) is not None:
        return word
    name = unicodedata.name(character, "")
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and len(plain) == 1:
        style = next((style.lower() for style in _STYLES if style in name), "")
        return f"{style} {say(plain)}".strip()
    if greek := _GREEK.match(name):
        letter = greek[2].lower().replace("lamda", "lambda")  # Unicode's spelling
        return f"capital {letter}" if greek[1] == "CAPITAL" else letter
    if character.isalnum() or character.isspace() or not name:
        return character
    return name.lower()
