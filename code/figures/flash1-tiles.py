"""What is on chip while one tile is computed: flash1-tiles.svg.

How often each tensor crosses is read from a counted run.
"""

import torch

from minseek.accounting import fa1_blocks
from minseek.flash import fa1
from minseek.flash.hbm import HBM

N, D, M = 1024, 64, 51_200  # 100 KiB of FP16
HUES = {
    "k": "orange",
    "v": "green",
    "q": "blue",
    "o": "grey",
    "l": "grey",
}
PLACES = {"k": 60, "v": 140, "q": 220, "o": 300, "l": 380}
LETTERS = {"l": "m, ℓ"}  # both statistics, drawn as two columns
TALL = 104  # px of N rows


def data(n: int = N, d: int = D, m: int = M) -> dict[str, object]:
    """Block sizes, and how often each tensor goes up and down."""
    b_r, b_c = fa1_blocks(m, d)
    hbm = HBM(sram=m, **{name: torch.ones(n, d) for name in "qkv"})
    fa1.forward(hbm, b_r, b_c)
    size = {name: hbm[name].numel() for name in HUES}
    return {
        "b_r": b_r,
        "b_c": b_c,
        "up": {name: hbm.loads[name] // size[name] for name in HUES},
        "down": {name: hbm.stores[name] // size[name] for name in HUES},
        "peak": hbm.peak,
    }


def draw() -> None:
    """Draw slow memory below, the chip above, crossings between."""
    from drawing import Drawing

    found = data()
    d = Drawing("flash1-tiles", height=84)
    d.frame(8, 24, 579, 146)
    d.text(
        587,
        17,
        f"on chip: M = {M:,} elements",
        hue="grey",
        anchor="end",
    )
    d.frame(8, 244, 579, 150, heavy=True)
    d.text(587, 235, "main memory (HBM)", hue="grey", anchor="end")
    for name in HUES:
        tensor(d, name, found)
        crossing(d, name, found["up"][name], found["down"][name])
    scores(d, found["b_r"], found["b_c"])
    d.save()


def tensor(d, name: str, found: dict) -> None:
    """Draw a tensor in slow memory, its block in it and on chip."""
    from drawing import ink, wash

    x, hue = PLACES[name], HUES[name]
    index, block = ("j", "b_c") if name in "kv" else ("i", "b_r")
    rows, letter = found[block], LETTERS.get(name, name.upper())
    w, columns = (28, D) if name != "l" else (14, 2)
    d.tensor(x - w / 2, 260, w, TALL, "", "", f"{N} × {columns}")
    top = 260 + {"j": 2, "i": 5}[index] * rows * TALL / N
    d.rect(
        x - w / 2,
        top,
        w,
        rows * TALL / N,
        fill=wash(hue),
        stroke=ink(hue),
    )
    beside = 0 if w > 14 else 24
    d.symbol(x + beside, 260 + TALL - 12, letter)
    tall = rows * 78 / 200
    d.tensor(
        x - w / 2,
        128 - tall,
        w,
        tall,
        "",
        "",
        f"{rows} × {columns}",
        hue=hue,
    )
    on_chip = f"{letter}_{index}" if w > 14 else f"m_{index}, ℓ_{index}"
    d.symbol(x, 128 - tall - 12, on_chip)


def crossing(d, name: str, up: int, down: int) -> None:
    """Draw how often a tensor is read and written."""
    x = PLACES[name]
    times = lambda n: "once" if n == 1 else f"{n}×"  # noqa: E731
    shift = 14 if down else 0
    d.arrow((x - shift, 256), (x - shift, 152), times(up))
    if down:
        d.arrow((x + shift, 152), (x + shift, 256), times(down))


def scores(d, b_r: int, b_c: int) -> None:
    """Draw the one tile of scores, and the matrix that is not there."""
    w, h = 78, b_r * 78 / 200
    d.tensor(466, 128 - h, w, h, "", "", f"{b_r} × {b_c}", hue="purple")
    d.symbol(466 + w / 2, 128 - h - 12, "S_{ij}, P_{ij}")
    d.rect(453, 260, TALL, TALL, stroke="#dcd8cf")
    d.text(
        505, 260 + 40, f"{N} × {N}\nscores are\nnever here", hue="grey"
    )


if __name__ == "__main__":
    draw()
