"""Many heads, few caches, one query: GQA and Flash-Decoding (2023).

While a model writes, each head has one query and a long cache. Blocks
of queries cannot occupy a chip then, so Flash-Decoding splits the keys:
each worker attends to its share and leaves an output and a logsumexp,
and a second kernel merges them. The merge is online's, because o and
lse are a partial result whose sum is 1 in the unit e^lse.

    n query   t key   h query head   g key/value head   d head width
"""

from math import ceil

import torch
from torch import Tensor

from minseek.flash import fa2
from minseek.flash.hbm import HBM, blocks
from minseek.flash.online import Partial, merge_all


def grouped(
    q: Tensor, k: Tensor, v: Tensor, b_r: int, b_c: int
) -> Tensor:
    """Causal attention of q (n, h, d) to shared k, v (t, g, d).

    Head i reads cache i // (h / g) where it lies; nothing is copied.

    >>> q, k = torch.rand(5, 4, 2), torch.rand(5, 2, 2)
    >>> grouped(q, k, k, b_r=2, b_c=2).shape
    torch.Size([5, 4, 2])
    """
    size = sharers(q.shape[1], k.shape[1])
    return torch.stack(
        [
            fa2.forward(
                HBM(q=q[:, i], k=k[:, i // size], v=v[:, i // size]),
                b_r,
                b_c,
                causal=True,
            )
            for i in range(q.shape[1])
        ],
        1,
    )


def decode(
    q: Tensor, k: Tensor, v: Tensor, splits: int, b_c: int = 128
) -> Tensor:
    """One token's heads q (h, d) over caches k, v (t, g, d).

    The heads that share a cache are the rows of one tile, so a worker
    reads its keys once for all of them.

    >>> q, k = torch.rand(4, 8), torch.rand(9, 2, 8)
    >>> one, many = decode(q, k, k, 1), decode(q, k, k, 3)
    >>> torch.allclose(one, many, atol=1e-6)
    True
    """
    if splits < 1:
        raise ValueError(f"{splits} splits leave no worker")
    tiles = q.split(sharers(len(q), k.shape[1]))
    shares = blocks(len(k), ceil(len(k) / splits))
    return torch.cat(
        [
            merge_all(
                worker(tile, k[share, i], v[share, i], b_c)
                for share in shares
            ).o.to(q.dtype)
            for i, tile in enumerate(tiles)
        ]
    )


def worker(q: Tensor, k: Tensor, v: Tensor, b_c: int) -> Partial:
    """What one worker leaves: a unit weight e^lse and a mean o."""
    hbm = HBM(q=q, k=k, v=v)
    fa2.forward(hbm, len(q), b_c)
    lse = hbm["lse"]
    return Partial(lse, torch.ones_like(lse), hbm["o"])


def sharers(heads: int, caches: int) -> int:
    """How many query heads share one key/value head.

    >>> sharers(64, 8)  # Llama 2 70B
    8
    """
    if caches < 1 or heads % caches:
        raise ValueError(f"{heads} query heads cannot share {caches}")
    return heads // caches
