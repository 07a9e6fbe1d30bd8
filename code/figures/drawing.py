"""Hand-drawn figures, all in one hand: boxes, tensors, arrows, words.

Lengths are px at 4.8 px per mm (the measure is 595 px), best on a
4 px grid. Hues mean the same everywhere: blue query, forward,
DeepSeek's way; orange key, bottleneck; green value, backward; purple
latent; gold expert, communication; cyan position, cache; grey
baseline. Data flows left to right, layers bottom to top.

    d = Drawing("dot-product", height=40)
    d.tensor(40, 40, 60, 80, "Q", "t d", "4096 · 128", hue="blue")
    d.box(200, 56, 96, 48, "softmax")
    d.arrow((100, 80), (200, 80), "scores")
    d.save()
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from svg import (
    PX_PER_MM,
    Point,
    ink,
    light,
    number,
    rounded,
    scripts,
    toward,
    wash,
    width_of,
    write,
)

SANS = "'Source Sans 3', sans-serif"  # bare, the digit ends it
SERIF = "'Source Serif 4', serif"
BODY, SMALL, NAME = 13.5, 12.0, 16.0  # px: 8, 7.1 and 9.5 pt
SLACK = 1.1  # an e-book's own face may be wider than ours
HEAD, HALF, GAP = 8.0, 3.4, 3.4  # arrow head, and air before a box
STROKES = {
    "data": "",
    "gradient": ' stroke-dasharray="6 4"',
    "recomputed": ' stroke-dasharray="0.1 4"',
}


class Drawing:
    """One SVG of ``width`` by ``height`` mm, drawn at final size."""

    def __init__(self, name: str, height: float, width: float = 124):
        self.name, self.mm = name, (width, height)
        self.width, self.height = width * PX_PER_MM, height * PX_PER_MM
        self.parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        hue: str | None = None,
        size: float = BODY,
        anchor: str = "middle",
        strong: bool = False,
    ) -> None:
        """Write lines of ``text``, the first on the base line ``y``."""
        colour = light("text") if hue is None else ink(hue)
        weight = ' font-weight="600"' if strong else ""
        for i, line in enumerate(text.split("\n")):
            self.parts.append(
                f'<text x="{number(x)}"'
                f' y="{number(y + i * size * 1.25)}"'
                f' font-size="{size:g}" text-anchor="{anchor}"'
                f'{weight} fill="{colour}">{escape(line)}</text>'
            )

    def symbol(
        self, x: float, y: float, name: str, *, hue: str | None = None
    ) -> None:
        """Write a formula's letter, "Q" or "W_k", centred on x, y."""
        colour = light("text") if hue is None else ink(hue)
        self.parts.append(
            f'<text x="{number(x)}" y="{number(y + 5)}"'
            f' text-anchor="middle"'
            f' font-family="{SERIF}" font-style="italic"'
            f' font-size="{NAME:g}" fill="{colour}">'
            f"{scripts(name, SMALL)}</text>"
        )

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1,
        corner: float = 2,
    ) -> None:
        """Draw a rectangle in concrete colours."""
        self.parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}"'
            f' height="{number(h)}" rx="{number(corner)}" fill="{fill}"'
            f' stroke="{stroke}" stroke-width="{stroke_width:g}"/>'
        )

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        text: str = "",
        *,
        hue: str = "grey",
        note: str = "",
    ) -> None:
        """Draw an operation; ``note`` is a small line in the box."""
        self.rect(x, y, w, h, fill=wash(hue), stroke=ink(hue))
        lines = text.split("\n") if text else []
        words = [(line, BODY) for line in lines] + [(note, SMALL)]
        self._fits(text, w, words)
        tall = len(lines) * BODY * 1.25 + (SMALL * 1.25 if note else 0)
        base = y + (h - tall) / 2 + BODY * 0.98
        self.text(x + w / 2, base, text, strong=True)
        if note:
            base += len(lines) * BODY * 1.25 - 1
            self.text(x + w / 2, base, note, size=SMALL)

    def _fits(
        self, text: str, w: float, lines: Iterable[tuple[str, float]]
    ) -> None:
        need = max((width_of(s, z) for s, z in lines), default=0)
        if need * SLACK > w - 4:
            raise ValueError(
                f"figure {self.name}: box {text!r} is {w:g} px wide, "
                f"its words need {need * SLACK + 4:.0f}"
            )

    def frame(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        title: str = "",
        *,
        heavy: bool = False,
    ) -> None:
        """Draw a group; a GPU is ``heavy``."""
        width = 3.4 if heavy else 1
        grey = light("mark-grey")
        self.rect(x, y, w, h, stroke=grey, stroke_width=width, corner=4)
        self.text(x, y - 7, title, hue="grey", anchor="start")

    def tensor(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        name: str,
        axes: str = "",
        sizes: str = "",
        *,
        hue: str = "grey",
        kind: str = "activation",
        stack: int = 1,
    ) -> None:
        """Draw a tensor, its axis letters and sizes below it.

        ``kind`` is activation (round corners), weights (square) or
        cache (double left edge); ``stack`` draws that many heads.
        """
        corner = {"activation": 5, "weights": 0, "cache": 0}[kind]
        for i in reversed(range(stack)):
            self.rect(
                x + 3 * i,
                y - 3 * i,
                w,
                h,
                fill=wash(hue),
                stroke=ink(hue),
                corner=corner,
            )
        if kind == "cache":
            self.line((x + 4, y), (x + 4, y + h), hue=hue)
        self.symbol(x + w / 2, y + h / 2, name)
        self.text(x + w / 2, y + h + 16, axes, hue="grey")
        base = y + h + (32 if axes else 16)
        self.text(x + w / 2, base, sizes, hue="grey")

    def line(
        self, start: Point, end: Point, *, hue: str = "grey"
    ) -> None:
        """Draw a thin line: a frame's edge, a note's pointer."""
        self._path([start, end], ink(hue), 1, "")

    def note(self, at: Point, text: str, to: Point) -> None:
        """Write a phrase at ``at``, a thin line from it to ``to``."""
        side = "start" if at[0] > to[0] else "end"
        gap = 4 if side == "start" else -4
        self.line(to, at)
        self.text(at[0] + gap, at[1] + 4, text, hue="grey", anchor=side)

    def arrow(
        self,
        start: Point,
        end: Point,
        label: str = "",
        *,
        kind: str = "data",
        bend: str = "",
        hue: str = "grey",
    ) -> None:
        """Draw an arrow that stops just before ``end``.

        ``kind`` is data, gradient (dashed), communication (double) or
        recomputed (dotted). ``bend`` is "" or the first direction, "h"
        or "v", of a path with one right angle.
        """
        colour = light("mark-grey") if hue == "grey" else ink(hue)
        middle = {
            "": start,
            "h": (end[0], start[1]),
            "v": (start[0], end[1]),
        }[bend]
        tip = toward(end, middle, GAP)
        neck = toward(end, middle, GAP + HEAD)
        points = [start, middle, neck] if bend else [start, neck]
        if kind == "communication":
            self._path(points, colour, 5, "")
            self._path(points, light("paper"), 2, "")
        else:
            self._path(points, colour, 1.7, STROKES[kind])
        self._head(tip, neck, colour)
        if label:
            self._label(start, middle if bend else end, label)

    def _path(
        self, points: list[Point], colour: str, w: float, dash: str
    ) -> None:
        self.parts.append(
            f'<path d="{rounded(points)}" fill="none" stroke="{colour}"'
            f' stroke-width="{w:g}"{dash}/>'
        )

    def _head(self, tip: Point, neck: Point, colour: str) -> None:
        x, y = neck
        dx, dy = (tip[0] - x) / HEAD, (tip[1] - y) / HEAD
        self.parts.append(
            f'<path d="M{number(tip[0])} {number(tip[1])}'
            f"L{number(x - HALF * dy)} {number(y + HALF * dx)}"
            f'L{number(x + HALF * dy)} {number(y - HALF * dx)}Z"'
            f' fill="{colour}"/>'
        )

    def _label(self, start: Point, end: Point, label: str) -> None:
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        w = width_of(label, SMALL) * SLACK + 4
        level = start[1] == end[1]
        base = y - 7 if level else y + 4
        if not level:  # the line would cross the words
            self.rect(x - w / 2, y - 9, w, 17, fill=light("paper"))
        self.text(x, base, label, hue="grey", size=SMALL)

    def cells(
        self,
        x: float,
        y: float,
        rows: list[list[str]],
        side: float = 16,
    ) -> None:
        """Draw a matrix of squares; each cell is a token or ""."""
        if max(len(rows), *map(len, rows)) > 64:
            raise ValueError(f"figure {self.name}: over 64 cells wide")
        for i, row in enumerate(rows):
            for j, token in enumerate(row):
                at = (x + j * side, y + i * side)
                self.rect(
                    *at,
                    side,
                    side,
                    fill=light(token) if token else "none",
                    stroke=light("paper" if token else "rule"),
                    corner=0,
                )

    def save(self) -> Path:
        """Write source/figures/<name>.svg."""
        w, h = self.mm
        head = (
            '<svg xmlns="http://www.w3.org/2000/svg"'
            f' width="{w:g}mm" height="{h:g}mm"'
            f' viewBox="0 0 {number(self.width)} {number(self.height)}"'
            f' font-family="{SANS}" stroke-linecap="round">'
        )
        lines = [head, *self.parts, "</svg>\n"]
        return write(self.name, "\n".join(lines))
