"""Layers with the same cache, in two tasks: the score of each seed."""

from matplotlib.axes import Axes
from stored import rows
from style import INK, MARK, dots, figure, save

HUES = {"MQA": "orange", "GQA": "gold", "MLA": "blue"}
FLOOR = 0.5  # of the lookup, for a value of half the pair's numbers


def data() -> dict[str, dict[str, list[float]]]:
    """Scores of every seed, by task and layer."""
    found: dict[str, dict[str, list[float]]] = {
        "lookup": {},
        "book": {},
    }
    for row in rows("shared-keys"):
        name = {"MHA": "MHA", "MQA, wider layer": "MQA"}.get(
            row.get("variant", "")
        )
        if name:
            found["book"].setdefault(name, []).append(row["loss"])
    for row in rows("equal-cache"):
        of = found[row["task"]].setdefault(row["layer"], [])
        of.append(row["missed" if row["task"] == "lookup" else "loss"])
    return found


def panel(ax: Axes, found: dict[str, list[float]], what: str) -> None:
    """Draw a row of dots for each layer, grey with a larger cache."""
    small = {name: name[:3] for name in found if "twice" not in name}
    dots(ax, found, {n: HUES.get(small.get(n), "grey") for n in found})
    ax.set_ylim(len(found) - 0.5, -0.7)
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
