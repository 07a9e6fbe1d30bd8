"""Who has work on an A100 in the paper's benchmark: flash2-waves.svg.

16,384 tokens in all, width 2,048, so 32 heads of width 64.
"""

from minseek.accounting import chip
from minseek.flash.occupancy import efficiency, fa1_workers, fa2_workers

TOKENS, HEADS, BLOCK = 16_384, 32, 128
LENGTHS = (512, 1024, 2048, 4096, 8192, 16_384)


def data() -> dict[str, list[float]]:
    """Per length: workers, and the share of all places they fill."""
    slots = chip("a100-80").sms
    found: dict[str, list[float]] = {"length": list(LENGTHS)}
    for name in ("fa1", "fa2"):
        found[f"{name} workers"], found[f"{name} share"] = [], []
    for n in LENGTHS:
        batch = TOKENS // n
        both = {
            "fa1": fa1_workers(batch, HEADS),
            "fa2": fa2_workers(batch, HEADS, n, BLOCK),
        }
        for name, workers in both.items():
            share = 100 * efficiency(workers, slots)
            found[f"{name} workers"].append(workers)
            found[f"{name} share"].append(round(share, 1))
    return found


def draw() -> None:
    """Draw both shares over the length, workers beside the dots."""
    from style import INK, MARK, figure, save, y_label

    found = data()
    fig, ax = figure(height=66)
    names = {
        "fa1": ("orange", "FlashAttention", (0, -13)),
        "fa2": ("blue", "FlashAttention-2", (0, 5)),
    }
    for kernel, (hue, name, offset) in names.items():
        xs, ys = found["length"], found[f"{kernel} share"]
        ax.plot(xs, ys, "o-", color=MARK[hue])
        for x, y, n in zip(
            xs, ys, found[f"{kernel} workers"], strict=True
        ):
            ax.annotate(
                f"{n:,}",
                (x, y),
                xytext=offset,
                textcoords="offset points",
                ha="center",
                color=INK[hue],
            )
        ax.annotate(
            name,
            (xs[0], ys[0]),
            xytext=(0, offset[1] + (12 if offset[1] > 0 else -12)),
            textcoords="offset points",
            ha="left",
            color=INK[hue],
        )
    ax.set_xscale("log", base=2)
    ax.set_xticks(LENGTHS, [f"{n:,}" for n in LENGTHS])
    ax.minorticks_off()
    ax.set_ylim(0, 125)
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.set_xlabel("tokens in a sequence, 16,384 in the batch")
    y_label(ax, "places with work in the waves of an A100, %")
    save(fig, "flash2-waves")


if __name__ == "__main__":
    draw()
