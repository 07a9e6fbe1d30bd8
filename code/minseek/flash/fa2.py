"""FlashAttention-2 (2023): queries outside, one division at the end.

Algorithms 1 and 2 of the paper for one head, with the letters of fa1.
Three things change. A block of queries stays on chip while all keys
pass by, so m, l and the output never travel. The output is divided by
l once, after the last block. Backward needs one number per row, the
logsumexp L = m + log l, in place of m and l. With ``causal``, query r
of n sees key c of t where c - t <= r - n, so that the last query sees
all keys; blocks without a visible score are not computed.

    q, dq (n, d)   k, dk (t, d)   v, dv (t, d_v)   o, do (n, d_v)
    lse, D (n,)

The paper on arXiv prints the factor alpha inverted (Algorithm 1, line
10); the version of ICLR mends it.
"""

import torch
from torch import Tensor

from minseek.flash.hbm import HBM, blocks
from minseek.flash.online import finite, mean
from minseek.flash.tensor_core import accumulator, rounded


def forward(
    hbm: HBM, b_r: int, b_c: int, causal: bool = False
) -> Tensor:
    """softmax(q k^T / √d) v in tiles; leaves o and lse for backward.

    >>> x = torch.arange(12.0, dtype=torch.float64).view(6, 2).sin()
    >>> hbm = HBM(q=x, k=x, v=x)
    >>> o = forward(hbm, b_r=4, b_c=2)
    >>> s = x @ x.T * 2**-0.5
    >>> torch.allclose(o, s.softmax(-1) @ x, rtol=0, atol=1e-15)
    True
    >>> torch.allclose(hbm["lse"], s.logsumexp(-1))
    True
    """
    n, d_v = check(hbm["q"], hbm["k"], hbm["v"])
    dtype, wide = hbm["q"].dtype, accumulator(hbm["q"])
    hbm.allocate("o", torch.empty(n, d_v, dtype=wide))
    hbm.allocate("lse", torch.empty(n, dtype=wide))
    for i in blocks(n, b_r):
        q_i = hbm.load("q", i).to(wide)
        o_i = hbm.place("o", q_i.new_zeros(len(q_i), d_v))
        l_i = q_i.new_zeros(len(q_i))
        m_i = torch.full_like(l_i, -torch.inf)
        for j in visible(hbm, i, b_c, causal):
            k_j, v_j = (hbm.load(x, j).to(wide) for x in ("k", "v"))
            hidden = hides(hbm, i, j) if causal else None
            s_ij = hbm.place("s", scores(q_i, k_j, hidden))  # (r, c)
            m_new = torch.maximum(m_i, s_ij.amax(-1))
            shift = finite(m_new)
            p_ij = hbm.place("s", (s_ij - shift[:, None]).exp())
            alpha = (m_i - shift).exp()  # old sums in the new unit
            l_i = alpha * l_i + p_ij.sum(-1)
            p_ij, o_i = rounded(p_ij, dtype), alpha[:, None] * o_i
            o_i, m_i = torch.addmm(o_i, p_ij, v_j), m_new
        hbm.store("o", i, mean(o_i, l_i))
        hbm.store("lse", i, m_i + l_i.log())
    hbm.clear()
    return hbm["o"].to(dtype)


def backward(
    hbm: HBM, b_r: int, b_c: int, causal: bool = False
) -> tuple[Tensor, ...]:
    """Gradients of q, k, v from do and what forward left: o and lse.

    Keys stay outside, so dk and dv have one owner each; a block of dq
    is added to by all of them, on a GPU with atomic additions.
    """
    n, d = hbm["q"].shape
    dtype, wide = hbm["q"].dtype, accumulator(hbm["q"])
    for grad, like in (("dq", "q"), ("dk", "k"), ("dv", "v")):
        hbm.allocate(grad, torch.zeros_like(hbm[like], dtype=wide))
    _row_sums(hbm, b_r)
    for j in blocks(len(hbm["k"]), b_c):
        k_j, v_j = (hbm.load(x, j).to(wide) for x in ("k", "v"))
        dk_j = hbm.place("dk", torch.zeros_like(k_j))
        dv_j = hbm.place("dv", torch.zeros_like(v_j))
        for i in blocks(n, b_r):
            if j not in visible(hbm, i, b_c, causal):
                continue
            hidden = hides(hbm, i, j) if causal else None
            q_i, do_i = (hbm.load(x, i).to(wide) for x in ("q", "do"))
            lse_i, D_i = hbm.load("lse", i), hbm.load("D", i)
            s_ij = hbm.place("s", scores(q_i, k_j, hidden))  # (r, c)
            p_ij = (s_ij - finite(lse_i)[:, None]).exp()  # never > 1
            p_ij = hbm.place("s", p_ij)
            dv_j += rounded(p_ij, dtype).T @ do_i
            dp_ij = hbm.place("dp", do_i @ v_j.T)  # (r, c)
            ds_ij = hbm.place("dp", p_ij * (dp_ij - D_i[:, None]))
            ds_ij = rounded(ds_ij, dtype) * d**-0.5
            hbm.store("dq", i, hbm.load("dq", i) + ds_ij @ k_j)
            dk_j += ds_ij.T @ q_i
        hbm.store("dk", j, dk_j)
        hbm.store("dv", j, dv_j)
    hbm.clear()
    return tuple(hbm[grad].to(dtype) for grad in ("dq", "dk", "dv"))


def _row_sums(hbm: HBM, b_r: int) -> None:
    """D = rowsum(do ∘ o), one number per query, before the loops."""
    hbm.allocate("D", torch.empty_like(hbm["lse"]))
    for i in blocks(len(hbm["q"]), b_r):
        both = hbm.load("do", i) * hbm.load("o", i)
        hbm.store("D", i, both.sum(-1))
    hbm.clear()


def scores(q_i: Tensor, k_j: Tensor, hidden: Tensor | None) -> Tensor:
    """A tile of scores, -inf where the query must not look."""
    s_ij = q_i @ k_j.T * q_i.shape[-1] ** -0.5  # (r, c)
    if hidden is None:
        return s_ij
    return s_ij.masked_fill(hidden, -torch.inf)


def visible(hbm: HBM, i: slice, b_c: int, causal: bool) -> list[slice]:
    """Blocks of keys that some query of block i may look at."""
    n, t = len(hbm["q"]), len(hbm["k"])
    end = i.stop + t - n if causal else t
    return [j for j in blocks(t, b_c) if j.start < end]


def hides(hbm: HBM, i: slice, j: slice) -> Tensor | None:
    """Which keys of block j are too late for which queries of block i.

    None if none is: most tiles lie below the diagonal and need no mask.

    >>> hbm = HBM(q=torch.zeros(2, 1), k=torch.zeros(3, 1))
    >>> hides(hbm, slice(0, 2), slice(0, 3))
    tensor([[False, False,  True],
            [False, False, False]])
    """
    late = len(hbm["k"]) - len(hbm["q"])  # keys before the first query
    row = torch.arange(i.start, i.stop)[:, None] + late
    hidden = torch.arange(j.start, j.stop) > row
    return hidden if hidden.any() else None


def check(q: Tensor, k: Tensor, v: Tensor) -> tuple[int, int]:
    """Queries and the width of a value, if all shapes go together."""
    (n, d), (t, d_k), (t_v, d_v) = q.shape, k.shape, v.shape
    if d != d_k:
        raise ValueError(f"a query of width {d} fits no key of {d_k}")
    if t != t_v:
        raise ValueError(f"{t} keys need as many values, not {t_v}")
    return n, d_v
