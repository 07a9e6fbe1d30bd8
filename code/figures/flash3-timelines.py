"""Four schedules on one multiprocessor, unit by unit: flash3-timelines.

Spans are those of the explorable: pipeline runs of four key blocks.
"""

import runpy
from collections import defaultdict
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "explorables/pipeline-timeline.py"
RATE = 1  # of RATES: an H100 in 16 bits
LANES = ("TMA", "tensor", "softmax")
HUES = {"TMA": "cyan", "WG0": "blue", "WG1": "orange"}
WIDTH, LEFT, LANE = 595.0, 56.0, 22.0  # px


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
    from drawing import SMALL, Drawing

    found = data()
    last = max(run["total"] for run in found.values())
    px = (WIDTH - LEFT) / last
    d = Drawing("flash3-timelines", height=84)
    for i, (name, run) in enumerate(found.items()):
        top = 18 + i * (len(LANES) * LANE + 32)
        d.text(
            LEFT,
            top - 6,
            f"{name}: {run['total']:,.0f} cycles,"
            f" tensor cores busy {run['percent']:.0f}%",
            anchor="start",
        )
        for unit, lane in enumerate(LANES):
            base = top + unit * LANE + 15
            d.text(LEFT - 8, base, lane, anchor="end", size=SMALL)
        bars(d, run["spans"], top, px)
    for cycles in range(0, 12_001, 2000):
        x = LEFT + cycles * px
        d.text(x, 396, f"{cycles:,}", hue="grey", size=SMALL)
    d.text(
        WIDTH - 4, 396, "cycles", hue="grey", anchor="end", size=SMALL
    )
    d.save()


def bars(d, spans: list, top: float, px: float) -> None:
    """Draw what the units do, pale if it concerns values.

    Spans that look alike are one path, for there are hundreds.
    """
    from drawing import SMALL
    from svg import ink, light, number, wash

    paths: defaultdict[tuple[str, bool], str] = defaultdict(str)
    letters = []
    for unit, actor, label, start, end in spans:
        hue, pale = HUES[actor], label[0] == "V"
        x, y = LEFT + start * px, top + unit * LANE
        w, left = (end - start) * px, number(x)
        paths[hue, pale] += (
            f"M{left} {number(y)}h{number(w)}v{LANE - 4:g}H{left}z"
        )
        if unit == 1 and pale and end - start > 400:
            letters.append((x + w / 2, y + 14, hue))
    for (hue, pale), path in paths.items():
        fill = wash(hue) if pale else light(f"mark-{hue}")
        edge = (
            f' stroke="{ink(hue)}" stroke-width="0.4"' if pale else ""
        )
        d.parts.append(f'<path d="{path}" fill="{fill}"{edge}/>')
    for x, y, hue in letters:
        d.text(x, y, "O", hue=hue, size=SMALL)


if __name__ == "__main__":
    draw()
