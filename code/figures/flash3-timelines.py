"""Four schedules on one multiprocessor, unit by unit: flash3-timelines.

Spans are those of the explorable: pipeline runs of four key blocks.
"""

import runpy
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "explorables/pipeline-timeline.py"
RATE = 1  # of RATES: an H100 in 16 bits
LANES = ("TMA", "tensor", "softmax")
HUES = {"TMA": "cyan", "WG0": "blue", "WG1": "orange"}
LETTERS = {"K": "S", "V": "O"}  # what a product adds to


def data() -> dict[str, dict[str, Any]]:
    """Spans, length and the tensor cores' share in percent."""
    found = runpy.run_path(str(SCRIPT))["data"]()
    timelines = {}
    for name, runs in zip(
        found["schedules"], found["runs"], strict=True
    ):
        spans = runs[RATE]
        total = max(end for *_, end in spans)
        busy = sum(b - a for unit, *_, a, b in spans if unit == 1)
        timelines[name] = {
            "spans": spans,
            "total": total,
            "percent": 100 * busy / total,
        }
    return timelines


def draw() -> None:
    """Draw four panels, one above the other, on one clock."""
    from style import INK, MARK, WASH, figure, save

    found = data()
    fig, axes = figure(height=118, rows=len(found))
    last = max(run["total"] for run in found.values())
    for ax, (name, run) in zip(axes, found.items(), strict=True):
        for unit, actor, label, start, end in run["spans"]:
            hue = HUES[actor]
            value = label[0] == "V"
            ax.barh(
                -unit,
                end - start,
                left=start,
                height=0.78,
                color=WASH[hue] if value else MARK[hue],
                edgecolor=INK[hue],
                linewidth=0.3,
            )
            if unit == 1 and end - start > 400:
                ax.text(
                    (start + end) / 2,
                    -unit - 0.04,
                    LETTERS[label[0]],
                    ha="center",
                    va="center",
                    color=INK[hue] if value else "#ffffff",
                )
        ax.set_title(
            f"{name}: {run['total']:,.0f} cycles,"
            f" tensor cores busy {run['percent']:.0f}%",
            fontsize=8.5,
            fontweight=400,
        )
        ax.set_yticks([0, -1, -2], LANES)
        ax.set_xlim(0, last)
        ax.grid(False)
        ax.set_xticks([])
    axes[-1].set_xticks(range(0, 14001, 2000))
    axes[-1].set_xlabel("cycles")
    save(fig, "flash3-timelines")


if __name__ == "__main__":
    draw()
