"""At which step each query, and each key and value, is read."""

from drawing import SMALL, Drawing, ink, light, wash

TEXT = ["cat", "sat", "and", "it", "sat", "and"]
CELL, ROW = 32.0, 28.0  # px
TOP, LEFT, RIGHT = 72.0, 44.0, 336.0


def data() -> dict[str, list[list[str]]]:
    """What a token's row is at a step: new, kept, or not read ("").

    Row t of each table is a token, column s the step at which token s
    comes in. A query may look at keys up to its own, so the scores of
    step s need query s and keys 0 to s.
    """
    n = range(len(TEXT))
    return {
        "queries": [["new" if s == t else "" for s in n] for t in n],
        "keys and values": [
            ["" if s < t else "new" if s == t else "kept" for s in n]
            for t in n
        ],
    }


def table(
    d: Drawing, x: float, title: str, rows: list[list[str]], hue: str
) -> None:
    """Draw one table: tokens beside, steps above."""
    d.text(x, 18, title, anchor="start", strong=True, hue=hue)
    d.text(x, 38, "read at step", anchor="start", hue="grey")
    for s in range(len(TEXT)):
        d.text(x + (s + 0.5) * CELL, TOP - 8, str(s), size=SMALL)
    for t, row in enumerate(rows):
        base = TOP + t * ROW + ROW / 2 + 4
        d.text(x - 7, base, TEXT[t], anchor="end", size=SMALL)
        for s, word in enumerate(row):
            mark = "orange" if word == "new" else "cyan"
            at = x + s * CELL, TOP + t * ROW
            fill = wash(mark) if word else "none"
            edge = ink(mark) if word else light("rule")
            d.rect(*at, CELL, ROW, fill=fill, stroke=edge, corner=0)
            d.text(at[0] + CELL / 2, base, word, size=SMALL, hue=mark)


def draw() -> None:
    """Draw both tables side by side."""
    d = Drawing("kv-reads", height=52)
    for (title, rows), x, hue in zip(
        data().items(), (LEFT, RIGHT), ("blue", "cyan"), strict=True
    ):
        table(d, x, title, rows, hue)
    d.save()


if __name__ == "__main__":
    draw()
