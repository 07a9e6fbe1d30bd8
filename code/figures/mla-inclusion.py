"""What heads may read of a cache: in GQA, and in latent attention."""

import torch
from drawing import SMALL, Drawing
from svg import ink, light, wash

from minseek.config import GQAConfig
from minseek.config.rope import STILL
from minseek.grouped import GroupedAttention
from minseek.latent import to_latent

CFG = GQAConfig(
    d_model=8, n_heads=4, n_kv_heads=2, d_head=2, rope=STILL
)
CELL, TOP, LEFT, RIGHT = 14.0, 66.0, 96.0, 344.0
HUES = ("orange", "green")  # of keys and values


def data() -> dict[str, list[list[int]]]:
    """Where up-projections are free to be other than 0, row by row."""
    torch.manual_seed(0)
    new = to_latent(GroupedAttention(CFG))
    table = (new.kv_up.weight != 0).int()
    return {
        "GQA": table.tolist(),
        "MLA": torch.ones_like(table).tolist(),
    }


def panel(d: Drawing, left: float, title: str, name: str) -> None:
    """Draw the up-projections of all heads as cells."""
    table = data()[name]
    wide = CELL * len(table[0])
    d.text(left + wide / 2, 20, title, strong=True)
    rows = 2 * CFG.d_head  # of a head: its key, then its value
    for i, row in enumerate(table):
        y = TOP + CELL * i + 8 * (i // rows)
        hue = HUES[i % rows // CFG.d_head]
        fill = ink(hue) if name == "GQA" else wash(hue)
        for j, free in enumerate(row):
            d.rect(
                left + CELL * j,
                y,
                CELL,
                CELL,
                fill=fill if free else "none",
                stroke=light("rule"),
                stroke_width=0.7,
                corner=0,
            )
    for h in range(CFG.n_heads):
        y = TOP + h * (rows * CELL + 8)
        for part, what in enumerate(("key", "value")):
            d.text(
                left - 8,
                y + CELL * CFG.d_head * (part + 0.5) + 4,
                f"{what} {h}",
                hue=HUES[part],
                size=SMALL,
                anchor="end",
            )


def draw() -> None:
    """Draw both, and above them what is cached."""
    d = Drawing("mla-inclusion", height=76)
    panel(d, LEFT, "GQA, as up-projections", "GQA")
    panel(d, RIGHT, "MLA", "MLA")
    block = CELL * CFG.d_head
    for i, name in enumerate(("k₀", "k₁", "v₀", "v₁")):
        x = LEFT + block * i
        d.box(x, 32, block, 24, hue=HUES[i // 2])
        d.text(x + block / 2, 49, name)
    d.box(RIGHT, 32, 4 * block, 24, hue="purple")
    d.text(RIGHT + 2 * block, 49, "latent, 8 numbers")
    d.save()


if __name__ == "__main__":
    draw()
