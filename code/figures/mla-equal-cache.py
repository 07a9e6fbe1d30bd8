"""Layers with the same cache, in two tasks: the score of each seed."""

import json

from matplotlib.axes import Axes
from style import INK, MARK, figure, save
from svg import ROOT

RESULTS = ROOT / "code/experiments/results"
HUES = {"MQA": "orange", "GQA": "gold", "MLA": "blue"}
FLOOR = 0.5  # of the lookup, for a value of half the pair's numbers


def data() -> dict[str, dict[str, list[float]]]:
    """Scores of every seed, by task and layer."""
    found: dict[str, dict[str, list[float]]] = {
        "lookup": {},
        "book": {},
    }
    for row in stored("shared-keys"):
        name = {"MHA": "MHA", "MQA, wider layer": "MQA"}.get(
            row.get("variant", "")
        )
        if name:
            found["book"].setdefault(name, []).append(row["loss"])
    for row in stored("equal-cache"):
        of = found[row["task"]].setdefault(row["layer"], [])
        of.append(row["missed" if row["task"] == "lookup" else "loss"])
    return found


def stored(name: str) -> list[dict]:
    """The rows of a result."""
    text = (RESULTS / f"{name}.json").read_text("utf-8")
    return json.loads(text)["rows"]


def panel(ax: Axes, found: dict[str, list[float]], what: str) -> None:
    """Draw a row of dots for each layer."""
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    for y, (name, scores) in enumerate(found.items()):
        hue = HUES.get(name[:3], "grey")
        if "twice" in name:
            hue = "grey"
        ax.plot(
            scores,
            [y] * len(scores),
            "o",
            color=MARK[hue],
            markerfacecolor="none",
        )
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.5, -0.7)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(what)


def draw() -> None:
    """Draw both tasks, one above the other."""
    found = data()
    fig, (above, below) = figure(width=100, height=88, rows=2)
    # Room for the wider face of an e-book beside the names of rows.
    fig.set_layout_engine("constrained", rect=(0.05, 0, 0.95, 1))
    panel(above, found["lookup"], "lookup: share of the target missed")
    above.set_xlim(0, 0.7)
    above.axvline(FLOOR, color=MARK["grey"], linestyle="--")
    above.text(FLOOR - 0.01, 2.5, "half", ha="right", color=INK["grey"])
    panel(below, found["book"], "book: held-out loss (nats per byte)")
    whole = found["book"]["MHA"]
    below.axvspan(min(whole), max(whole), color=MARK["grey"], alpha=0.2)
    save(fig, "mla-equal-cache")


if __name__ == "__main__":
    draw()
