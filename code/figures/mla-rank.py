"""What rank r leaves out of keys and values, and what that costs."""

from statistics import mean
from typing import Any

from stored import rows
from style import MARK, figure, powers, save, y_label

SHARES = {  # of the squares: words, hue, dashes
    "lost_at_start": ("untrained", "grey", ":"),
    "lost_weights": ("trained weights", "orange", "--"),
    "lost_text": ("what they make of text", "purple", "-"),
}
FITTED = {
    "weights": ("fitted to weights", "orange", "--"),
    "text": ("fitted to text", "purple", "-"),
}
RANKS = (4, 8, 16, 32, 64)
MODELS = rows("latent-rank")
LAST = 128  # width of a token: nothing is left out


def shares(kind: str, layer: int | None = None) -> list[float]:
    """Mean share left out at rank 0 to 128: of seeds, and layers."""
    whole = [row[kind] for row in MODELS if row["rank"] is None]
    pick = slice(None) if layer is None else slice(layer, layer + 1)
    curves = [curve for row in whole for curve in row[pick]]
    return [mean(at) for at in zip(*curves, strict=True)]


def losses(kind: str) -> list[float]:
    """Mean loss of the cut models, for each of RANKS."""
    whole = [row[kind] for row in MODELS if row["rank"] is None]
    return [mean(at) for at in zip(*whole, strict=True)]


def learnt() -> dict[int | None, float]:
    """Mean loss by rank of the latent they were trained with."""
    found: dict[int | None, list[float]] = {}
    for row in MODELS:
        found.setdefault(row["rank"], []).append(row["loss"])
    return {rank: mean(loss) for rank, loss in found.items()}


def data() -> dict[str, Any]:
    """Both panels: shares at ranks 0 to 128, losses by rank."""
    return {
        **{kind: shares(kind) for kind in SHARES},
        **{kind: losses(kind) for kind in FITTED},
        "learnt": learnt(),
    }


def draw() -> None:
    """Draw shares above, losses below."""
    found = data()
    fig, (above, below) = figure(width=92, height=112, rows=2)
    for kind, (name, hue, dash) in SHARES.items():
        curve = found[kind]
        above.plot(curve, color=MARK[hue], linestyle=dash, label=name)
    above.set_xlim(0, LAST)
    above.set_ylim(0, 1)
    above.set_xlabel("rank $r$")
    y_label(above, "share of the squares left out")
    for kind, (name, hue, dash) in FITTED.items():
        look = {"color": MARK[hue], "linestyle": dash, "marker": "o"}
        below.plot(RANKS, found[kind], label=name, **look)
    mean_loss = found["learnt"]
    ranks = [rank for rank in mean_loss if rank]
    losses = [mean_loss[rank] for rank in ranks]
    look = {"color": MARK["blue"], "marker": "s"}
    below.plot(ranks, losses, label="learnt", **look)
    grey = {"color": MARK["grey"], "linestyle": ":"}
    below.axhline(mean_loss[None], label="no limit", **grey)
    powers(below.xaxis, 2)
    below.set_ylim(2, None)
    y_label(below, "loss (nats per byte)")
    below.set_xlabel("rank $r$ of keys and values")
    for ax in (above, below):
        ax.legend(loc="upper right")
    save(fig, "mla-rank")


if __name__ == "__main__":
    draw()
