"""Loss at each place of a text, with the causal mask and without."""

from math import log

import torch
from stored import rows
from style import INK, MARK, end_label, figure, save, y_label

LOOKS = {
    True: ("mask", "blue", "-"),
    False: ("no mask", "orange", "--"),
}


def data() -> dict[bool, torch.Tensor]:
    """With the mask (True) and without: (seeds, places)."""
    found = rows("causal-leak")
    return {
        causal: torch.tensor(
            [row["places"] for row in found if row["causal"] == causal]
        )
        for causal in LOOKS
    }


def draw() -> None:
    """Draw the mean of the seeds and the band that holds them all."""
    fig, ax = figure(width=78, height=62)
    for causal, by_seed in data().items():
        name, hue, dash = LOOKS[causal]
        places = range(1, 1 + by_seed.shape[1])
        low, high = by_seed.amin(0).tolist(), by_seed.amax(0).tolist()
        mean = by_seed.mean(0).tolist()
        ax.fill_between(places, low, high, color=MARK[hue], alpha=0.15)
        ax.plot(places, mean, dash, color=MARK[hue], marker="o")
        end_label(ax, places[-1], mean[-1], name, hue)
    ax.hlines(log(2), 1, 14, color=MARK["grey"], linewidth=0.8)
    ax.text(1, log(2) - 0.06, "log 2", va="top", color=INK["grey"])
    ax.set_xticks([1, 5, 10, 14])
    ax.set_ylim(bottom=0)
    ax.set_xlabel("place, 14 is the last")
    y_label(ax, "loss at that place")
    save(fig, "causal-leak")


if __name__ == "__main__":
    draw()
