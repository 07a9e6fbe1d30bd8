"""What charts and drawings share: colours, widths, the last check.

A committed SVG carries concrete light colours, because Typst and
e-book readers know no variables; the web maps each to one. So a
colour outside the palette would stay light on dark paper.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from fontTools.ttLib import TTFont
from press.palette import PALETTE, TOKENS

Point = tuple[float, float]

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "source" / "figures"
FONTS = ROOT / "extensions" / "press" / "fonts"
PX_PER_MM = 4.8  # on the web: 124 mm, the measure, are 595 px
MIN_PX = 11.5

_HEX = re.compile(r"(?<![\w(&])#[0-9a-fA-F]{3,8}\b(?!-)")
_SIZE = re.compile(r'font-size[=:]\s*"?([\d.]+)|font:[^;"]*?([\d.]+)px')
_TEXT = re.compile(r"<text.*?</text>", re.S)
_ROOT = re.compile(r'width="([\d.]+)mm".*?viewBox="0 0 ([\d.]+) ', re.S)


def light(name: str) -> str:
    """Return the value a figure carries for the token ``name``."""
    return TOKENS[name][0]


def ink(hue: str) -> str:
    """Return the colour of lines and words of ``hue``."""
    return light("soft" if hue == "grey" else f"ink-{hue}")


def wash(hue: str) -> str:
    """Return the pale ground of ``hue``."""
    return light("sunk" if hue == "grey" else f"wash-{hue}")


@cache
def _advances() -> tuple[dict[int, str], dict[str, tuple[int, int]]]:
    font = TTFont(FONTS / "SourceSans3-Semibold.otf")
    return font.getBestCmap(), font["hmtx"].metrics


def width_of(text: str, size: float) -> float:
    """Return the px that one line of ``text`` takes, in semibold."""
    glyphs, metrics = _advances()
    names = [glyphs.get(ord(letter), "x") for letter in text]
    return sum(metrics[name][0] for name in names) * size / 1000


def number(value: float) -> str:
    """Return ``value`` as a drawing writes it: to a tenth of a px."""
    return f"{round(value, 1):g}"


def scripts(name: str, size: float) -> str:
    """Turn "W_k" and "K^T" into lowered and raised spans."""

    def span(match: re.Match[str]) -> str:
        down = 4 if match[1] == "_" else -5
        return (
            f'<tspan dy="{down}" font-size="{size:g}">'
            f'{match[2].strip("{}")}</tspan><tspan dy="{-down}">'
            "\u200b</tspan>"
        )

    return re.sub(r"([_^])(\{[^}]*\}|\w)", span, escape(name))


def toward(start: Point, end: Point, step: float) -> Point:
    """Return the point ``step`` px from ``start`` on the way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    part = step / (dx * dx + dy * dy) ** 0.5
    return start[0] + part * dx, start[1] + part * dy


def rounded(points: list[Point]) -> str:
    """Return the path of a line, the corner of a bent one rounded."""
    at = [f"{number(x)} {number(y)}" for x, y in points]
    if len(points) == 2:
        return f"M{at[0]}L{at[1]}"
    start, corner, end = points
    near, far = toward(corner, start, 4), toward(corner, end, 4)
    turn = f"{number(near[0])} {number(near[1])}Q{at[1]}"
    return f"M{at[0]}L{turn} {number(far[0])} {number(far[1])}L{at[2]}"


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
