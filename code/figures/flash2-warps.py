"""Four warps share a tile, by keys or by queries: flash2-warps.svg.

What passes through shared memory is counted in a run of one tile.
"""

import torch

from minseek.flash import warps
from minseek.flash.hbm import HBM

R, C, D, WARPS = 128, 128, 64, 4
HUES = ("blue", "green", "purple", "gold")
SIDE, TOP = 104, 84  # px
FP16, FP32 = 2, 4  # bytes: operands, and what is summed


def data(r: int = R, c: int = C, d: int = D) -> dict[str, float]:
    """KB of operands read and of results exchanged, each way."""
    found = {}
    for name, share in (
        ("keys", warps.split_keys),
        ("queries", warps.split_queries),
    ):
        sizes = {"q": r, "k": c, "v": c}
        shared = HBM(**{x: torch.ones(n, d) for x, n in sizes.items()})
        share(shared, WARPS)
        exchanged = warps.exchanged(shared)
        operands = shared.accesses().total - exchanged
        found[f"{name} operands"] = FP16 * operands / 1024
        found[f"{name} exchanged"] = FP32 * exchanged / 1024
    return found


def draw() -> None:
    """Draw a tile cut into columns, and one cut into rows."""
    from drawing import Drawing

    found = data()
    d = Drawing("flash2-warps", height=56)
    for x, name in ((70, "keys"), (360, "queries")):
        d.text(x + 85, 18, f"split the {name}", strong=True)
        tile(d, x, name)
        words = (
            f"operands {found[f'{name} operands']:.0f} KB, "
            f"exchanged {found[f'{name} exchanged']:.0f} KB"
        )
        d.text(x + 85, TOP + SIDE + 62, words)
    outputs(d)
    d.save()


def tile(d, x: float, name: str) -> None:
    """Draw Q, K and the tile, each slice in the hue of its warp."""
    step = SIDE / WARPS
    for w, hue in enumerate(HUES):
        box = (x + w * step, TOP, step, SIDE)
        key = (x + w * step, TOP - 34, step, 26)
        query = (x - 42, TOP, 30, SIDE)
        if name == "queries":
            box = (x, TOP + w * step, SIDE, step)
            key = (x, TOP - 34, SIDE, 26)
            query = (x - 42, TOP + w * step, 30, step)
        shared = {"keys": query, "queries": key}[name]
        slab(d, box, hue)
        slab(d, key if name == "keys" else query, hue)
        if w == 0:
            slab(d, shared, "grey")
    d.symbol(x + SIDE / 2, TOP - 21, "K^T, V")
    d.symbol(x - 27, TOP + SIDE / 2, "Q")
    d.symbol(x + SIDE / 2, TOP + SIDE / 2, "P")


def slab(d, box: tuple[float, ...], hue: str) -> None:
    """Draw one slice."""
    from drawing import ink, wash

    d.rect(*box, fill=wash(hue), stroke=ink(hue), corner=0)


def outputs(d) -> None:
    """Draw four parts of O to be added, and four owners of rows."""
    step = SIDE / WARPS
    for w, hue in enumerate(HUES):
        at = 70 + SIDE + 16 + 9 * w
        slab(d, (at, TOP - 6 + 4 * w, 26, SIDE - 6), hue)
        slab(d, (360 + SIDE + 30, TOP + w * step, 30, step), hue)
    d.symbol(70 + SIDE + 44, TOP + SIDE + 22, "4 × O")
    d.symbol(360 + SIDE + 45, TOP + SIDE + 18, "O")
    d.text(
        70 + SIDE + 90, TOP + 36, "merge", hue="grey", anchor="start"
    )


if __name__ == "__main__":
    draw()
