"""Where four heads of the trained decoder read in one sentence."""

from drawing import Drawing
from heat import heat
from stored import rows

SENTENCE = "cat sat and it"
SEED, LONG = 0, 600
HEADS = [(0, 0), (0, 3), (1, 1), (1, 0)]  # layer, head
CELL = 10.8  # px
LEFT, TOP, STEP_X, STEP_Y = 18.0, 44.0, 180.0, 206.0


def data() -> dict[tuple[int, int], list[list[float]]]:
    """The tables of weights, rows read columns."""
    (row,) = [
        row
        for row in rows("small-decoder")
        if (row["steps"], row["seed"]) == (LONG, SEED)
    ]
    return {(i, j): row["sentence"][i][j] for i, j in HEADS}


def draw() -> None:
    """Draw two rows of two tables."""
    letters = SENTENCE.replace(" ", "_")
    d = Drawing("decoder-heads", height=86, width=74)
    for n, ((layer, head), table) in enumerate(data().items()):
        x, y = LEFT + n % 2 * STEP_X, TOP + n // 2 * STEP_Y
        name = f"layer {layer}, head {head}"
        d.text(x, y - 24, name, strong=True, anchor="start")
        past = [row[: i + 1] for i, row in enumerate(table)]
        heat(d, (x, y), past, (letters, letters), CELL)
    d.save()


if __name__ == "__main__":
    draw()
