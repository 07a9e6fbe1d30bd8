"""Four tokens through one head: every product with its numbers."""

import torch
from drawing import SMALL, Drawing, ink, light, wash

from minseek.attention import scores, softmax

TOKENS = ["cat", "sat", "and", "it"]
MARKED = 3  # the row the article follows
ROW = 20.0  # px a row is high
BRANCHES = {  # hue, top
    "Q": ("blue", 44.0),
    "K": ("orange", 176.0),
    "V": ("green", 308.0),
}


def data() -> dict[str, torch.Tensor]:
    """The matrices of the toy, from tokens to output."""
    x = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]])
    w_q = torch.tensor([[0.0, 1], [1, 0], [2, -1]])
    w_k = torch.tensor([[2.0, 0], [0, 1], [-1, 1]])
    w_v = torch.tensor([[3.0, 0], [0, 3], [-2, 1]])
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    a = softmax(scores(q, k))
    return {
        "X": x, "W_Q": w_q, "W_K": w_k, "W_V": w_v,
        "Q": q, "K": k, "V": v, "QK^T": q @ k.T, "A": a, "O": a @ v,
    }  # fmt: skip


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
    """Draw the flow, left to right."""
    m = data()
    d = Matrices("self-attention-shapes", height=86)
    d.matrix("X", m["X"], (36, 176), 24)
    for i, token in enumerate(TOKENS):
        strong = i == MARKED
        d.text(30, 190.5 + i * ROW, token, anchor="end", strong=strong)
    for name, (hue, y) in BRANCHES.items():
        weights = f"W_{name}"
        d.matrix(weights, m[weights], (148, y + 10), 24, hue)
        d.matrix(name, m[name], (236, y), 24, hue)
        d.arrow((196, y + 40), (236, y + 40))
        if name == "K":
            d.arrow((108, y + 40), (148, y + 40))
        else:
            d.arrow((128, 216), (148, y + 40), bend="v")
    d.matrix("QK^T", m["QK^T"], (332, 44), 24)
    d.columns(332, 44, 24)
    d.arrow((284, 84), (332, 84))
    d.arrow((284, 216), (356, 124), bend="h")
    d.matrix("A", m["A"], (476, 44), 29, digits=2, heat=True)
    d.columns(476, 44, 29)
    d.arrow((428, 84), (476, 84), "÷ √2")
    d.text(452, 102, "softmax", hue="grey", size=SMALL)
    d.matrix("O", m["O"], (494, 308), 40, "green", digits=2)
    d.arrow((504, 124), (504, 308))
    d.arrow((284, 348), (494, 348), "weighted mean of the rows of V")
    d.save()


if __name__ == "__main__":
    draw()
