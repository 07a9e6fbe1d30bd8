"""How the warps of one thread block share a tile: keys or queries.

Between warps lies shared memory, counted here as HBM counts the slow
one. FlashAttention slices the keys ("split-K"): each warp holds a part
of every output row, and the parts meet in shared memory.
FlashAttention-2 slices the queries: each row has one owner, and nothing
is exchanged (FlashAttention-2, section 3.3). Left out: operands that
stay in registers from tile to tile, and conflicts between banks.

    q (r, d)   k, v (c, d)   o (r, d)   m, l (r,); o, m, l per warp
"""

from math import ceil

import torch
from torch import Tensor

from minseek.flash.fa2 import scores
from minseek.flash.hbm import ALL, HBM, blocks
from minseek.flash.online import Partial, merge_all, partial


def split_keys(shared: HBM, warps: int) -> Tensor:
    """The output of one tile, each warp with some of the keys."""
    rows, keys = (slices(shared, name, warps) for name in "qk")
    for warp, j in enumerate(keys):
        q = shared.load("q")
        s = scores(q, shared.load("k", j), None)  # (r, c / warps)
        part = partial(s, shared.load("v", j))
        for name, tile in zip("mlo", part, strict=True):
            shared.allocate(f"{name}{warp}", torch.empty_like(tile))
            shared.store(f"{name}{warp}", ALL, tile)
    # Here all warps wait; then each merges some of the rows.
    return torch.cat(
        [
            merge_all(
                Partial(*(shared.load(f"{x}{warp}", i) for x in "mlo"))
                for warp in range(len(keys))
            ).o
            for i in rows
        ]
    )


def split_queries(shared: HBM, warps: int) -> Tensor:
    """The output of one tile, each warp with some of the queries.

    >>> q, k = torch.rand(2, 8, 4)
    >>> one, other = HBM(q=q, k=k, v=k), HBM(q=q, k=k, v=k)
    >>> o = split_queries(one, 4)
    >>> torch.allclose(o, split_keys(other, 4), atol=1e-6)
    True
    >>> exchanged(one), exchanged(other)
    (0, 384)
    """
    outputs = []
    for i in slices(shared, "q", warps):
        s = scores(shared.load("q", i), shared.load("k"), None)
        outputs.append(partial(s, shared.load("v")).o)  # (r / warps, d)
    return torch.cat(outputs)


def exchanged(shared: HBM) -> int:
    """Elements that one warp wrote for another, or read from it."""
    operands = sum(shared.loads[name] for name in "qkv")
    return shared.accesses().total - operands


def slices(shared: HBM, name: str, warps: int) -> list[slice]:
    """The rows of a tensor, in equal shares for the warps."""
    rows = len(shared[name])
    return blocks(rows, ceil(rows / warps))
