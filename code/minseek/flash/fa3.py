"""FlashAttention-3 (2024): eight bits, with the outliers spread out.

An E4M3 number has three bits of fraction: it is wrong by up to 1/16 of
itself, so a product with an outlier brings a large error into a score,
just where scores are large. The paper first multiplies q and k by the
same orthogonal matrix, a random diagonal of signs times a Hadamard
matrix: scores do not change, one large product becomes d small ones,
and their errors cancel in part. It also gives each block of q, k and v
a scale of its own; as E4M3 reaches over 18 binades, that matters less.
The other half of the paper, what runs while something else waits, is in
minseek.flash.pipeline; ``pipelined`` is its order of work, in numbers.

    q, o (n, d)   k, v (t, d)   b_r, b_c rows of a block
"""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from minseek.flash import fa2
from minseek.flash.hbm import blocks

FP8 = torch.float8_e4m3fn
LARGEST = torch.finfo(FP8).max  # 448


def pipelined(q: Tensor, k: Tensor, v: Tensor, b_c: int) -> Tensor:
    """softmax(q k^T / √d) v in the order of Algorithm 2, two stages.

    The scores of the next block are begun before the values of the last
    one: neither product needs the other. So ``pv`` is in the old unit
    when the new maximum is known, and is rescaled together with o.

    >>> x = torch.arange(12.0, dtype=torch.float64).view(6, 2).sin()
    >>> o = pipelined(x, x, x, b_c=2)
    >>> s = x @ x.T * 2**-0.5
    >>> torch.allclose(o, s.softmax(-1) @ x, rtol=0, atol=1e-15)
    True
    """
    fa2.check(q, k, v)
    scale, tiles = q.shape[-1] ** -0.5, blocks(len(k), b_c)
    s = q @ k[tiles[0]].T * scale  # (n, b_c)
    m = s.amax(-1)
    p = (s - m[:, None]).exp()
    l, o = p.sum(-1), torch.zeros_like(q[:, :1])
    for last, j in pairwise(tiles):
        s = q @ k[j].T * scale  # begun first, needed first
        pv = p @ v[last]  # runs while s becomes p
        m_new = torch.maximum(m, s.amax(-1))
        p = (s - m_new[:, None]).exp()
        alpha, m = (m - m_new).exp(), m_new
        l = alpha * l + p.sum(-1)
        o = alpha[:, None] * (o + pv)  # waits for pv
    return (o + p @ v[tiles[-1]]) / l[:, None]


class Quantized(NamedTuple):
    """FP8 values (n, d) and one scale for each block of rows."""

    values: Tensor
    scale: Tensor
    rows: list[slice]

    def block(self, i: int) -> Tensor:
        """Values of block i, exact in FP32; the scale is left out."""
        return self.values[self.rows[i]].float()


def quantize(x: Tensor, b: int) -> Quantized:
    """The largest number of each block of ``b`` rows becomes 448.

    >>> x = torch.tensor([[1.0, 0.001], [100.0, 3.0]])
    >>> quantize(x, 1).values.tolist()
    [[448.0, 0.4375], [448.0, 13.0]]
    >>> quantize(x, 2).values.tolist()  # the first row pays
    [[4.5, 0.00390625], [448.0, 13.0]]
    """
    rows = blocks(len(x), b)
    largest = torch.stack([x[i].abs().max() for i in rows])
    scale = largest.float().clamp(min=1e-12) / LARGEST  # 0 / 0 is none
    pairs = zip(rows, scale, strict=True)
    each = torch.cat([x[i] / s for i, s in pairs])
    return Quantized(_to_fp8(each), scale, rows)


def hadamard(x: Tensor) -> Tensor:
    """x H / √d in log2 d rounds of sums and differences.

    >>> hadamard(torch.tensor([[0.0, 8.0, 0.0, 0.0]]))
    tensor([[ 4., -4.,  4., -4.]])
    """
    d = x.shape[-1]
    if d < 1 or d & (d - 1):
        raise ValueError(f"width {d} is not a power of two")
    width = 1
    while width < d:
        a, b = x.unflatten(-1, (-1, 2, width)).unbind(-2)
        x = torch.stack((a + b, a - b), -2).flatten(-3)
        width *= 2
    return x * d**-0.5


def incoherent(x: Tensor, signs: Tensor) -> Tensor:
    """Rotate rows by the signs (d,) and a Hadamard matrix.

    >>> q, k = torch.rand(2, 3, 8)
    >>> signs = torch.tensor([1.0, -1.0]).repeat(4)
    >>> rotated = incoherent(q, signs) @ incoherent(k, signs).T
    >>> torch.allclose(rotated, q @ k.T, atol=1e-5)
    True
    """
    if x.shape[-1:] != signs.shape:
        raise ValueError(
            f"rows of width {x.shape[-1]} need as many signs, "
            f"not {tuple(signs.shape)}"
        )
    return hadamard(x * signs)


def with_outliers(
    n: int, d: int, g: torch.Generator
) -> tuple[Tensor, ...]:
    """q, k and v (n, d) of the paper's test of errors, section 4.3.

    N(0, 1), and for one entry in a thousand N(0, 100) on top of it.
    """
    hit = torch.rand(3, n, d, generator=g) < 0.001
    wide = 10 * torch.randn(3, n, d, generator=g) * hit
    return (torch.randn(3, n, d, generator=g) + wide).unbind()


def random_signs(d: int, g: torch.Generator) -> Tensor:
    """The random diagonal of the rotation: d times 1 or -1."""
    return torch.randint(0, 2, (d,), generator=g) * 2.0 - 1


def forward(
    q: Tensor, k: Tensor, v: Tensor, b_r: int, b_c: int
) -> Tensor:
    """softmax(q k^T / √d) v with FP8 operands in all products.

    The loop is fa2's; a product of two blocks gets their two scales.

    >>> x = torch.eye(4)
    >>> ratio = forward(x, x, x, b_r=2, b_c=2) / (x / 2).softmax(-1)
    >>> bool((ratio - 1).abs().max() < 2**-4)  # half of the last bit
    True
    """
    fa2.check(q, k, v)
    q8, k8, v8 = quantize(q, b_r), quantize(k, b_c), quantize(v, b_c)
    return torch.cat(
        [
            _rows(q8.block(i) * q.shape[-1] ** -0.5, scale, k8, v8)
            for i, scale in enumerate(q8.scale)
        ]
    )


def _rows(
    q_i: Tensor, scale: Tensor, k8: Quantized, v8: Quantized
) -> Tensor:
    l_i = q_i.new_zeros(len(q_i))
    m_i, o_i = l_i - torch.inf, l_i.new_zeros(len(q_i), 1)
    for j in range(len(k8.rows)):
        s_ij = q_i @ k8.block(j).T * (scale * k8.scale[j])
        m_new = torch.maximum(m_i, s_ij.amax(-1))
        p_ij = (s_ij - m_new[:, None]).exp()
        alpha, m_i = (m_i - m_new).exp(), m_new
        l_i = alpha * l_i + p_ij.sum(-1)  # of the unrounded p
        p8 = _to_fp8(p_ij * LARGEST).float()  # p <= 1: a fixed scale
        pv = p8 @ v8.block(j) * (v8.scale[j] / LARGEST)
        o_i = alpha[:, None] * o_i + pv
    return o_i / l_i[:, None]


def _to_fp8(x: Tensor) -> Tensor:
    """Rounded to E4M3; what is too large becomes 448, not a NaN."""
    return x.clamp(-LARGEST, LARGEST).to(FP8)
