"""How long a step of decoding takes at least, up to full cards."""

from dataclasses import replace
from math import ceil

from style import INK, MARK, figure, save, y_label

from minseek.accounting import cache_bytes, chip, published, total

CARDS, CONTEXT = 8, 4096
LINES = {64: ("orange", "-"), 8: ("blue", "-")}


def data() -> dict[int, dict[str, float]]:
    """Per number of key heads: ms at 0 sequences and when full."""
    model, card = published("llama-2-70b"), chip("a100-80")
    found = {}
    for heads in LINES:
        shape = replace(model.attention, n_kv_heads=heads)
        shaped = replace(model, attention=shape)
        weights = 2 * total(shaped) / CARDS
        each = cache_bytes(shaped) / heads * ceil(heads / CARDS)
        most = int((card.memory - weights) // (each * CONTEXT))
        full = weights + most * each * CONTEXT
        found[heads] = {
            "sequences": most,
            "empty": weights / card.bandwidth * 1e3,
            "full": full / card.bandwidth * 1e3,
            "tokens per second": most / full * card.bandwidth,
        }
    return found


def draw() -> None:
    """Draw a line to the last sequence that fits, for each."""
    fig, ax = figure(width=84, height=62)
    for heads, at in data().items():
        hue, dash = LINES[heads]
        ends = [0, at["sequences"]], [at["empty"], at["full"]]
        ax.plot(*ends, dash, color=MARK[hue])
        ax.plot(ends[0][1], ends[1][1], "o", color=MARK[hue])
        name = (
            "64 key heads"
            if heads == 64
            else "8 key heads,\nor 1 copied"
        )
        ax.annotate(
            f"{name}\n{at['sequences']} sequences\n"
            f"{at['tokens per second']:,.0f} tokens/s",
            (ends[0][1], ends[1][1]),
            xytext=(8, -2) if heads == 64 else (-4, -24),
            textcoords="offset points",
            va="top",
            ha="left" if heads == 64 else "right",
            color=INK[hue],
        )
    ax.set_xlim(0, 400)
    ax.set_ylim(0, 44)
    ax.set_xlabel(f"sequences of {CONTEXT:,} tokens")
    y_label(ax, "ms of a step, at least")
    save(fig, "gqa-step")


if __name__ == "__main__":
    draw()
