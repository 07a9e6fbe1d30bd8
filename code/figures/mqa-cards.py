"""Cache of a token on each card of a group that divides a layer."""

from style import INK, MARK, figure, powers, save, y_label

HEADS, WIDTH, LAYERS = 96, 128, 96  # of GPT-3
CARDS = (1, 2, 4, 8, 16, 32)
LINES = {  # hue, dash, and where the label is: point, shift, side
    "MHA, heads divided": ("orange", "-", 1, (4, 6), "left"),
    "MQA, head copied": ("blue", "-", 5, (0, -12), "right"),
    "MQA, sequences divided": (
        "blue",
        "--",
        3,
        (-8, -9),
        "right",
    ),
}


def data() -> dict[str, list[float]]:
    """KB on each card for every cached token of the group."""
    head = 2 * WIDTH * LAYERS * 2 / 1000  # a key and a value, 16 bits
    return {
        "MHA, heads divided": [HEADS / c * head for c in CARDS],
        "MQA, head copied": [head for _ in CARDS],
        "MQA, sequences divided": [head / c for c in CARDS],
    }


def draw() -> None:
    """Draw the three ways over the number of cards."""
    fig, ax = figure(width=84, height=58)
    for name, sizes in data().items():
        hue, dash, point, shift, side = LINES[name]
        ax.plot(CARDS, sizes, dash, color=MARK[hue], marker="o")
        ax.annotate(
            name,
            (CARDS[point], sizes[point]),
            xytext=shift,
            textcoords="offset points",
            ha=side,
            color=INK[hue],
        )
    ax.set_xscale("log", base=2)
    ax.set_xticks(CARDS, [str(c) for c in CARDS])
    powers(ax.yaxis)
    ax.set_ylim(0.8, 9000)
    ax.set_xlabel("cards that divide a layer")
    y_label(ax, "KB of cache on each card, per cached token")
    save(fig, "mqa-cards")


if __name__ == "__main__":
    draw()
