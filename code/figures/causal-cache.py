"""Prefill fills a triangle of scores in one pass, decode adds rows."""

from drawing import SMALL, Drawing, ink, light, wash

TEXT = ["cat", "sat", "and", "it", "sat", "and"]
PROMPT = 4
CELL, ROW = 34.0, 30.0  # px
X, Y = 36.0, 60.0


def data() -> list[list[bool]]:
    """Which keys each row of scores sees."""
    n = len(TEXT)
    return [[t <= s for t in range(n)] for s in range(n)]


def draw() -> None:
    """Draw the square of scores, coloured by pass."""
    d = Drawing("causal-cache", height=53, width=70)
    d.text(X, 18, "keys and values", anchor="start", strong=True)
    for t, token in enumerate(TEXT):
        d.text(X + (t + 0.5) * CELL, Y - 9, token, size=SMALL)
    for s, row in enumerate(data()):
        prefill = s < PROMPT
        base = Y + s * ROW + ROW / 2 + 4
        d.text(X - 8, base, TEXT[s], anchor="end", size=SMALL)
        for t, seen in enumerate(row):
            hue = "blue" if prefill else "orange" if s == t else "cyan"
            at = X + t * CELL, Y + s * ROW
            fill = wash(hue) if seen else "none"
            edge = ink(hue) if seen else light("rule")
            d.rect(*at, CELL, ROW, fill=fill, stroke=edge, corner=0)
            word = (
                ""
                if prefill or not seen
                else "new"
                if s == t
                else "kept"
            )
            middle = at[0] + CELL / 2
            d.text(middle, base, word, size=SMALL, hue=hue)
    side = X + len(TEXT) * CELL + 12
    d.text(
        side, Y + 2 * ROW - 6, "prefill:", anchor="start", strong=True
    )
    note = "four rows,\none pass"
    d.text(side, Y + 2 * ROW + 12, note, anchor="start", hue="grey")
    top = Y + PROMPT * ROW + 16
    d.text(side, top, "decode:", anchor="start", strong=True)
    note = "a row,\na pass each"
    d.text(side, top + 18, note, anchor="start", hue="grey")
    d.save()


if __name__ == "__main__":
    draw()
