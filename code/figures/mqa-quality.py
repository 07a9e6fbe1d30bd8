"""Small decoders whose heads share a key: loss of each seed."""

from stored import rows
from style import INK, MARK, dots, figure, save

HUES = {"MHA": "orange", "MQA": "blue"}


def data() -> dict[str, list[float]]:
    """Held-out loss of every seed, by variant."""
    found: dict[str, list[float]] = {}
    for row in rows("shared-keys"):
        if "variant" in row:
            found.setdefault(row["variant"], []).append(row["loss"])
    return found


def draw() -> None:
    """Draw a row of dots for each variant, and MHA's range behind."""
    found = data()
    fig, ax = figure(width=84, height=56)
    # Room for the wider face of an e-book beside the names of rows.
    fig.set_layout_engine("constrained", rect=(0.05, 0, 0.95, 1))
    whole = found["MHA"]
    ax.axvspan(min(whole), max(whole), color=MARK["orange"], alpha=0.2)
    dots(ax, found, {name: HUES[name[:3]] for name in found})
    ax.invert_yaxis()
    middle = (min(whole) + max(whole)) / 2
    ax.text(
        middle, -0.75, "MHA's seeds", ha="center", color=INK["orange"]
    )
    ax.set_xlabel("held-out loss (nats per byte)")
    save(fig, "mqa-quality")


if __name__ == "__main__":
    draw()
