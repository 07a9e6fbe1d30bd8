"""What the divisor does to softmax, by head width."""

from math import sqrt

import torch
from style import MARK, end_label, figure, powers, save, y_label

from minseek.attention import scores, softmax, softmax_jacobian

WIDTHS = [4, 8, 16, 32, 64, 128, 256, 512]
KEYS, QUERIES, SEEDS = 64, 200, range(20)
DIVISORS = {"raw": 0.0, "÷ √$d_k$": 0.5, "÷ $d_k$": 1.0}  # powers
BAND = torch.tensor([0.1, 0.5, 0.9])
LOOK = {
    "raw": ("orange", "--"),
    "÷ √$d_k$": ("blue", "-"),
    "÷ $d_k$": ("grey", ":"),
}


def unit(*shape: int, seed: int) -> torch.Tensor:
    """Uniform numbers with mean 0 and variance 1."""
    g = torch.Generator().manual_seed(seed)
    return (torch.rand(*shape, generator=g) - 0.5) * sqrt(12)


def measure(width: int, seed: int) -> torch.Tensor:
    """Largest weight and norm of J: (divisors, 2, queries)."""
    q = unit(QUERIES, 1, width, seed=2 * seed)
    k = unit(QUERIES, KEYS, width, seed=2 * seed + 1)
    raw = scores(q, k, scale=1).squeeze(1)
    found = []
    for power in DIVISORS.values():
        a = softmax(raw / width**power)
        norm = softmax_jacobian(a).flatten(1).norm(dim=1)
        found.append(torch.stack([a.amax(1), norm]))
    return torch.stack(found)


def data() -> dict[str, torch.Tensor]:
    """Per divisor: 2 measures of 8 widths, 3 quantiles of each."""
    found = [
        torch.cat([measure(w, seed) for seed in SEEDS], dim=2)
        for w in WIDTHS
    ]
    quantiles = torch.stack(found).quantile(BAND, dim=3)
    return dict(
        zip(DIVISORS, quantiles.permute(2, 3, 1, 0), strict=True)
    )


def draw() -> None:
    """Draw both measures, one above the other."""
    found = data()
    fig, axes = figure(width=60, height=108, rows=2)
    names = ["largest of 64 weights", "norm of $J$"]
    for panel, (ax, name) in enumerate(zip(axes, names, strict=True)):
        for divisor, values in found.items():
            hue, dash = LOOK[divisor]
            low, middle, high = values[panel].T.tolist()
            colour = MARK[hue]
            ax.fill_between(WIDTHS, low, high, color=colour, alpha=0.15)
            ax.plot(WIDTHS, middle, color=colour, linestyle=dash)
            end_label(ax, WIDTHS[-1], middle[-1], divisor, hue)
        powers(ax.xaxis, 2)
        ax.set_ylim(bottom=0)
        y_label(ax, name)
    axes[-1].set_xlabel("head width $d_k$")
    save(fig, "softmax-saturation")


if __name__ == "__main__":
    draw()
