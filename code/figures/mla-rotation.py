"""Where the rotation stands in a score of V3: mla-rotation.svg."""

from minseek.accounting import published

TALL, BOX = 36, 68  # px of a box and of a matrix
X = {"query": 8, "left": 52, "turn": 148, "right": 234, "end": 330}


def data() -> dict[str, int]:
    """Widths of what meets in one score of one head of V3."""
    a = published("deepseek-v3").attention
    assert a.d_q_latent is not None
    return {
        "query latent": a.d_q_latent,
        "content": a.d_nope,
        "position": a.d_rope,
        "latent": a.d_latent,
    }


def draw() -> None:
    """Draw a score without rotation, with one, and beside one."""
    from drawing import Drawing

    found = data()
    d = Drawing("mla-rotation", height=86, width=78)
    title(d, 16, "no rotation: one matrix for all pairs")
    content(d, 30, found, turned=False)
    d.line((8, 106), (366, 106))
    title(d, 130, "rotated keys: another one for each distance")
    content(d, 144, found, turned=True)
    d.line((8, 220), (366, 220))
    title(d, 244, "MLA: the rotation has moved beside them")
    content(d, 258, found, turned=False)
    d.text(187, 338, "+", strong=True)
    position(d, 352, found)
    d.save()


def title(d, y: float, words: str) -> None:
    """Name a row."""
    d.text(8, y, words, anchor="start", strong=True)


def content(d, y: float, found: dict[str, int], turned: bool) -> None:
    """Draw the content part of a score, its matrices side by side."""
    vector(d, X["query"], y, "c'_s", found["query latent"], "blue")
    middle = X["turn"] if turned else X["right"]
    matrix(d, X["left"], y, "W^{UQ}", "blue")
    join(d, X["query"] + 28, X["left"], y)
    join(d, X["left"] + BOX, middle, y, found["content"])
    if turned:
        turn(d, y)
        end = X["turn"] + 50
        join(d, end, X["right"], y, found["content"])
    matrix(d, X["right"], y, "W^{UKᵀ}", "purple")
    join(d, X["right"] + BOX, X["end"], y)
    vector(d, X["end"], y, "c_t", found["latent"], "purple", "cache")


def position(d, y: float, found: dict[str, int]) -> None:
    """Draw the position part: nothing behind the rotation to move."""
    vector(d, X["query"], y, "c'_s", found["query latent"], "blue")
    join(d, X["query"] + 28, X["left"], y)
    matrix(d, X["left"], y, "W^{QR}", "blue")
    join(d, X["left"] + BOX, X["turn"], y, found["position"])
    turn(d, y)
    join(d, X["turn"] + 50, X["end"], y)
    vector(d, X["end"], y, "k^R", found["position"], "cyan", "cache")


def vector(
    d,
    x: float,
    y: float,
    name: str,
    width: int,
    hue: str,
    kind: str = "activation",
) -> None:
    """Draw one token's numbers, their count below."""
    wide = 32 if kind == "cache" else 28
    sizes = f"{width:,}"
    d.tensor(x, y, wide, TALL, name, "", sizes, hue=hue, kind=kind)


def matrix(d, x: float, y: float, name: str, hue: str) -> None:
    """Draw a matrix of the head."""
    d.tensor(x, y, BOX, TALL, name, hue=hue, kind="weights")


def turn(d, y: float) -> None:
    """Draw the rotation by the distance."""
    d.tensor(X["turn"], y, 50, TALL, "R_{t−s}", hue="cyan")


def join(
    d, start: float, end: float, y: float, width: int | None = None
) -> None:
    """Draw the line of a product, the width that vanishes below."""
    d.line((start, y + TALL / 2), (end, y + TALL / 2))
    if width:
        d.text((start + end) / 2, y + TALL + 16, str(width), hue="grey")


if __name__ == "__main__":
    draw()
