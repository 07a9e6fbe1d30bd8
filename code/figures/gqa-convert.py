"""What a small decoder loses with key heads, at once and after 5%."""

from matplotlib.axes import Axes
from stored import rows
from style import INK, MARK, figure, save, y_label

HEADS = (8, 4, 2, 1)
WAYS = {  # hue, dash, and how far the name is moved, in both charts
    "random": ("grey", ":", (0, 0)),
    "first": ("orange", "--", (5, 4)),
    "mean": ("blue", "-", (-5, -4)),
    "aligned": ("green", "-.", (0, 0)),
}
WHEN = ("at once", "after 30 steps, 5% of the training")


def data() -> dict[str, list[list[list[float]]]]:
    """Per way and time: for each number of heads, each seed's loss."""
    found = rows("grouped-heads")

    def losses(way: str, heads: int, mark: int) -> list[float]:
        named = "whole" if heads == HEADS[0] else way
        return [
            row["losses"][mark]
            for row in found
            if (row["way"], row["kv_heads"]) == (named, heads)
        ]

    return {
        way: [
            [losses(way, heads, mark) for heads in HEADS]
            for mark in range(len(WHEN))
        ]
        for way in WAYS
    }


def panel(ax: Axes, mark: int, name: str) -> None:
    """Draw all ways at one time, every seed as a dot."""
    for way, found in data().items():
        hue, dash, shifts = WAYS[way]
        means = [sum(seeds) / len(seeds) for seeds in found[mark]]
        places = range(len(HEADS))
        ax.plot(places, means, dash, color=MARK[hue])
        for place, seeds in zip(places, found[mark], strict=True):
            ax.plot(
                [place] * len(seeds), seeds, ".", color=MARK[hue], ms=3
            )
        ax.annotate(
            way,
            (places[-1], means[-1]),
            xytext=(6, shifts[mark]),
            textcoords="offset points",
            va="center",
            color=INK[hue],
        )
    ax.set_xticks(range(len(HEADS)), [str(heads) for heads in HEADS])
    ax.set_xlim(-0.15, 3.5)
    y_label(ax, f"held-out loss {name} (nats per byte)")


def draw() -> None:
    """Draw the two times, one above the other."""
    fig, axes = figure(width=100, height=100, rows=2)
    for mark, name in enumerate(WHEN):
        panel(axes[mark], mark, name)
    axes[-1].set_xlabel("key heads of 8")
    save(fig, "gqa-convert")


if __name__ == "__main__":
    draw()
