"""What the rotation saves, by length: flash3-outliers.svg.

Stored runs of experiments/fp8_outliers.py, a dot for each draw.
"""

import tomllib
from pathlib import Path
from statistics import geometric_mean

from stored import rows

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "bib/facts/flashattention3.toml"


def data() -> dict[int, dict[str, float | list[float]]]:
    """Gain of each draw by length: error of neither over all's."""
    gains: dict[int, list[float]] = {}
    for row in rows("fp8-outliers"):
        gains.setdefault(row["keys"], []).append(
            row["neither"] / row["all"]
        )
    return {
        keys: {"gains": each, "mean": geometric_mean(each)}
        for keys, each in gains.items()
    }


def draw() -> None:
    """Draw dots, their means, and the paper's figure."""
    from style import INK, MARK, figure, powers, save, y_label

    found = data()
    published = tomllib.loads(FACTS.read_text("utf-8"))
    level = published["fa3-rmse-fp8-gain"]["value"]
    fig, ax = figure(height=60)
    ax.axhline(level, color=MARK["grey"], lw=1, ls="--")
    ax.text(512, level + 0.05, "published: 2.6", color=INK["grey"])
    ax.plot(
        list(found),
        [of["mean"] for of in found.values()],
        color=MARK["blue"],
    )
    for keys, of in found.items():
        ax.plot(
            [keys] * len(of["gains"]),
            of["gains"],
            "o",
            color=MARK["blue"],
            mfc="none",
        )
    powers(ax.xaxis, base=2)
    ax.set_xticks(list(found))
    ax.set_ylim(0.9, 3.2)
    ax.set_xlabel("keys, and queries, of a head of width 128")
    y_label(ax, "error without both tricks, times that with both")
    save(fig, "flash3-outliers")


if __name__ == "__main__":
    draw()
