"""FLOPs and bytes of one new token, from 4K to 1M, for five models."""

from style import MARK, end_label, figure, powers, save, y_label

from minseek.accounting import compared, decode_flops, read_bytes

LENGTHS = [2**k for k in range(12, 21)]
HUES = {
    "MHA": ("orange", "-"),
    "GQA": ("gold", "--"),
    "V3": ("blue", "-"),
    "V3.2": ("purple", "-."),
    "V4-Pro": ("green", ":"),
}


def data() -> dict[str, dict[str, list[float]]]:
    """GFLOP and GB of a decoding step, by model and length."""
    return {
        name: {
            "GFLOP": [decode_flops(m, n).total / 1e9 for n in LENGTHS],
            "GB": [read_bytes(m, n) / 1e9 for n in LENGTHS],
        }
        for name, m in compared().items()
    }


def draw() -> None:
    """Draw the arithmetic above and the traffic below."""
    models = data()
    fig, axes = figure(height=122, rows=2)
    units = {
        "GFLOP": "GFLOP for one new token, matrices included",
        "GB": "GB of cache read for one new token",
    }
    for ax, (unit, words) in zip(axes, units.items(), strict=True):
        for name, found in models.items():
            hue, dash = HUES[name]
            ys = found[unit]
            ax.plot(LENGTHS, ys, ls=dash, color=MARK[hue])
            if (unit, name) != ("GFLOP", "MHA"):  # GQA's line covers it
                end_label(ax, LENGTHS[-1], ys[-1], name, hue)
        powers(ax.xaxis, base=2)
        powers(ax.yaxis)
        ax.set_xticks(LENGTHS[::2])
        y_label(ax, words)
    axes[1].set_xlabel("tokens of context")
    save(fig, "scaling-models")


if __name__ == "__main__":
    draw()
