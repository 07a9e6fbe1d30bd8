"""YaRN: read further than trained, by slowing the slow pairs of RoPE.

A pair that turns many times within the trained context L tells near
tokens apart; it keeps its speed. A pair that does not even turn once
would reach angles it has never seen; it is slowed by s, the factor by
which the context grows. Pairs between the two lie on a linear ramp
(Peng et al., 2023, definition 2). As softmax over more keys is
flatter, scores are sharpened by m², m = 0.1 ln s + 1 (equation 22).

Left out: the training on long texts that has to follow. Widths r count
single numbers, so that there are r/2 pairs.
"""

from math import ceil, floor, log, pi

import torch
from torch import Tensor

from minseek.config.rope import Rope, Yarn


def ramp(width: int, base: float, yarn: Yarn) -> Tensor:
    """How far each pair is slowed: 0 not at all, 1 by the factor.

    DeepSeek-V3: 11 pairs stay, 9 are slowed 40 times, 12 lie between.

    >>> v3 = Yarn(factor=40, original_context=4096)
    >>> slow = ramp(64, 10_000, v3)
    >>> (slow == 0).sum(), (slow == 1).sum(), len(slow)
    (tensor(11), tensor(9), 32)
    """

    def pair(turns: float) -> float:
        """Index, as a real number, of the pair that turns so often."""
        wavelength = yarn.original_context / turns
        return width * log(wavelength / (2 * pi)) / (2 * log(base))

    first = max(floor(pair(yarn.beta_fast)), 0)
    last = min(ceil(pair(yarn.beta_slow)), width - 1)
    step = torch.arange(width // 2) - first
    return (step / max(last - first, 0.001)).clamp(0, 1)


def slowed(theta: Tensor, base: float, yarn: Yarn) -> Tensor:
    """The frequencies (r/2,) after YaRN: θ/s, θ, or between.

    >>> theta = torch.tensor([1.0, 0.1, 0.01, 0.001])
    >>> yarn = Yarn(factor=10, original_context=256)
    >>> theta / slowed(theta, 10_000, yarn)
    tensor([ 1.0000,  1.8182, 10.0000, 10.0000])
    """
    slow = ramp(2 * len(theta), base, yarn).to(theta)
    return theta / yarn.factor * slow + theta * (1 - slow)


def mscale(yarn: Yarn, weight: float) -> float:
    """0.1 a ln s + 1 for weight a; 1 where nothing is stretched.

    >>> yarn = Yarn(factor=40, original_context=4096)
    >>> round(mscale(yarn, 1), 4), round(mscale(yarn, 0.707), 4)
    (1.3689, 1.2608)
    """
    return 0.1 * weight * log(max(yarn.factor, 1)) + 1


def table_factor(rope: Rope) -> float:
    """What multiplies cos and sin: 1 in every published DeepSeek."""
    if (yarn := rope.yarn) is None:
        return 1.0
    return mscale(yarn, yarn.mscale) / mscale(yarn, yarn.mscale_all_dim)


def score_factor(rope: Rope) -> float:
    """What multiplies every score, its no-rope part included.

    DeepSeek's m² stands here and not in the tables, because most of a
    key's width is never rotated (V3, inference code, class MLA).

    >>> v3 = Yarn(factor=40, original_context=4096, mscale_all_dim=1)
    >>> round(score_factor(Rope(yarn=v3)), 4)
    1.8739
    """
    if (yarn := rope.yarn) is None:
        return 1.0
    return mscale(yarn, yarn.mscale_all_dim) ** 2
