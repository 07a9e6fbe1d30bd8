"""Where 64, 8 and 1 key heads of Llama 2 70B lie on eight cards."""

from dataclasses import replace
from math import ceil

from drawing import Drawing
from svg import ink, wash

from minseek.accounting import cache_bytes, published

CARDS, COUNTS = 8, (64, 8, 1)
LEFT, TOP, ROW = 108.0, 34.0, 78.0  # px
WIDE, HIGH, CELL = 48.0, 54.0, 9.0


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
    d = Drawing("gqa-cards", height=54)
    d.text(
        LEFT,
        16,
        "eight cards: 8 query heads on each, and key heads",
        hue="grey",
        anchor="start",
    )
    d.text(594, 16, "KiB on each", hue="grey", anchor="end")
    for i, (heads, found) in enumerate(data().items()):
        y = TOP + i * ROW
        name = "key heads" if heads > 1 else "key head,\ncopied"
        d.text(
            100, y + 20, f"{heads} {name}", strong=True, anchor="end"
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
                y + 10,
                int(found["queries on a card"]),
                "blue",
            )
            cells(d, x + 5, y + 34, int(found["on a card"]), hue)
        d.text(
            594,
            y + 32,
            f"{found['KiB']:.0f}",
            strong=True,
            anchor="end",
        )
    d.save()


if __name__ == "__main__":
    draw()
