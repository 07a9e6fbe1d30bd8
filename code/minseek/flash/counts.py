"""What FlashAttention-2 saves: counts beside those of FlashAttention.

Standard library only. Letters as in minseek.accounting; t_r and t_c are
the numbers of query and key blocks. A vector operation is one result of
anything but a matrix product: a scaled, subtracted or exponentiated
number, or one that enters a sum or a maximum. They run at 1/16 of the
tensor cores' rate on an A100 (FlashAttention-2, section 3.1). Left out:
masks, guards against empty rows, type casts.
"""

from math import ceil
from typing import NamedTuple

from minseek.accounting import Accesses

SCORE = 5  # scale, maximum, subtract, exponentiate, sum


class VectorOps(NamedTuple):
    """Operations on scores (n, t), outputs (n, d) and rows (n,).

    >>> VectorOps(scores=20, outputs=8, rows=2).total
    30
    """

    scores: int
    outputs: int
    rows: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


def fa1_vector_ops(n: int, d: int, t_c: int) -> VectorOps:
    """FlashAttention forward: each key block touches o four times.

    Two weights, an addition, a division (Algorithm 1, line 12).

    >>> fa1_vector_ops(1024, 64, t_c=8)
    VectorOps(scores=5242880, outputs=2097152, rows=73728)
    """
    return VectorOps(SCORE * n * n, 4 * t_c * n * d, 9 * t_c * n)


def fa2_vector_ops(n: int, d: int, t_c: int) -> VectorOps:
    """FlashAttention-2 forward: one rescaling each, one division.

    The tensor core adds the new product to o while it multiplies.

    >>> fa2_vector_ops(1024, 64, t_c=8)
    VectorOps(scores=5242880, outputs=589824, rows=43008)
    """
    return VectorOps(
        SCORE * n * n, (t_c + 1) * n * d, (5 * t_c + 2) * n
    )


def vector_share(ops: int, flops: int, ratio: float = 16) -> float:
    """Time of vector operations over that of the matrix products.

    >>> n, d, flops = 1024, 64, 4 * 1024**2 * 64
    >>> for count in (fa1_vector_ops, fa2_vector_ops):
    ...     round(vector_share(count(n, d, t_c=8).total, flops), 2)
    0.44
    0.35
    """
    return ops * ratio / flops


def fa2_forward(n: int, d: int, t_r: int) -> Accesses:
    """Accesses forward: (2 + 2 t_r)nd and n.

    Q in, O and L out once; K and V for each block of queries.

    >>> fa2_forward(1024, 64, t_r=8)
    Accesses(matrices=1179648, vectors=1024)
    """
    return Accesses((2 + 2 * t_r) * n * d, n)


def fa2_backward(n: int, d: int, t_c: int) -> Accesses:
    """Accesses backward: (6 + 4 t_c)nd and (1 + 2 t_c)n.

    dO and O in for D; K, V in and dK, dV out once; Q, dO, dQ in, dQ
    out and L, D in for each block of keys (Algorithm 2).

    >>> fa2_backward(1024, 64, t_c=4)
    Accesses(matrices=1441792, vectors=9216)
    """
    return Accesses((6 + 4 * t_c) * n * d, (1 + 2 * t_c) * n)


def causal_tiles(n: int, t: int, b_r: int, b_c: int) -> int:
    """Tiles with at least one visible score, aligned bottom right.

    >>> causal_tiles(1024, 1024, 128, 128), 8 * 8
    (36, 64)
    """
    last_rows = (min(a + b_r, n) - 1 for a in range(0, n, b_r))
    keys = (min(max(row + 1 + t - n, 0), t) for row in last_rows)
    return sum(ceil(seen / b_c) for seen in keys)
