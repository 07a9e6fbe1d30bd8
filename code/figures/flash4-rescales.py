"""How often warps rescale, by threshold: flash4-rescales.svg.

1,024 queries and keys of width 64, blocks of 128 keys, the last first,
as the released kernel walks. Three seeds for each kind of scores.
"""

import torch
from torch import Tensor

from minseek.flash import fa4

KINDS = {
    "near": "orange",
    "sink": "purple",
    "wide": "cyan",
    "normal": "blue",
}
TAUS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
SEEDS = (0, 1, 2)


def scores(kind: str, seed: int, n: int) -> Tensor:
    """Scores (n, n) in doublings, as the article defines the kinds."""
    g = torch.Generator().manual_seed(seed)
    q, k = torch.randn(2, n, 64, generator=g, dtype=torch.float64)
    s, at = q @ k.T / 8, torch.arange(n)
    if kind == "wide":
        s = 3 * s
    elif kind == "sink":
        s[:, 0] += 8
    elif kind == "near":
        s -= (at[:, None] - at).abs() / 16
    return s * fa4.LOG2_E


def share(s: Tensor, tau: float, b_c: int = 128) -> float:
    """Rescaled warps of those that are asked."""
    last, *others = [tile.amax(-1) for tile in s.split(b_c, 1)][::-1]
    m, moved = last, []
    for seen in others:
        new = fa4.unit(m, seen, tau)
        moved += [*(new != m).view(-1, fa4.WARP).any(-1)]
        m = new
    return float(sum(moved) / len(moved))


def data(
    n: int = 1024, taus: tuple[int, ...] = TAUS
) -> dict[str, list[tuple[float, float]]]:
    """Per cent, least and most of the seeds, for each threshold."""
    found = {}
    for kind in KINDS:
        made = [scores(kind, seed, n) for seed in SEEDS]
        shares = [[100 * share(s, tau) for s in made] for tau in taus]
        found[kind] = [(min(x), max(x)) for x in shares]
    return found


def draw() -> None:
    """Draw a band for each kind."""
    from style import MARK, end_label, figure, save, y_label

    fig, ax = figure(height=72)
    for kind, bounds in data().items():
        least, most = zip(*bounds, strict=True)
        middle = [(a + b) / 2 for a, b in bounds]
        hue = KINDS[kind]
        ax.fill_between(TAUS, least, most, color=MARK[hue], alpha=0.3)
        ax.plot(TAUS, middle, "o-", color=MARK[hue], ms=3)
        apart = {"wide": 2, "normal": -2}.get(kind, 0)
        end_label(ax, TAUS[-1], middle[-1] + apart, kind, hue)
    ax.axvline(fa4.TAU, color=MARK["grey"], lw=0.6)
    ax.text(fa4.TAU - 0.1, 95, "τ = 8", ha="right")
    ax.set_ylim(-4, 104)
    ax.set_xlabel("threshold τ, in doublings")
    y_label(ax, "warps that rescale (%)")
    save(fig, "flash4-rescales")


if __name__ == "__main__":
    draw()
