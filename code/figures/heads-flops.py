"""What a layer of GPT-3's width costs, cut into 1 to 96 heads."""

from style import MARK, figure, save, y_label

from minseek.accounting import FORWARD, matmul_flops

HEADS = (1, 8, 96)
WIDTH, LENGTH = 12_288, 2048  # of a token of GPT-3, tokens
PARTS = {  # hue, hatch
    "projections": ("blue", ""),
    "scores and mixing": ("orange", "///"),
}


def data() -> dict[int, dict[str, float]]:
    """TFLOPs of the matrix products, and millions of exponentials."""
    found = {}
    for heads in HEADS:
        pairs = matmul_flops(LENGTH, WIDTH // heads, FORWARD, heads)
        found[heads] = {
            "projections": 2 * LENGTH * 4 * WIDTH**2 / 1e12,
            "scores and mixing": pairs / 1e12,
            "exponentials": heads * LENGTH**2 / 1e6,
        }
    return found


def draw() -> None:
    """Draw the products above, the exponentials below."""
    found = data()
    fig, axes = figure(width=80, height=84, rows=2)
    names = [str(heads) for heads in HEADS]
    base = [0.0] * len(HEADS)
    for part, (hue, hatch) in PARTS.items():
        size = [cost[part] for cost in found.values()]
        axes[0].bar(
            names,
            size,
            0.55,
            base,
            label=part,
            color=MARK[hue],
            hatch=hatch,
        )
        base = [a + b for a, b in zip(base, size, strict=True)]
    axes[0].set_ylim(0, 4)
    axes[0].legend(loc="upper center", ncols=2)
    y_label(axes[0], "TFLOPs of the matrix products")
    many = [cost["exponentials"] for cost in found.values()]
    bars = axes[1].bar(names, many, 0.55, color=MARK["grey"])
    axes[1].bar_label(bars, fmt="{:.0f}", padding=2)
    axes[1].set_ylim(0, 470)
    y_label(axes[1], "exponentials (millions)")
    axes[1].set_xlabel("heads")
    save(fig, "heads-flops")


if __name__ == "__main__":
    draw()
