"""Two attention kernels under an A100's roofline: flash1-roofline.svg.

Positions are computed from published facts: measured bytes and times,
and FLOPs counted for the shape that was measured.
"""

import tomllib
from pathlib import Path

from minseek.accounting import (
    BACKWARD,
    FLASH_BACKWARD,
    FORWARD,
    attainable,
    intensity,
    matmul_flops,
    ridge,
)

FACTS = Path(__file__).parents[2] / "bib" / "facts"
PRODUCTS = {
    "standard": FORWARD + BACKWARD,
    "flash": FORWARD + FLASH_BACKWARD,
}


def fact(file: str, name: str) -> float:
    """Return a published number."""
    text = (FACTS / f"{file}.toml").read_text("utf-8")
    return tomllib.loads(text)[name]["value"]


def data() -> dict[str, dict[str, float]]:
    """Peak, bandwidth and ridge; FLOP/byte and TFLOP/s per kernel."""
    peak = fact("hardware", "a100-fp16-tensor") * 1e12
    bandwidth = fact("hardware", "a100-hbm-bandwidth") * 1e9
    found = {
        "roof": {
            "peak": peak / 1e12,
            "bandwidth": bandwidth / 1e12,
            "ridge": ridge(peak, bandwidth),
        }
    }
    for kernel, products in PRODUCTS.items():
        flops = matmul_flops(1024, 64, products, heads=16 * 64)
        n_bytes = fact("flashattention", f"fa1-hbm-{kernel}") * 1e9
        time = fact("flashattention", f"fa1-runtime-{kernel}") / 1e3
        at = intensity(flops, n_bytes)
        roof = attainable(at, peak, bandwidth) / 1e12
        found[kernel] = {
            "x": at,
            "y": flops / time / 1e12,
            "roof": roof,
        }
    return found


def draw() -> None:
    """Draw the roof, both points, and what each leaves unused."""
    from style import INK, MARK, figure, powers, save, y_label

    found = data()
    roof = found["roof"]
    xs = [4, roof["ridge"], 1024]
    ys = [4 * roof["bandwidth"], roof["peak"], roof["peak"]]
    fig, ax = figure(height=72)
    ax.plot(xs, ys, color=MARK["grey"], lw=2)
    left, right = ((-9, -16), "right"), ((6, -3), "left")
    names = {
        "standard": ("orange", "standard\n6 products\n41.7 ms", right),
        "flash": ("blue", "FlashAttention\n7 products\n7.3 ms", left),
    }
    for kernel, (hue, name, (offset, side)) in names.items():
        p = found[kernel]
        ax.plot(
            [p["x"]] * 2,
            [p["y"], p["roof"]],
            color=MARK[hue],
            lw=1.0,
            ls=":",
        )
        ax.plot(p["x"], p["y"], "o", color=MARK[hue])
        ax.annotate(
            name,
            (p["x"], p["y"]),
            xytext=offset,
            color=INK[hue],
            textcoords="offset points",
            va="top",
            ha=side,
        )
    ax.plot(
        [roof["ridge"]] * 2,
        [4, roof["peak"]],
        color=MARK["grey"],
        lw=0.6,
    )
    ax.text(
        roof["ridge"] / 1.05,
        5,
        f"ridge: {roof['ridge']:.0f}",
        color=INK["grey"],
        ha="right",
    )
    ax.text(4, 32, "slope: 1,555 GB/s", color=INK["grey"])
    ax.text(175, 312, "312 TFLOP/s", color=INK["grey"], ha="right")
    powers(ax.xaxis, base=2)
    ax.set_yscale("log", base=10)
    ax.set_yticks([10, 100], ["10", "100"])
    ax.minorticks_off()
    ax.set_ylim(4, 500)
    ax.set_xlabel("FLOPs per byte of main memory traffic")
    y_label(ax, "TFLOP/s")
    save(fig, "flash1-roofline")


if __name__ == "__main__":
    draw()
