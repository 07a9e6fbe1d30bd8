"""Memory traffic of attention, counted instead of measured.

Letters, as in the FlashAttention papers:

    n sequence length   d head width   m fast memory, in elements
    b_r rows of a query block          b_c rows of a key block
    t_c number of key blocks           heads batch times heads

An access is one element moved between slow and fast memory. Left out:
caches, and that a matrix product may read its operands more than once.
"""

from math import ceil
from typing import NamedTuple

BACKWARD = 4  # products dV, dP, dQ, dK
FORWARD = 2  # products S and PV
FLASH_BACKWARD = 5  # the same four, and S once more


class Accesses(NamedTuple):
    """Elements moved, of (n, d) or (n, n) matrices and of (n,) vectors.

    Kept apart because papers count the first kind and drop the second.

    >>> Accesses(matrices=640, vectors=64).total
    704
    """

    matrices: int
    vectors: int = 0

    @property
    def total(self) -> int:
        """All elements moved."""
        return self.matrices + self.vectors


class Blocks(NamedTuple):
    """Rows of a query block and of a key block."""

    b_r: int
    b_c: int


def matmul_flops(n: int, d: int, products: int, heads: int = 1) -> int:
    """FLOPs of ``products`` matrix products of size n × n × d.

    Each costs 2 n² d: a multiplication and an addition per term
    (FlashAttention-2, section 4.1, counts the same way).

    >>> matmul_flops(1024, 64, FORWARD) / 1e6
    268.435456
    """
    return 2 * n * n * d * products * heads


def score_bytes(n: int, heads: int = 1, itemsize: int = 2) -> int:
    """Bytes of one pass over the scores: one n × n matrix per head.

    >>> score_bytes(1024, heads=1024)  # GPT-2 medium, batch 64, FP16
    2147483648
    """
    return n * n * heads * itemsize


def standard_forward(n: int, d: int) -> Accesses:
    """Accesses of standard attention, forward: 4nd + 4n².

    Read Q, K, write S; read S, write P; read P, V, write O
    (FlashAttention, Algorithm 0).

    >>> standard_forward(1024, 64).matrices / 1024**2
    4.25
    """
    return Accesses(4 * n * d + 4 * n * n)


def standard_backward(n: int, d: int) -> Accesses:
    """Accesses of standard attention, backward: 8nd + 7n².

    P, dO → dV; dO, V → dP; P, dP → dS; dS, K → dQ; dS, Q → dK
    (FlashAttention, Algorithm 3).

    >>> standard_backward(1024, 64).matrices / 1024**2
    7.5
    """
    return Accesses(8 * n * d + 7 * n * n)


def fa1_blocks(m: int, d: int) -> Blocks:
    """Block sizes for ``m`` elements of fast memory, about m/4d rows.

    b_c = ⌈m/4d⌉ and b_r = min(b_c, d), so that the b_r × b_c scores
    take about m/4 at most (FlashAttention, Algorithm 1, line 1).

    >>> fa1_blocks(100 * 1024 // 2, 64)  # 100 KiB of FP16
    Blocks(b_r=64, b_c=200)
    """
    b_c = ceil(m / (4 * d))
    return Blocks(min(b_c, d), b_c)


def fa1_forward(n: int, d: int, t_c: int) -> Accesses:
    """Accesses of FlashAttention forward: (2 + 3t_c)nd and 4 t_c n.

    K and V once; Q, O in, O out and l, m in and out for each of the
    ``t_c`` key blocks (FlashAttention, Algorithm 1, lines 5 to 13).

    >>> fa1_forward(1024, 64, t_c=4)
    Accesses(matrices=917504, vectors=16384)
    """
    return Accesses((2 + 3 * t_c) * n * d, 4 * t_c * n)


def fa1_backward(n: int, d: int, t_c: int) -> Accesses:
    """Accesses of FlashAttention backward: (4 + 5t_c)nd and 2 t_c n.

    K, V in and dK, dV out once; Q, O, dO, dQ in, dQ out and l, m in for
    each key block (FlashAttention, Algorithm 4).

    >>> fa1_backward(1024, 64, t_c=4)
    Accesses(matrices=1572864, vectors=8192)
    """
    return Accesses((4 + 5 * t_c) * n * d, 2 * t_c * n)
