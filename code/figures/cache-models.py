"""Bytes that a token costs in nine models, as they are served."""

from style import INK, MARK, figure, save

from minseek.accounting import (
    cache_bytes,
    gqa_width,
    published,
    record_bytes,
)

BF16 = {
    "Llama 3.1 405B": "llama-3.1-405b",
    "Llama 2 70B": "llama-2-70b",
    "DeepSeek-V2": "deepseek-v2",
    "DeepSeek-V3": "deepseek-v3",
}
RECORDS = {
    "V3.2, records": "deepseek-v3.2",
    "V4-Pro, records": "deepseek-v4-pro",
    "V4-Flash, records": "deepseek-v4-flash",
}


def data() -> dict[str, float]:
    """Bytes of a token; DeepSeek 67B has 95 layers of 8 key heads."""
    found = {k: cache_bytes(published(v)) for k, v in BF16.items()}
    dense = 95 * 2 * gqa_width(8)
    six = cache_bytes(published("deepseek-v2"), 6)
    found |= {"DeepSeek 67B": dense, "V2 at 6 bits": six}
    found |= {k: record_bytes(published(v)) for k, v in RECORDS.items()}
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def draw() -> None:
    """Draw a bar for each model, the bytes at its end."""
    found = data()
    fig, ax = figure(width=100, height=66)
    names, sizes = list(found), [size / 1e3 for size in found.values()]
    deepseek = ["DeepSeek" in n or n.startswith("V") for n in names]
    hues = ["cyan" if own else "grey" for own in deepseek]
    ax.barh(names, sizes, color=[MARK[hue] for hue in hues], height=0.7)
    for i, size in enumerate(found.values()):
        ax.annotate(
            f"{size:,.0f}",
            (size / 1e3, i),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK[hues[i]],
        )
    ax.invert_yaxis()
    ax.set_xlim(0, 620)
    ax.grid(visible=False)
    ax.tick_params(left=False)
    ax.set_xlabel("thousand bytes a token")
    save(fig, "cache-models")


if __name__ == "__main__":
    draw()
