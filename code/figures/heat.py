"""A table of attention weights as cells, darker for more."""

from collections.abc import Sequence

from drawing import SMALL, Drawing, light


def heat(
    d: Drawing,
    at: tuple[float, float],
    weights: Sequence[Sequence[float]],
    names: tuple[Sequence[str], Sequence[str]],
    cell: float,
) -> None:
    """Set weights at x, y, names of rows beside, of columns above."""
    x, y = at
    beside, above = names
    for i, row in enumerate(weights):
        middle = y + (i + 0.7) * cell
        d.text(
            x - 6,
            middle,
            beside[i],
            hue="grey",
            size=SMALL,
            anchor="end",
        )
        for j, weight in enumerate(row):
            d.rect(
                x + j * cell,
                y + i * cell,
                cell,
                cell,
                fill=light(f"seq-{1 + round(6 * weight)}"),
                stroke=light("rule"),
                stroke_width=0.5,
                corner=0,
            )
    for j, name in enumerate(above):
        middle = x + (j + 0.5) * cell
        d.text(middle, y - 5, name, hue="grey", size=SMALL)
