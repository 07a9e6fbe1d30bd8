"""FlashAttention (2022): exact attention, one tile of scores at a time.

Algorithms 1 and 4 of the paper for one head, without mask and dropout,
with its letters: i counts blocks of queries, j blocks of keys, m and l
are the running maximum and sum of a row, O is normalised at each step.

    q, o, do, dq (n, d)   k, v, dk, dv (t, d)   m, l (n,)
    q_i (r, d)   k_j (c, d)   s_ij, p_ij, dp_ij, ds_ij (r, c)

16-bit inputs are multiplied as they are and summed in FP32, as a tensor
core does. Tiles stay FP32, o too, until one of them is the operand of a
product (p, ds) or a result.
"""

import torch
from torch import Tensor

from minseek.flash.hbm import HBM, blocks
from minseek.flash.tensor_core import accumulator, rounded


def forward(hbm: HBM, b_r: int, b_c: int) -> Tensor:
    """softmax(q k^T / √d) v in tiles; leaves o, m and l for backward.

    >>> x = torch.arange(12.0, dtype=torch.float64).view(6, 2).sin()
    >>> hbm = HBM(q=x, k=x, v=x)
    >>> o = forward(hbm, b_r=4, b_c=2)
    >>> whole = (x @ x.T * 2**-0.5).softmax(-1) @ x
    >>> torch.allclose(o, whole, rtol=0, atol=1e-15)
    True
    """
    n, d = hbm["q"].shape
    dtype, wide = hbm["q"].dtype, accumulator(hbm["q"])
    hbm.allocate("o", torch.zeros(n, d, dtype=wide))
    hbm.allocate("l", torch.zeros(n, dtype=wide))
    hbm.allocate("m", torch.full((n,), -torch.inf, dtype=wide))
    for j in blocks(len(hbm["k"]), b_c):
        k_j, v_j = hbm.load("k", j).to(wide), hbm.load("v", j).to(wide)
        for i in blocks(n, b_r):
            q_i, o_i = hbm.load("q", i).to(wide), hbm.load("o", i)
            l_i, m_i = hbm.load("l", i), hbm.load("m", i)
            s_ij = hbm.place("s", q_i @ k_j.T * d**-0.5)  # (r, c)
            m_ij = s_ij.amax(-1)  # (r,)
            p_ij = hbm.place("s", (s_ij - m_ij[:, None]).exp())
            l_ij = p_ij.sum(-1)
            m_new = torch.maximum(m_i, m_ij)
            old, new = (m_i - m_new).exp(), (m_ij - m_new).exp()
            l_new = old * l_i + new * l_ij
            pv = rounded(p_ij, dtype) @ v_j  # (r, d)
            o_i = (old * l_i)[:, None] * o_i + new[:, None] * pv
            hbm.store("o", i, o_i / l_new[:, None])
            hbm.store("l", i, l_new)
            hbm.store("m", i, m_new)
    hbm.clear()
    return hbm["o"].to(dtype)


def backward(hbm: HBM, b_r: int, b_c: int) -> tuple[Tensor, ...]:
    """Gradients of q, k, v from do and what forward left: o, m and l.

    Each tile of probabilities is computed again, which costs a fifth
    product; ds needs one number per row, D = rowsum(do ∘ o).
    """
    n, d = hbm["q"].shape
    dtype, wide = hbm["q"].dtype, accumulator(hbm["q"])
    for grad, like in (("dq", "q"), ("dk", "k"), ("dv", "v")):
        hbm.allocate(grad, torch.zeros_like(hbm[like], dtype=wide))
    for j in blocks(len(hbm["k"]), b_c):
        k_j, v_j = hbm.load("k", j).to(wide), hbm.load("v", j).to(wide)
        dk_j = hbm.place("dk", torch.zeros_like(k_j))
        dv_j = hbm.place("dv", torch.zeros_like(v_j))
        for i in blocks(n, b_r):
            q_i, do_i = (hbm.load(x, i).to(wide) for x in ("q", "do"))
            o_i, dq_i = hbm.load("o", i), hbm.load("dq", i)
            l_i, m_i = hbm.load("l", i), hbm.load("m", i)
            s_ij = hbm.place("s", q_i @ k_j.T * d**-0.5)  # (r, c)
            p_ij = hbm.place("s", (s_ij - m_i[:, None]).exp())
            p_ij /= l_i[:, None]
            dv_j += rounded(p_ij, dtype).T @ do_i
            dp_ij = hbm.place("dp", do_i @ v_j.T)  # (r, c)
            D_i = (do_i * o_i).sum(-1)  # (r,)
            ds_ij = hbm.place("dp", p_ij * (dp_ij - D_i[:, None]))
            ds_ij = rounded(ds_ij, dtype)
            hbm.store("dq", i, dq_i + ds_ij @ k_j * d**-0.5)
            dk_j += ds_ij.T @ q_i * d**-0.5
        hbm.store("dk", j, dk_j)
        hbm.store("dv", j, dv_j)
    hbm.clear()
    return tuple(hbm[grad].to(dtype) for grad in ("dq", "dk", "dv"))
