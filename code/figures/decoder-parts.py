"""The small decoder without one of its parts: loss of each seed."""

from stored import rows
from style import INK, MARK, dots, figure, save

STEPS = 240


def data() -> dict[str, list[float]]:
    """Held-out loss of every seed, by variant, the best first."""
    found: dict[str, list[float]] = {}
    for row in rows("small-decoder"):
        if row["steps"] == STEPS:
            found.setdefault(row["variant"], []).append(row["loss"])
    return dict(sorted(found.items(), key=lambda item: sum(item[1])))


def draw() -> None:
    """Draw a row of dots for each variant, and the whole as a line."""
    found = data()
    fig, ax = figure(width=74, height=58)
    # Room for the wider face of an e-book beside the names of rows.
    fig.set_layout_engine("constrained", rect=(0.05, 0, 0.95, 1))
    whole = sum(found["whole"]) / len(found["whole"])
    ax.axvline(whole, color=MARK["blue"], linewidth=0.8)
    dots(ax, found, dict.fromkeys(found, "orange") | {"whole": "blue"})
    ax.invert_yaxis()
    ax.text(whole, -0.7, "whole", ha="center", color=INK["blue"])
    ax.set_xlabel("held-out loss (nats per byte)")
    save(fig, "decoder-parts")


if __name__ == "__main__":
    draw()
