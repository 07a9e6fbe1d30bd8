"""Where the numbers of two tiles live on a B200: flash4-tile.svg.

Tensor memory is drawn to scale, a px for each column; so are rows.
"""

from drawing import Drawing
from svg import ink, wash

ROWS, COLUMNS = 128, 512  # of tensor memory, cells of 32 bits
TILE, D = 128, 128
LEFT, TOP = 42, 172  # of tensor memory, px


def data() -> dict[str, int]:
    """Columns of tensor memory by what they hold, and its bytes."""
    parts = {"O 0": D, "O 1": D, "S 0": TILE, "S 1": TILE}
    if sum(parts.values()) > COLUMNS:
        raise ValueError(f"{parts} do not fit in {COLUMNS} columns")
    return {**parts, "bytes": ROWS * COLUMNS * 4}


def draw() -> None:
    """Draw threads above, tensor memory between, operands below."""
    d = Drawing("flash4-tile", height=106)
    d.frame(4, 22, 587, 480, "one multiprocessor", heavy=True)
    places = tensor_memory(d)
    threads(d, places)
    d.box(216, 352, 340, 36, "tensor core", hue="purple")
    products(d)
    operands(d)
    d.save()


def tensor_memory(d: Drawing) -> dict[str, float]:
    """Draw four blocks of columns; return where each begins."""
    hues = {"O": "grey", "S": "blue"}
    d.text(
        LEFT,
        TOP + ROWS + 18,
        f"tensor memory:\n{ROWS} rows, {COLUMNS} columns\nof 32 bits",
        hue="grey",
        anchor="start",
    )
    places, x = {}, LEFT
    for name, columns in list(data().items())[:4]:
        hue = hues[name[0]]
        d.rect(x, TOP, columns, ROWS, fill=wash(hue), stroke=ink(hue))
        d.symbol(x + columns / 2, TOP + 56, name.replace(" ", "_"))
        if name[0] == "S":
            d.text(
                x + columns / 2,
                TOP + 84,
                "then P, in BF16",
                hue="grey",
            )
        d.text(
            x + columns / 2, TOP + ROWS - 8, str(columns), hue="grey"
        )
        places[name], x = x, x + columns
    return places


def threads(d: Drawing, places: dict[str, float]) -> None:
    """Draw the three warpgroups that touch tensor memory."""
    for i in (0, 1):
        x = places[f"S {i}"]
        d.box(x + 4, 48, 120, 52, f"softmax {i}", note="128 threads")
        d.arrow((x + 44, TOP), (x + 44, 100), "S")
        d.arrow((x + 84, 100), (x + 84, TOP), "P")
    x = places["O 0"]
    d.box(x + 64, 48, 128, 52, "correction", note="128 threads")
    for at in (x + 80, x + 152):
        d.arrow((at, TOP), (at, 100))
        d.arrow((at + 24, 100), (at + 24, TOP))
    d.text(x + 128, 140, "scale", hue="grey")


def products(d: Drawing) -> None:
    """Draw what the tensor core writes and reads there."""
    bottom = TOP + ROWS
    d.arrow((264, 352), (264, bottom), "+ P V")
    d.arrow((330, 352), (330, bottom), "Q Kᵀ")
    d.arrow((394, bottom), (394, 352), "P")
    d.arrow((458, 352), (458, bottom), "Q Kᵀ")
    d.arrow((522, bottom), (522, 352), "P")


def operands(d: Drawing) -> None:
    """Draw shared memory with its four operands."""
    d.frame(LEFT, 428, COLUMNS, 66)
    d.text(LEFT, 421, "shared memory", hue="grey", anchor="start")
    names = (("Q_0", "blue"), ("Q_1", "blue"), ("K_j", "orange"))
    for i, (name, hue) in enumerate((*names, ("V_j", "green"))):
        x = LEFT + 24 + i * 124
        d.rect(x, 436, 92, 36, fill=wash(hue), stroke=ink(hue))
        d.symbol(x + 46, 454, name)
    d.text(298, 488, f"each {TILE} × {D} in BF16", hue="grey")
    d.arrow((386, 428), (386, 388))


if __name__ == "__main__":
    draw()
