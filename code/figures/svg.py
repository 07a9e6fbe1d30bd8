"""Check a figure against the house style and write it.

A committed SVG carries concrete light colours, because Typst and
e-book readers know no variables; the web maps each to one. So a
colour outside the palette would stay light on dark paper.
"""

import re
from pathlib import Path

from press.palette import PALETTE

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "source" / "figures"
FONTS = ROOT / "extensions" / "press" / "fonts"
PX_PER_MM = 4.8  # on the web: 124 mm, the measure, are 595 px
MIN_PX = 11.5

_HEX = re.compile(r"(?<![\w(&])#[0-9a-fA-F]{3,8}\b")
_SIZE = re.compile(r'font-size[=:]\s*"?([\d.]+)|font:[^;"]*?([\d.]+)px')
_TEXT = re.compile(r"<text.*?</text>", re.S)
_ROOT = re.compile(r'width="([\d.]+)mm".*?viewBox="0 0 ([\d.]+) ', re.S)


def write(name: str, svg: str) -> Path:
    """Write ``svg`` to source/figures, if it keeps the style."""
    if found := problems(svg):
        raise ValueError(f"figure {name}: " + "; ".join(found))
    FIGURES.mkdir(parents=True, exist_ok=True)
    path = FIGURES / f"{name}.svg"
    path.write_text(svg, encoding="utf-8")
    return path


def problems(svg: str) -> list[str]:
    """Say what in ``svg`` breaks the style, in words."""
    found = [
        f"colour {colour} is not in press.palette.PALETTE"
        for colour in sorted(set(_HEX.findall(svg)))
        if colour.lower() not in PALETTE
    ]
    if "<image" in svg:
        found.append("a raster image: draw cells instead")
    if "<style" in svg or "<script" in svg:
        found.append("a style or script would reach the whole page")
    if not (root := _ROOT.search(svg)):
        return [*found, "no width in mm with a viewBox from 0 0"]
    scale = float(root[1]) * PX_PER_MM / float(root[2])
    # A raised or lowered letter may be smaller than its word.
    words = [_SIZE.findall(text) for text in _TEXT.findall(svg)]
    sizes = [max(float(a or b) for a, b in word) for word in words]
    if (least := min(sizes, default=99) * scale) < MIN_PX - 0.01:
        found.append(f"text of {least:.1f} px, least {MIN_PX} px")
    return found
