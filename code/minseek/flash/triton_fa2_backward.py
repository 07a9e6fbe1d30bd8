"""FlashAttention-2's backward as a Triton kernel.

One program per block of keys and key/value head, as in fa2: it owns its
blocks of dk and dv, also when several query heads share them, and adds
to dq with atomic additions. Tiles lie transposed, keys by queries, so
that p and ds are first operands, which may stay in registers. Keys past
the end need no mask: they are loaded as zeros and not stored. Written
to be read: for Hopper and d 128 the compiler runs out of registers.

    q, o, do, dq (b, n, h, d)   k, v, dk, dv (b, t, g, d)
    lse, D (b, h, n)
"""

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from minseek.flash.triton_fa2 import LOG2_E, Tile, check

USUAL = Tile(b_r=64, b_c=128, warps=8, stages=2)


@triton.jit
def kernel(
    q, do, k, v, dk, dv,  # descriptors
    dq, lse, D,  # pointers, FP32
    n, t, heads, sharing, scale,
    B_R: tl.constexpr,
    B_C: tl.constexpr,
    WIDTH: tl.constexpr,
    CAUSAL: tl.constexpr,
):  # fmt: skip
    """All gradients that one block of keys and values takes part in."""
    j, batch = tl.program_id(0) * B_C, tl.program_id(1)
    cache = tl.program_id(2)
    k_j = k.load([batch, j, cache, 0]).reshape(B_C, WIDTH)
    v_j = v.load([batch, j, cache, 0]).reshape(B_C, WIDTH)
    dk_j = tl.zeros([B_C, WIDTH], tl.float32)
    dv_j = tl.zeros([B_C, WIDTH], tl.float32)
    key = j + tl.arange(0, B_C)[:, None] - (t - n)  # the first to see
    start = 0
    if CAUSAL:
        start = tl.maximum(j - (t - n), 0) // B_R * B_R
    for head in range(cache * sharing, (cache + 1) * sharing):
        for i in range(start, n, B_R):
            row = i + tl.arange(0, B_R)
            at = (batch * heads + head) * n + row
            q_i = q.load([batch, i, head, 0]).reshape(B_R, WIDTH)
            do_i = do.load([batch, i, head, 0]).reshape(B_R, WIDTH)
            lse_i = tl.load(lse + at, row < n, float("inf"))
            D_i = tl.load(D + at, row < n, 0.0)
            s_ij = tl.dot(k_j, q_i.T, input_precision="ieee") * scale
            p_ij = tl.exp2((s_ij - lse_i[None, :]) * LOG2_E)
            if CAUSAL:
                p_ij = tl.where(key <= row[None, :], p_ij, 0.0)
            dv_j = tl.dot(
                p_ij.to(do_i.dtype), do_i, dv_j, input_precision="ieee"
            )
            dp_ij = tl.dot(v_j, do_i.T, input_precision="ieee")
            ds_ij = p_ij * (dp_ij - D_i[None, :]) * scale
            ds_ij = ds_ij.to(q_i.dtype)
            dk_j = tl.dot(ds_ij, q_i, dk_j, input_precision="ieee")
            dq_i = tl.dot(ds_ij.T, k_j, input_precision="ieee")
            to = ((batch * n + row) * heads + head) * WIDTH
            to = to[:, None] + tl.arange(0, WIDTH)[None, :]
            tl.atomic_add(dq + to, dq_i, (row < n)[:, None])
    dk_j = dk_j.to(dk.dtype).reshape(1, B_C, 1, WIDTH)
    dv_j = dv_j.to(dv.dtype).reshape(1, B_C, 1, WIDTH)
    dk.store([batch, j, cache, 0], dk_j)
    dv.store([batch, j, cache, 0], dv_j)


def gradients(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    forward: tuple[Tensor, Tensor],
    do: Tensor,
    causal: bool = False,
    tile: Tile = USUAL,
) -> tuple[Tensor, Tensor, Tensor]:
    """Of q, k and v, from do and what ``attention`` returned."""
    sharing = check(q, k, v, tile)
    o, lse = forward
    (b, n, h, d), (t, g) = q.shape, k.shape[1:3]
    lse = lse.masked_fill(lse == -torch.inf, torch.inf)  # so p is 0
    row_sums = (do.float() * o.float()).sum(-1).transpose(1, 2)
    dq = torch.zeros(q.shape, dtype=torch.float32, device=q.device)
    dk, dv = torch.empty_like(k), torch.empty_like(v)
    queries, keys = [1, tile.b_r, 1, d], [1, tile.b_c, 1, d]
    kernel[triton.cdiv(t, tile.b_c), b, g](
        *(TensorDescriptor.from_tensor(x, queries) for x in (q, do)),
        *(
            TensorDescriptor.from_tensor(x, keys)
            for x in (k, v, dk, dv)
        ),
        *(dq, lse, row_sums.contiguous()),
        *(n, t, h, sharing, d**-0.5),
        B_R=tile.b_r,
        B_C=tile.b_c,
        WIDTH=d,
        CAUSAL=causal,
        num_warps=tile.warps,
        num_stages=tile.stages,
    )
    return dq.to(q.dtype), dk, dv
