"""Work of a prompt and traffic of a new token, by context."""

from style import INK, MARK, end_label, figure, powers, save, y_label

from minseek.accounting import active, prefill_flops, published
from minseek.accounting import read_bytes as cache

MODEL = published("llama-3-70b")
LENGTHS = [2**k for k in range(10, 21)]
PANELS = {
    "prefill": "FLOPs of a whole prompt",
    "decode": "bytes read for one new token",
}


def data() -> dict[str, dict[str, list[float]]]:
    """What matrices and attention cost, at each length."""
    weights = [2.0 * active(MODEL) for _ in LENGTHS]  # FLOPs, bytes
    matrices = [w * n for w, n in zip(weights, LENGTHS, strict=True)]
    whole = [prefill_flops(MODEL, n) for n in LENGTHS]
    pairs = [a - b for a, b in zip(whole, matrices, strict=True)]
    reads = [cache(MODEL, n) for n in LENGTHS]
    return {
        "prefill": {"matrices": matrices, "attention": pairs},
        "decode": {"weights": weights, "cache": reads},
    }


def draw() -> None:
    """Draw both, the prompt above, each with its two slopes."""
    fig, axes = figure(height=112, rows=2)
    lines = (("grey", "--"), ("orange", "-"))
    for ax, (phase, parts) in zip(axes, data().items(), strict=True):
        for (name, ys), (hue, dash) in zip(
            parts.items(), lines, strict=True
        ):
            ax.plot(LENGTHS, ys, dash, color=MARK[hue])
            end_label(ax, LENGTHS[-1], ys[-1], name, hue)
        powers(ax.xaxis, base=2)
        powers(ax.yaxis)
        y_label(ax, PANELS[phase])
        ax.set_xticks(LENGTHS[::2])
    for ax, x, y, words, hue in (
        (axes[0], 2**12, 1.6e15, "slope 1", "grey"),
        (axes[0], 2**12, 2.5e12, "slope 2", "orange"),
        (axes[1], 2**12, 1.9e11, "slope 0", "grey"),
        (axes[1], 2**12, 4e8, "slope 1", "orange"),
    ):
        ax.text(x, y, words, color=INK[hue])
    axes[1].set_xlabel("tokens of context")
    save(fig, "scaling-walls")


if __name__ == "__main__":
    draw()
