"""The cover of an electronic book: drawn by Typst with our own faces, so that its title is text."""

from __future__ import annotations

from pathlib import Path

import typst

from press.palette import TOKENS
from press.pandoc.typeset import FONTS

TEMPLATE = Path(__file__).with_name("cover.typ")
PPI = 254.0  # 10 pixels to the millimetre: 1600 by 2400


def png(house: str, title: str, tagline: str, author: str, beat: int) -> bytes:
    """Return the cover as a picture; `beat` is the period of its pattern, one per series."""
    words = {"house": house, "title": title, "tagline": tagline, "author": author}
    colours = {name: light for name, (light, _) in TOKENS.items()}
    return typst.compile(
        TEMPLATE,
        format="png",
        ppi=PPI,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={**words, **colours, "beat": str(beat)},
    )
