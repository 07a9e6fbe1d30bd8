"""FlashAttention-2's forward as a Triton kernel for a GPU.

fa2's loop with fa2's letters, one program per block of queries and
head. Triton turns ``tl.dot`` into tensor-core instructions, descriptors
into bulk copies, and the loop into a pipeline that loads ahead. What it
adds to fa2: blocks below the diagonal take a loop without a mask, and
exponents are in base 2, where the hardware has its exponential.

This and its backward are the only modules of minseek that need more
than torch: Triton, and a GPU, or TRITON_INTERPRET=1 to run on a CPU,
slowly and without BF16 (the interpreter computes that wrongly).

    q, o (b, n, h, d)   k, v (b, t, g, d)   lse (b, h, n)
"""

from math import log2
from typing import NamedTuple

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from minseek.flash.decoding import sharers

LOG2_E = tl.constexpr(log2(torch.e))


class Tile(NamedTuple):
    """Blocks, warps of 32 threads, and loads in flight."""

    b_r: int = 128
    b_c: int = 128
    warps: int = 8
    stages: int = 2


USUAL = Tile()


@triton.jit
def kernel(
    q,  # descriptors of (b, n, h, d) and (b, t, g, d)
    k,
    v,
    o,
    lse,  # pointer to (b, h, n)
    n,
    t,
    heads,
    sharing,  # heads per key/value head
    scale,
    B_R: tl.constexpr,
    B_C: tl.constexpr,
    WIDTH: tl.constexpr,
    CAUSAL: tl.constexpr,
):
    """One block of queries of one head against all it may see."""
    i, batch = tl.program_id(0), tl.program_id(1)
    head = tl.program_id(2)
    scale *= LOG2_E
    if CAUSAL:  # the longest rows first
        i = tl.num_programs(0) - 1 - i
    row = i * B_R + tl.arange(0, B_R)
    q_i = q.load([batch, i * B_R, head, 0]).reshape(B_R, WIDTH)
    o_i = tl.zeros([B_R, WIDTH], tl.float32)
    l_i = tl.zeros([B_R], tl.float32)
    m_i = tl.full([B_R], float("-inf"), tl.float32)
    whole, end = t // B_C * B_C, t
    if CAUSAL:
        seen = i * B_R + t - n + 1  # keys of the first row
        whole = tl.maximum(seen, 0) // B_C * B_C
        end = tl.minimum(seen + B_R - 1, t)
        row += t - n  # the last key of each row
    cache = head // sharing
    o_i, l_i, m_i = visit(
        q_i, k, v, o_i, l_i, m_i, batch, cache, row, t, 0, whole,
        scale, B_R, B_C, WIDTH, CAUSAL, False,
    )  # fmt: skip
    o_i, l_i, m_i = visit(
        q_i, k, v, o_i, l_i, m_i, batch, cache, row, t, whole, end,
        scale, B_R, B_C, WIDTH, CAUSAL, True,
    )  # fmt: skip
    o_i /= tl.where(l_i > 0, l_i, 1.0)[:, None]
    out = o_i.to(o.dtype).reshape(1, B_R, 1, WIDTH)
    o.store([batch, i * B_R, head, 0], out)
    row = i * B_R + tl.arange(0, B_R)
    place = lse + (batch * heads + head) * n + row
    tl.store(place, (m_i + tl.log2(l_i)) / LOG2_E, row < n)


@triton.jit
def visit(
    q_i, k, v, o_i, l_i, m_i, batch, cache, row, t, start, end, scale,
    B_R: tl.constexpr,
    B_C: tl.constexpr,
    WIDTH: tl.constexpr,
    CAUSAL: tl.constexpr,
    MASKED: tl.constexpr,
):  # fmt: skip
    """The loop of fa2 over the keys from start to end."""
    for j in range(start, end, B_C):
        k_j = k.load([batch, j, cache, 0]).reshape(B_C, WIDTH)
        s_ij = tl.dot(q_i, k_j.T, input_precision="ieee")
        if MASKED:
            key = j + tl.arange(0, B_C)
            hidden = (key >= t)[None, :]
            if CAUSAL:
                hidden |= key[None, :] > row[:, None]
            s_ij = tl.where(hidden, float("-inf"), s_ij)
        m_new = tl.maximum(m_i, tl.max(s_ij, 1) * scale)
        shift = m_new
        if MASKED:  # a row may have seen no key yet
            shift = tl.where(m_new == float("-inf"), 0.0, m_new)
        p_ij = tl.exp2(s_ij * scale - shift[:, None])
        alpha = tl.exp2(m_i - shift)
        l_i, m_i = alpha * l_i + tl.sum(p_ij, 1), m_new
        v_j = v.load([batch, j, cache, 0]).reshape(B_C, WIDTH)
        p_ij = p_ij.to(v_j.dtype)
        o_i = tl.dot(
            p_ij, v_j, alpha[:, None] * o_i, input_precision="ieee"
        )
    return o_i, l_i, m_i


def attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    causal: bool = False,
    tile: Tile = USUAL,
) -> tuple[Tensor, Tensor]:
    """Output and logsumexp; causal from the bottom right, as fa2."""
    sharing = check(q, k, v, tile)
    (b, n, h, d), t = q.shape, k.shape[1]
    o = torch.empty_like(q)
    lse = torch.empty(b, h, n, dtype=torch.float32, device=q.device)
    queries, keys = [1, tile.b_r, 1, d], [1, tile.b_c, 1, d]
    blocks = (queries, keys, keys, queries)
    kernel[triton.cdiv(n, tile.b_r), b, h](
        *map(TensorDescriptor.from_tensor, (q, k, v, o), blocks),
        *(lse, n, t, h, sharing, d**-0.5),
        B_R=tile.b_r,
        B_C=tile.b_c,
        WIDTH=d,
        CAUSAL=causal,
        num_warps=tile.warps,
        num_stages=tile.stages,
    )
    return o, lse


def check(q: Tensor, k: Tensor, v: Tensor, tile: Tile) -> int:
    """Query heads per cache, if the kernels can take these shapes."""
    if k.shape != v.shape or q.shape[::3] != k.shape[::3]:
        shapes = (tuple(x.shape) for x in (q, k, v))
        raise ValueError("q {}, k {}, v {} do not fit".format(*shapes))
    for size in (q.shape[-1], tile.b_r, tile.b_c):
        if size < 16 or size & (size - 1):
            raise ValueError(
                f"{size}: widths and blocks are powers of two from 16"
            )
    return sharers(q.shape[2], k.shape[2])
