"""Who computes which tile and who writes what: flash2-owners.svg.

How often each tensor is written is read from counted runs.
"""

import torch

from minseek.flash import fa1, fa2
from minseek.flash.hbm import HBM

N, D, B = 1024, 64, 128
CELL, TOP = 14, 62  # px
PANELS = (
    ("FlashAttention", "forward and backward", 34),
    ("FlashAttention-2", "forward", 232),
    ("FlashAttention-2", "backward", 430),
)


def data(n: int = N, d: int = D, b: int = B) -> dict[str, int]:
    """Blocks, and how often a tensor is written, in whole tensors."""
    found = {"blocks": n // b}
    for name, module in (("fa1", fa1), ("fa2", fa2)):
        hbm = HBM(
            **{x: torch.ones(n, d) for x in ("q", "k", "v", "do")}
        )
        module.forward(hbm, b, b)
        module.backward(hbm, b, b)
        for tensor in ("o", "dq", "dk", "dv"):
            found[f"{name} {tensor}"] = hbm.stores[tensor] // (n * d)
    return found


def draw() -> None:
    """Draw three grids of tiles, the walks of workers, and writes."""
    from drawing import Drawing

    found = data()
    d, side = (
        Drawing("flash2-owners", height=50),
        found["blocks"] * CELL,
    )
    for title, walk, x in PANELS:
        d.text(x + side / 2, 16, title, strong=True)
        d.text(x + side / 2, 33, walk, hue="grey")
        grid(d, x, found["blocks"])
        d.text(x + side / 2, TOP - 8, "keys j →", hue="grey")
    xs = [x for _, _, x in PANELS]
    d.text(xs[0] - 10, TOP + side / 2, "i ↓", hue="grey", anchor="end")
    one_worker(d, xs[0], found)
    rows(d, xs[1], found)
    columns(d, xs[2], found)
    d.save()


def times(count: int) -> str:
    """Say how often."""
    return "once" if count == 1 else f"{count}×"


def grid(d, x: float, blocks: int) -> None:
    """Draw the tiles of the score matrix."""
    d.cells(x, TOP, [[""] * blocks] * blocks, side=CELL)


def strip(d, x: float, name: str, note: str, hue: str) -> None:
    """Draw an output beside its rows, and how often it is written."""
    from drawing import ink, wash

    tall = data()["blocks"] * CELL
    d.rect(x, TOP, 14, tall, fill=wash(hue), stroke=ink(hue), corner=0)
    d.symbol(x + 8, TOP + tall + 14, name)
    d.text(x + 18, TOP + tall / 2, note, hue="grey", anchor="start")


def one_worker(d, x: float, found: dict[str, int]) -> None:
    """One walk through all tiles, a column of them at a time."""
    side = found["blocks"] * CELL
    d.frame(x - 3, TOP - 3, side + 6, side + 6, heavy=True)
    for j in range(found["blocks"]):
        at = x + (j + 0.5) * CELL
        d.arrow((at, TOP + 2), (at, TOP + side))
    strip(d, x + side + 10, "O, dQ", times(found["fa1 o"]), "orange")
    d.text(x + side / 2, TOP + side + 40, "1 worker per head")


def rows(d, x: float, found: dict[str, int]) -> None:
    """A worker for each block of queries."""
    side = found["blocks"] * CELL
    for i in range(found["blocks"]):
        at = TOP + (i + 0.5) * CELL
        d.frame(x, TOP + i * CELL, side, CELL)
        d.arrow((x + 2, at), (x + side, at), hue="blue")
    strip(d, x + side + 8, "O", times(found["fa2 o"]), "blue")
    words = f"{found['blocks']} workers per head"
    d.text(x + side / 2, TOP + side + 40, words)


def columns(d, x: float, found: dict[str, int]) -> None:
    """A worker for each block of keys; all of them add to dQ."""
    from drawing import ink, wash

    side = found["blocks"] * CELL
    for j in range(found["blocks"]):
        at = x + (j + 0.5) * CELL
        d.frame(x + j * CELL, TOP, CELL, side)
        d.arrow((at, TOP + 2), (at, TOP + side), hue="green")
    strip(d, x + side + 8, "dQ", times(found["fa2 dq"]), "orange")
    d.rect(
        x,
        TOP + side + 5,
        side,
        10,
        fill=wash("green"),
        stroke=ink("green"),
        corner=0,
    )
    note = f"dK, dV {times(found['fa2 dk'])}"
    d.text(x + side / 2 - 8, TOP + side + 28, note, hue="grey")
    words = f"{found['blocks']} workers per head"
    d.text(x + side / 2, TOP + side + 46, words)


if __name__ == "__main__":
    draw()
