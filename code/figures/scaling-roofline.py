"""Attention of one new token under an H100's roof, by its sharing.

Positions are counted, all with a cache in BF16; the hollow point is the
best rate that FlashMLA's authors report for the same intensity.
"""

import tomllib
from dataclasses import replace
from pathlib import Path

from minseek.accounting import (
    attainable,
    chip,
    decode_intensity,
    published,
    ridge,
    unshared,
)

FACTS = Path(__file__).parents[2] / "bib/facts/mla.toml"
GQA = {
    "Llama 3 8B": "llama-3-8b",
    "Llama 3 70B": "llama-3-70b",
    "Llama 3.1 405B": "llama-3.1-405b",
}
CARD = chip("h100")


def data() -> dict[str, dict[str, float]]:
    """FLOPs per byte, and the TFLOP/s that the card allows there."""
    wide = unshared(published("llama-3-70b")).attention
    at = {
        "MHA": decode_intensity(wide),
        **{
            f"GQA, {name}": decode_intensity(published(key).attention)
            for name, key in GQA.items()
        },
        "MQA, 64 heads": decode_intensity(replace(wide, n_kv_heads=1)),
        "absorbed MLA, V3": decode_intensity(
            published("deepseek-v3").attention
        ),
    }
    peak, bandwidth = CARD.bf16, CARD.bandwidth
    found = {
        name: {"x": x, "y": attainable(x, peak, bandwidth) / 1e12}
        for name, x in at.items()
    }
    facts = tomllib.loads(FACTS.read_text("utf-8"))
    best = facts["flashmla-rate-april"]["value"]
    found["FlashMLA, reported"] = {
        "x": found["absorbed MLA, V3"]["x"],
        "y": best,
    }
    found["ridge"] = {"x": ridge(peak, bandwidth), "y": peak / 1e12}
    return found


def draw() -> None:
    """Draw the roof and every variant on it."""
    from style import INK, MARK, figure, powers, save, y_label

    found = data()
    top = found.pop("ridge")
    fig, ax = figure(height=78)
    slope = top["y"] / top["x"]
    ax.plot(
        [0.5, top["x"], 2**13],
        [0.5 * slope, top["y"], top["y"]],
        color=MARK["grey"],
        lw=2,
    )
    ax.plot([top["x"]] * 2, [1, top["y"]], color=MARK["grey"], lw=0.6)
    ax.text(top["x"] * 1.07, 1.4, f"ridge: {top['x']:.0f}")
    for name, p in found.items():
        reported = name.endswith("reported")
        hue = "blue" if "MLA" in name else "orange"
        face = "white" if reported else MARK[hue]
        ax.plot(p["x"], p["y"], "o", color=MARK[hue], mfc=face)
        left = name.startswith(("absorbed", "MQA"))
        ax.annotate(
            f"{name}: {p['y']:.0f}" if reported else name,
            (p["x"], p["y"]),
            xytext=(-7, 4) if left else (26 if reported else 8, -5),
            textcoords="offset points",
            ha="right" if left else "left",
            va="bottom" if left else "top",
            color=INK[hue],
        )
    powers(ax.xaxis, base=2)
    powers(ax.yaxis)
    ax.set_xlim(0.5, 2**13)
    ax.set_ylim(1, 2000)
    ax.set_xlabel("FLOPs per byte of cache read")
    y_label(ax, "TFLOP/s that an H100 allows")
    save(fig, "scaling-roofline")


if __name__ == "__main__":
    draw()
