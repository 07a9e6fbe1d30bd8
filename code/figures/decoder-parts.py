"""The small decoder without one of its parts: loss of each seed."""

import json

from style import INK, MARK, figure, save
from svg import ROOT

STORED = ROOT / "code/experiments/results/small-decoder.json"
STEPS = 240


def data() -> dict[str, list[float]]:
    """Held-out loss of every seed, by variant, the best first."""
    found: dict[str, list[float]] = {}
    for row in json.loads(STORED.read_text("utf-8"))["rows"]:
        if row["steps"] == STEPS:
            found.setdefault(row["variant"], []).append(row["loss"])
    return dict(sorted(found.items(), key=lambda item: sum(item[1])))


def draw() -> None:
    """Draw a row of dots for each variant, and the whole as a line."""
    found = data()
    fig, ax = figure(width=74, height=58)
    # Room for the wider face of an e-book beside the names of rows.
    fig.set_layout_engine("constrained", rect=(0.05, 0, 0.95, 1))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    whole = sum(found["whole"]) / len(found["whole"])
    ax.axvline(whole, color=MARK["blue"], linewidth=0.8)
    for y, (variant, losses) in enumerate(found.items()):
        hue = "blue" if variant == "whole" else "orange"
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
    ax.text(whole, -0.7, "whole", ha="center", color=INK["blue"])
    ax.set_xlabel("held-out loss (nats per byte)")
    save(fig, "decoder-parts")


if __name__ == "__main__":
    draw()
