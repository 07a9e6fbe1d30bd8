"""Where 64, 8 and 1 key heads of Llama 2 70B lie on eight cards."""

from dataclasses import replace
from math import ceil

from drawing import Drawing
from svg import ink, wash

from minseek.accounting import cache_bytes, published

CARDS, COUNTS = 8, (64, 8, 1)
LEFT, TOP, ROW = 3.0, 26.0, 90.0  # px
WIDE, HIGH, CELL = 46.0, 48.0, 9.0


def data() -> dict[int, dict[str, float]]:
    """Per number of key heads: those on a card, and KiB a token."""
    model = published("llama-2-70b")
    found = {}
    for heads in COUNTS:
        shape = replace(model.attention, n_kv_heads=heads)
        whole = cache_bytes(replace(model, attention=shape))
        here = ceil(heads / CARDS)
        found[heads] = {
            "on a card": here,
            "queries on a card": shape.n_heads // CARDS,
            "KiB": whole / heads * here / 1024,
        }
    return found


def cells(d: Drawing, x: float, y: float, n: int, hue: str) -> None:
    """Draw n heads in a row of small squares."""
    for i in range(n):
        at = x + i * (CELL - 4)
        d.rect(at, y, CELL - 5, CELL, fill=ink(hue), corner=0)


def draw() -> None:
    """Draw a row of eight cards for each number of key heads."""
    d = Drawing("gqa-cards", width=84, height=56)
    for i, (heads, found) in enumerate(data().items()):
        y = TOP + i * ROW
        name = "key heads" if heads > 1 else "key head, copied"
        d.text(
            LEFT, y - 10, f"{heads} {name}", strong=True, anchor="start"
        )
        d.text(
            LEFT + CARDS * (WIDE + 4) - 4,
            y - 10,
            f"{found['KiB']:.0f} KiB on each card",
            anchor="end",
        )
        for card in range(CARDS):
            x = LEFT + card * (WIDE + 4)
            hue = "grey" if heads == 1 and card else "orange"
            d.rect(
                x, y, WIDE, HIGH, fill=wash("grey"), stroke=ink("grey")
            )
            cells(
                d,
                x + 5,
                y + 8,
                int(found["queries on a card"]),
                "blue",
            )
            cells(d, x + 5, y + 30, int(found["on a card"]), hue)
    d.save()


if __name__ == "__main__":
    draw()
