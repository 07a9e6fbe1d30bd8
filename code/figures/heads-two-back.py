"""Where two heads of a trained layer read, for two seeds."""

from drawing import Drawing
from heat import heat
from stored import rows

SEEDS = (2, 3)
FIRST = 2  # the first place that has a token two back
CELL = 18.0  # px
AT = [(30.0, 58.0), (222.0, 58.0)]


def data() -> dict[int, list[list[list[float]]]]:
    """Per seed the weights of both heads, rows from place 2 on."""
    return {
        row["seed"]: [head[FIRST:] for head in row["weights"]]
        for row in rows("two-heads")
        if row["heads"] == 2 and row["seed"] in SEEDS
    }


def draw() -> None:
    """Draw a row of two tables for each seed."""
    d = Drawing("heads-two-back", height=70, width=78)
    for i, (seed, heads) in enumerate(data().items()):
        for j, head in enumerate(heads):
            x, y = AT[j][0], AT[0][1] + i * 160
            name = f"seed {seed}, head {j}"
            d.text(x, y - 24, name, strong=True, anchor="start")
            places = [str(place) for place in range(len(head[0]))]
            heat(d, (x, y), head, (places[FIRST:], places), CELL)
    d.save()


if __name__ == "__main__":
    draw()
