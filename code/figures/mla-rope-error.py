"""What merging gets wrong if keys turn: mla-rope-error.svg."""

import torch
from torch import Tensor

from minseek.accounting import published
from minseek.rope import frequencies

LENGTH = 4096  # distances that one matrix should serve
SHOWN = [*range(1, 17), *(round(2 ** (i / 8)) for i in range(33, 96))]
NAMES = ("as if not turned", "best single matrix", "decoupled")


def data() -> dict[str, dict[int, float]]:
    """Error of a score by distance, in sizes of a score.

    For weights of independent entries it is the error of R itself:
    of the identity in its place, and of the mean of all R.
    """
    theta = frequencies(published("deepseek-v3").attention.d_nope)
    angle = torch.arange(LENGTH)[:, None] * theta.double()
    turn = torch.stack([angle.cos(), angle.sin()], -1)  # (t, pairs, 2)
    found = apart(turn, turn[0]), apart(turn, turn.mean(0))
    flat = torch.zeros(LENGTH)
    return {
        name: {n: round(error[n].item(), 3) for n in SHOWN}
        for name, error in zip(NAMES, (*found, flat), strict=True)
    }


def apart(turn: Tensor, one: Tensor) -> Tensor:
    """Root of the mean square difference of all pairs (t,)."""
    return (turn - one).square().sum(-1).mean(-1).sqrt()


def draw() -> None:
    """Draw the three errors over the distance."""
    from style import INK, MARK, figure, powers, save, y_label

    looks = ("orange", "-"), ("grey", "--"), ("blue", "-")
    fig, ax = figure(width=78, height=62)
    places = (5, 0.6), (1.3, 0.99), (5, 0.04)
    for (name, curve), (hue, dash), at in zip(
        data().items(), looks, places, strict=True
    ):
        n, error = list(curve), list(curve.values())
        ax.plot(n, error, dash, color=MARK[hue])
        ax.text(*at, name, color=INK[hue])
    powers(ax.xaxis, 2)
    ax.set_ylim(-0.03, 1.5)
    ax.set_xlabel("distance between query and key")
    y_label(ax, "error of a score ÷ its size")
    save(fig, "mla-rope-error")


if __name__ == "__main__":
    draw()
