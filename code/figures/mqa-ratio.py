"""Numbers read for each multiplication of a layer while decoding."""

from style import INK, MARK, figure, powers, save, y_label

from minseek.accounting import chip, ridge

WIDTH, HEADS = 12_288, 96  # of GPT-3
LENGTHS = [2**i for i in range(4, 18)]
LINES = {  # key heads, sequences, hue, dash
    "MHA, one sequence": (96, 1, "orange", "--"),
    "MHA, 256 sequences": (96, 256, "orange", "-"),
    "MQA, one sequence": (1, 1, "blue", "--"),
    "MQA, 256 sequences": (1, 256, "blue", "-"),
}
LABELS = {  # at which length, how far off, and on which side
    "MHA, one sequence": (2**9, 0, 5, "left"),
    "MHA, 256 sequences": (2**10, -4, 6, "right"),
    "MQA, one sequence": (2**13, -10, -10, "right"),
    "MQA, 256 sequences": (2**17, 0, 6, "right"),
}


def ratio(n: int, batch: int, kv: int) -> float:
    """Numbers read for each multiplication, at n cached tokens."""
    d_k = WIDTH // HEADS
    weights = 2 * WIDTH**2 + 2 * WIDTH * kv * d_k
    read = weights + batch * n * 2 * kv * d_k
    return read / (batch * weights + batch * n * 2 * WIDTH)


def data() -> dict[str, list[float]]:
    """The ratio over the lengths, and what an A100 can afford."""
    found: dict[str, list[float]] = {"tokens": [*LENGTHS]}
    for name, (kv, batch, *_) in LINES.items():
        found[name] = [ratio(n, batch, kv) for n in LENGTHS]
    a100 = chip("a100-40")
    found["A100"] = [1 / ridge(a100.fp16, a100.bandwidth)]
    return found


def draw() -> None:
    """Draw the four lines and the chip's."""
    found = data()
    fig, ax = figure(width=84, height=66)
    for name, (_, _, hue, dash) in LINES.items():
        ax.plot(LENGTHS, found[name], dash, color=MARK[hue])
        n, *shift, side = LABELS[name]
        ax.annotate(
            name,
            (n, found[name][LENGTHS.index(n)]),
            xytext=shift,
            textcoords="offset points",
            ha=side,
            color=INK[hue],
        )
    (affordable,) = found["A100"]
    ax.axhline(affordable, color=MARK["grey"], linewidth=0.8)
    ax.annotate(
        "an A100 keeps pace below",
        (LENGTHS[-1], affordable),
        xytext=(0, -11),
        textcoords="offset points",
        ha="right",
        color=INK["grey"],
    )
    powers(ax.xaxis, 2)
    powers(ax.yaxis)
    ax.set_ylim(2e-3, 3)
    ax.set_xlabel("cached tokens of each sequence")
    y_label(ax, "numbers read for each multiplication")
    save(fig, "mqa-ratio")


if __name__ == "__main__":
    draw()
