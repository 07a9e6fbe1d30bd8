"""What the small decoder loses on bytes it has not learnt from."""

import torch
from stored import rows
from style import INK, MARK, end_label, figure, save, y_label

from minseek.ngrams import table_loss
from minseek.text import load

EVERY, LONG = 40, 600
TABLES = ("single bytes", "pairs", "triples")


def data() -> torch.Tensor:
    """Held-out loss of the longer runs, (seeds, examinations).

    The one before the first step is left out: it is twice as high.
    """
    found = rows("small-decoder")
    return torch.tensor(
        [row["held_out"][1:] for row in found if row["steps"] == LONG]
    )


def tables() -> dict[str, float]:
    """Loss of the tables of counts on the same tenth."""
    book = torch.tensor([*load().encode()])
    cut = len(book) * 9 // 10
    return {
        name: table_loss(book[:cut], book[cut:], order)
        for order, name in enumerate(TABLES)
    }


def draw() -> None:
    """Draw the mean of the seeds and the band that holds them all."""
    fig, ax = figure(width=74, height=62)
    by_seed = data()
    steps = [EVERY * (1 + i) for i in range(by_seed.shape[1])]
    low, high = by_seed.amin(0).tolist(), by_seed.amax(0).tolist()
    mean = by_seed.mean(0).tolist()
    for name, loss in tables().items():
        ax.axhline(loss, color=MARK["grey"], linewidth=0.8)
        ax.text(
            steps[-1],
            loss + 0.02,
            f"table of {name}",
            ha="right",
            color=INK["grey"],
        )
    ax.fill_between(steps, low, high, color=MARK["blue"], alpha=0.3)
    ax.plot(steps, mean, "-", color=MARK["blue"], marker="o")
    end_label(ax, steps[-1], mean[-1], "decoder", "blue")
    ax.set_xticks([0, 200, 400, 600])
    ax.set_xlim(0)
    ax.set_ylim(1.8, 3.3)
    ax.set_xlabel("steps of training")
    y_label(ax, "held-out loss (nats per byte)")
    save(fig, "decoder-curve")


if __name__ == "__main__":
    draw()
