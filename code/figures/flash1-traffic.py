"""Traffic of attention against on-chip memory: flash1-traffic.svg.

Dots are runs of the tiled kernel through the counter, hollow where
its tiles do not fit into M; the lines are closed forms. Traffic is in
passes over the N × N scores of one head.
"""

import torch

from minseek.accounting import fa1_forward, standard_forward
from minseek.flash import fa1
from minseek.flash.hbm import HBM

N, D = 1024, 64
ROWS = (8, 16, 32, 64, 128, 256, 512, 1024)  # of a key block


def counted(n: int, d: int, b_c: int) -> float:
    """Run the kernel; return its accesses to matrices per score."""
    hbm = HBM(**{name: torch.ones(n, d) for name in "qkv"})
    fa1.forward(hbm, min(d, b_c), b_c)
    return hbm.accesses().matrices / n**2


def fits(n: int, d: int, b_c: int) -> bool:
    """Say whether the tiles fit into the memory that b_c stands for."""
    ones = {name: torch.ones(n, d) for name in "qkv"}
    try:
        fa1.forward(HBM(sram=4 * d * b_c, **ones), min(d, b_c), b_c)
    except MemoryError:
        return False
    return True


def data(
    n: int = N, d: int = D, rows: tuple[int, ...] = ROWS
) -> dict[str, list[float]]:
    """Memory m = 4 d b_c in elements, traffic in passes, what fits."""
    return {
        "m": [4 * d * b_c for b_c in rows],
        "flash": [counted(n, d, b_c) for b_c in rows],
        "fits": [fits(n, d, b_c) for b_c in rows],
        "formula": [
            fa1_forward(n, d, -(-n // b_c)).matrices / n**2
            for b_c in rows
        ],
        "theorem": [12 * d * d / (4 * d * b_c) for b_c in rows],
        "standard": [standard_forward(n, d).matrices / n**2],
    }


def draw() -> None:
    """Draw both kernels over m, with the theorem's slope."""
    from style import (
        INK,
        LIGHT,
        MARK,
        end_label,
        figure,
        powers,
        save,
        y_label,
    )

    found = data()
    m = found["m"]
    fig, ax = figure(height=76)
    ax.axhline(found["standard"][0], color=MARK["orange"], ls="--")
    ax.plot(m, found["theorem"], color=MARK["grey"], lw=1.0, ls=":")
    ax.plot(m, found["formula"], color=MARK["blue"])
    for i, full in enumerate(found["fits"]):
        face = MARK["blue"] if full else LIGHT["paper"]
        ax.plot(
            m[i], found["flash"][i], "o", color=MARK["blue"], mfc=face
        )
    marks = (
        (3 * D * D, "3d²", 1.06, "left"),
        (8 * D * D + 8 * D, "8d² + 8d", 1 / 1.06, "right"),
        (51_200, "100 KB of FP16", 1.06, "left"),
    )
    for at, name, shift, side in marks:
        ax.axvline(at, color=MARK["grey"], lw=0.6, ls="-")
        ax.text(at * shift, 11.3, name, color=INK["grey"], ha=side)
    powers(ax.xaxis, base=2)
    ax.set_yscale("log", base=2)
    ax.set_yticks([0.25, 0.5, 1, 2, 4, 8, 16], [*"¼½1248", "16"])
    ax.minorticks_off()
    ax.set_xlabel("on-chip memory M, in elements")
    y_label(ax, "passes over the scores, forward")
    ax.text(m[0], 4.6, "standard", color=INK["orange"])
    ax.text(m[0] * 1.15, 22, "FlashAttention", color=INK["blue"])
    end_label(ax, m[-1], found["theorem"][-1], "12 d² / M", "grey")
    save(fig, "flash1-traffic")


if __name__ == "__main__":
    draw()
