"""Capacity: how many choices an expert accepts before it drops some.

A fixed number of rows per expert makes every message and every matrix
product the same size, whatever the router decides. The price: an
expert asked more often than that lets tokens pass by uncomputed, on
the residual path alone, and one asked less often computes padding.
V3 drops none (section 2.1.2). Axis letters: s token, k chosen.
"""

import torch
from torch import Tensor


def capacity(
    n_tokens: int, n_experts: int, k: int, factor: float
) -> int:
    """Choices one expert may take: ``factor`` times its even share.

    (Fedus et al., Switch Transformers, equation 3, where k is 1.)

    >>> capacity(n_tokens=1024, n_experts=8, k=2, factor=1.25)
    320
    """
    return int(n_tokens * k * factor / n_experts)


def within_capacity(
    expert: Tensor, priority: Tensor, limit: int
) -> Tensor:
    """Which choices (s, k) their experts accept: the ``limit`` best.

    Best means of the highest ``priority``: affinity in V2, which drops
    the lowest, or order of arrival. A dropped choice weighs nothing.

    >>> expert = torch.tensor([[0], [0], [0], [1]])
    >>> affinity = torch.tensor([[0.2], [0.9], [0.5], [0.1]])
    >>> within_capacity(expert, affinity, limit=2).flatten()
    tensor([False,  True,  True,  True])
    """
    best = priority.flatten().argsort(descending=True, stable=True)
    order = best[expert.flatten()[best].argsort(stable=True)]
    count = torch.bincount(expert.flatten())
    first = (count.cumsum(0) - count)[expert.flatten()[order]]
    rank = torch.empty_like(order)  # place in the expert's queue
    rank[order] = torch.arange(len(order)).to(order) - first
    return (rank < limit).view_as(expert)
