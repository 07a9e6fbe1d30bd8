"""Four tokens through one head: every product with its numbers."""

from typing import Any

import torch
from drawing import SMALL, Drawing, ink, light, wash
from toy import TOKENS, matrices

from minseek.attention import scores, softmax

MARKED = 3  # the row the article follows
ROW = 20.0  # px a row is high
NOTE: dict[str, Any] = {"hue": "grey", "size": SMALL}
BRANCHES = {  # hue, top
    "Q": ("blue", 44.0),
    "K": ("orange", 176.0),
    "V": ("green", 308.0),
}


def data() -> dict[str, torch.Tensor]:
    """The matrices of the toy, from tokens to output."""
    m = matrices()
    q, k, v = m["Q"], m["K"], m["V"]
    a = softmax(scores(q, k))
    return {**m, "QK^T": q @ k.T, "A": a, "O": a @ v}


class Matrices(Drawing):
    """A drawing that knows how to set a matrix."""

    def matrix(
        self,
        name: str,
        m: torch.Tensor,
        at: tuple[float, float],
        cell: float,
        hue: str = "grey",
        digits: int = 0,
        heat: bool = False,
    ) -> None:
        """Set ``m`` at ``at``, its name above and its shape below."""
        (x, y), (rows, columns) = at, m.shape
        width = columns * cell
        corner = 0 if name.startswith("W") else 4
        ground = light("seq-1") if heat else wash(hue)
        self.rect(x, y, width, rows * ROW, fill=ground, corner=corner)
        for i, row in enumerate(m.tolist()):
            for j, value in enumerate(row):
                left, top = x + j * cell, y + i * ROW
                if heat and value > 0.2:
                    # Dark words read on the first four steps.
                    fill = light(f"seq-{1 + min(3, int(value * 5))}")
                    self.rect(left, top, cell, ROW, fill=fill, corner=0)
                self.text(
                    left + cell / 2,
                    top + 14.5,
                    f"{value:.{digits}f}".replace("-", "−"),
                    size=SMALL,
                    strong=i == MARKED,
                )
        self.rect(
            x, y, width, rows * ROW, stroke=ink(hue), corner=corner
        )
        if rows == len(TOKENS):
            top = y + MARKED * ROW
            self.rect(
                x, top, width, ROW, stroke=ink(hue), stroke_width=2.4
            )
        lift = 28 if name in ("QK^T", "A") else 15  # above column names
        self.symbol(x + width / 2, y - lift, name)
        base = y + rows * ROW + 16
        shape = f"{rows} × {columns}"
        self.text(x + width / 2, base, shape, hue="grey", size=SMALL)

    def columns(self, x: float, y: float, cell: float) -> None:
        """Name the columns of a table of pairs: the tokens read."""
        for j, token in enumerate(TOKENS):
            at = x + (j + 0.5) * cell
            self.text(at, y - 5, token, hue="grey", size=SMALL)


def draw() -> None:
    """Draw the flow: projections to the right, then down."""
    m = data()
    d = Matrices("self-attention-shapes", height=113, width=74)
    d.matrix("X", m["X"], (30, 176), 22)
    for i, token in enumerate(TOKENS):
        strong = i == MARKED
        d.text(25, 190.5 + i * ROW, token, anchor="end", strong=strong)
    for name, (hue, y) in BRANCHES.items():
        weights = f"W_{name}"
        d.matrix(weights, m[weights], (116, y + 10), 22, hue)
        d.matrix(name, m[name], (176, y), 22, hue)
        d.arrow((160, y + 40), (176, y + 40))
        if name == "K":
            d.arrow((96, y + 40), (116, y + 40))
        else:
            d.arrow((103, 216), (116, y + 40), bend="v")
    d.matrix("QK^T", m["QK^T"], (240, 110), 24)
    d.columns(240, 110, 24)
    d.arrow((220, 117), (240, 117))
    d.arrow((220, 183), (240, 183))
    d.arrow((288, 212), (288, 258))
    d.text(281, 230, "÷ √2,\nsoftmax", **NOTE, anchor="end")
    d.matrix("A", m["A"], (236, 300), 29, digits=2, heat=True)
    d.columns(236, 300, 29)
    d.matrix("O", m["O"], (256, 440), 36, "green", digits=2)
    d.arrow((264, 380), (264, 440))
    d.arrow((198, 410), (256, 480), bend="v")
    mean = "weighted mean of\nthe rows of V"
    d.text(190, 476, mean, **NOTE, anchor="end")
    for x, y, word in (
        (310, 82, "scores"),
        (304, 272, "weights"),
        (304, 425, "output"),
    ):
        d.text(x, y, word, **NOTE, anchor="start")
    d.save()


if __name__ == "__main__":
    draw()
