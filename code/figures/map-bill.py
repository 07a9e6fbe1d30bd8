"""What the price of DeepSeek-V3 holds, to scale, and leaves out."""

from typing import Any

from drawing import SMALL, Drawing, ink, light, wash

from minseek.accounting import dollars

HOURS = {  # of H800 cards; DeepSeek-V3, Table 1
    "pre-training": 2_664_000,
    "longer texts": 119_000,
    "post-training": 5_000,
}
R1_HOURS = 147_000  # on top; DeepSeek-R1, supplement, as reported
LEFT_OUT = {  # whose words, and what has no published size
    "left out, says the report": (
        "earlier\nresearch",
        "experiments on\ndesign and data",
    ),
    "in no rent of a final run, we add": (
        "salaries",
        "failed runs",
        "machines",
    ),
}
HUES = ("blue", "orange", "green")
LEFT, WIDE, HIGH, GAP = 4.0, 280.0, 34.0, 8.0  # px
START: dict[str, Any] = {"anchor": "start"}


def data() -> dict[str, float]:
    """Millions of dollars of each stage, and of R1's training."""
    stages = {name: dollars(n) / 1e6 for name, n in HOURS.items()}
    return stages | {"R1": dollars(R1_HOURS) / 1e6}


def draw() -> None:
    """Draw the bill, what it leaves out, and what came later."""
    bill = data()
    r1 = bill.pop("R1")
    scale = WIDE / sum(bill.values())
    d = Drawing("map-bill", height=66, width=60)
    title = f"in the {sum(bill.values()):.3f} million dollars"
    d.text(LEFT, 14, title, strong=True, **START)
    stages(d, bill, scale)
    y = 116.0
    for title, names in LEFT_OUT.items():
        d.text(LEFT, y, title, strong=True, **START)
        frames(d, y + 8, names)
        y += 74
    title = f"later, on top of it: R1, {r1:.3f}"
    d.text(LEFT, y, title, strong=True, **START)
    bar(d, LEFT, y + 8, r1 * scale, "purple")
    d.save()


def bar(d: Drawing, x: float, y: float, w: float, hue: str) -> None:
    """Draw dollars to scale."""
    d.rect(x, y, w, HIGH, fill=wash(hue), stroke=ink(hue), corner=0)


def stages(d: Drawing, bill: dict[str, float], scale: float) -> None:
    """Draw the stages one behind the other, and name them."""
    x = LEFT
    for i, (name, cost) in enumerate(bill.items()):
        bar(d, x, 22, cost * scale, HUES[i])
        label = f"{name} {cost:.3f}"
        if i == 0:
            d.text(x + 10, 44, label, hue=HUES[i], **START)
        else:
            middle, base = x + cost * scale / 2, 58 + i * 16
            d.line((middle, 22 + HIGH), (middle, base - 4), hue=HUES[i])
            d.text(
                middle - 5, base, label,
                hue=HUES[i], size=SMALL, anchor="end",
            )  # fmt: skip
        x += cost * scale


def frames(d: Drawing, y: float, names: tuple[str, ...]) -> None:
    """Draw empty frames of equal width: their sizes are unknown."""
    wide = (WIDE - GAP * (len(names) - 1)) / len(names)
    for i, name in enumerate(names):
        x = LEFT + i * (wide + GAP)
        d.rect(x, y, wide, HIGH + 4, stroke=light("mark-grey"))
        lines = name.count("\n")
        d.text(x + wide / 2, y + 23 - 7 * lines, name, size=SMALL)


if __name__ == "__main__":
    draw()
