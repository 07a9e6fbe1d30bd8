"""Relative errors of three polynomials for 2^r: flash4-exp2.svg."""

import torch

from minseek.flash import fa4

DEGREES = (3, 4, 5)
HUES = {3: "blue", 4: "purple", 5: "green"}
BF16 = 2**-8 / (1 + 2**-8)  # largest error of rounding


def errors(degree: int, r: torch.Tensor) -> torch.Tensor:
    """Relative errors against float64."""
    truth = r.double().exp2()
    return (fa4.exp2(r, degree).double() / truth - 1).abs()


def data(n: int = 2**20) -> dict[str, float]:
    """Largest errors over n random numbers in [0, 1)."""
    r = torch.rand(n, generator=torch.Generator().manual_seed(0))
    found = {f"degree {d}": errors(d, r).max().item() for d in DEGREES}
    return {**found, "bf16": BF16}


def draw() -> None:
    """Draw errors over r, and how far BF16 lies above them."""
    from style import (
        INK,
        MARK,
        end_label,
        figure,
        powers,
        save,
        y_label,
    )

    r = torch.linspace(0, 1, 241)[:-1]
    fig, ax = figure(height=72)
    ax.axhline(BF16, color=MARK["orange"], ls="--")
    ax.text(0.01, 3.2 * BF16, "rounding to BF16", color=INK["orange"])
    for degree in DEGREES:
        size = errors(degree, r).clamp(min=1e-10)
        ax.plot(r, size, color=MARK[HUES[degree]], lw=1, ls="-")
        top = size.max().item()
        end_label(ax, 1, top / 2, f"degree {degree}", HUES[degree])
    powers(ax.yaxis)
    ax.set_ylim(1e-9, 5e-2)
    ax.set_xlim(0, 1)
    ax.set_xlabel("r")
    y_label(ax, "relative error of 2ʳ in FP32")
    save(fig, "flash4-exp2")


if __name__ == "__main__":
    draw()
