"""Who reads whom in the toy, without the causal mask and with it."""

import torch
from drawing import SMALL, Drawing, ink, light, wash
from toy import TOKENS, matrices

from minseek.causal import weights
from minseek.heads import causal_mask

CELL, ROW = 34.0, 30.0  # px
TITLES = {"all": "every token in view", "causal": "causal mask"}


def data() -> dict[str, torch.Tensor]:
    """Weights of each token (row) on each, both ways."""
    m = matrices()
    n = len(TOKENS)
    return {
        "all": weights(m["Q"], m["K"]),
        "causal": weights(m["Q"], m["K"], causal_mask(n, n)),
    }


def table(d: Drawing, x: float, y: float, a: torch.Tensor) -> None:
    """One table of weights; what is hidden stays grey and empty."""
    n = len(TOKENS)
    for s, row in enumerate(a.tolist()):
        base = y + s * ROW + ROW / 2 + 4
        d.text(x - 8, base, TOKENS[s], anchor="end", size=SMALL)
        for t, share in enumerate(row):
            left, top = x + t * CELL, y + s * ROW
            step = 1 + min(
                3, int(share * 5)
            )  # dark words read on these
            fill = light(f"seq-{step}") if share else wash("grey")
            d.rect(left, top, CELL, ROW, fill=fill, corner=0)
            words = f"{share:.2f}" if share else "–"
            hue = None if share else "grey"
            d.text(left + CELL / 2, base, words, size=SMALL, hue=hue)
    for t, token in enumerate(TOKENS):
        at = x + (t + 0.5) * CELL
        d.text(at, y - 7, token, size=SMALL, hue="grey")
    d.rect(x, y, n * CELL, n * ROW, stroke=ink("grey"), corner=0)


def draw() -> None:
    """Draw the two tables side by side."""
    d = Drawing("causal-masks", height=40, width=74)
    for x, (name, a) in zip((32, 214), data().items(), strict=True):
        d.text(x, 18, TITLES[name], anchor="start", strong=True)
        table(d, x, 54, a)
    d.save()


if __name__ == "__main__":
    draw()
