"""Small decoders whose heads share a key: loss of each seed."""

import json

from style import INK, MARK, figure, save
from svg import ROOT

STORED = ROOT / "code/experiments/results/shared-keys.json"


def data() -> dict[str, list[float]]:
    """Held-out loss of every seed, by variant."""
    found: dict[str, list[float]] = {}
    for row in json.loads(STORED.read_text("utf-8"))["rows"]:
        if "variant" in row:
            found.setdefault(row["variant"], []).append(row["loss"])
    return found


def draw() -> None:
    """Draw a row of dots for each variant, and MHA's range behind."""
    found = data()
    fig, ax = figure(width=84, height=56)
    # Room for the wider face of an e-book beside the names of rows.
    fig.set_layout_engine("constrained", rect=(0.05, 0, 0.95, 1))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    whole = found["MHA"]
    ax.axvspan(min(whole), max(whole), color=MARK["orange"], alpha=0.2)
    for y, (variant, losses) in enumerate(found.items()):
        hue = "blue" if variant.startswith("MQA") else "orange"
        ax.plot(
            losses,
            [y] * len(losses),
            "o",
            color=MARK[hue],
            markerfacecolor="none",
        )
    ax.set_yticks(range(len(found)), list(found))
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    ax.spines["left"].set_visible(False)
    middle = (min(whole) + max(whole)) / 2
    ax.text(
        middle, -0.75, "MHA's seeds", ha="center", color=INK["orange"]
    )
    ax.set_xlabel("held-out loss (nats per byte)")
    save(fig, "mqa-quality")


if __name__ == "__main__":
    draw()
