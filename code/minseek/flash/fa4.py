"""FlashAttention-4 (2026): fewer exponentials, fewer rescalings.

The tensor cores doubled and the exponential units did not. So some of
the exponentials are computed with additions and multiplications alone,
and the old output is rescaled only when the maximum has grown by more
than tau, which keeps it off the critical path most of the time. All in
base 2: s, m and tau count doublings, so that tau = 8 lets a stale
maximum be too small by a factor of 256. The division at the end removes
whatever was subtracted, so any tau gives the same result.

    s_ij, p_ij (r, c)   m_i, l_i (r,)   o_i (r, d_v)
"""

from math import log2
from typing import NamedTuple

import torch
from torch import Tensor

from minseek.flash import fa2
from minseek.flash.hbm import HBM, blocks
from minseek.flash.online import finite, mean
from minseek.flash.tensor_core import accumulator, rounded

LOG2_E = log2(torch.e)
WARP = 32  # rows that decide together
TAU = 8.0

# Least relative error on [0, 1) with 24-bit coefficients, the first of
# them 1 (flash_attn/cute/utils.py of the released kernels).
COEFFICIENTS = {
    3: (1.0, 0.695146143436, 0.227564394474, 0.077119089663),
    4: (
        *(1.0, 0.693042695522, 0.241291254759),
        *(0.052225358784, 0.013434938155),
    ),
    5: (
        *(1.0, 0.693151414394, 0.240163609386),
        *(0.055802188814, 0.009014522657, 0.001868101535),
    ),
}


class Result(NamedTuple):
    """The output, and how many warps rescaled, of how many asked."""

    o: Tensor
    rescaled: int
    asked: int


def exp2(x: Tensor, degree: int) -> Tensor:
    """2^x in FP32 for x <= 127, without an exponential unit.

    Cody and Waite: 2^x = 2^whole 2^part. A polynomial makes the second
    factor, a number in [1, 2]; the first is added to its exponent.

    >>> exp2(torch.tensor([-1.0, 0.0, 10.0]), degree=3)
    tensor([5.0000e-01, 1.0000e+00, 1.0240e+03])
    """
    if degree not in COEFFICIENTS:
        raise ValueError(
            f"no polynomial of degree {degree}, only 3 to 5"
        )
    x = x.float().clamp(min=-127)  # where the exponent field ends
    whole = x.floor()
    *lower, top = COEFFICIENTS[degree]
    p = torch.full_like(x, top)
    for c in reversed(lower):  # Horner: one FMA each
        p = _fma(p, x - whole, c)
    return (p.view(torch.int32) + (whole.int() << 23)).view(
        torch.float32
    )


def forward(
    hbm: HBM,
    b_r: int,
    b_c: int,
    *,
    tau: float = TAU,
    degree: int | None = None,
    causal: bool = False,
) -> Result:
    """fa2's forward; ``degree`` None means the hardware's exponential.

    >>> q, k = torch.rand(2, 64, 8, dtype=torch.float64)
    >>> always = forward(HBM(q=q, k=k, v=k), 32, 16, tau=0.0)
    >>> seldom = forward(HBM(q=q, k=k, v=k), 32, 16, tau=8.0)
    >>> torch.allclose(always.o, seldom.o, rtol=0, atol=1e-14)
    True
    >>> always.asked, seldom.rescaled  # after the first block
    (6, 0)
    """
    n, d_v = fa2.check(hbm["q"], hbm["k"], hbm["v"])
    dtype, wide = hbm["q"].dtype, accumulator(hbm["q"])
    hbm.allocate("o", torch.empty(n, d_v, dtype=wide))
    hbm.allocate("lse", torch.empty(n, dtype=wide))
    done = asked = 0
    for i in blocks(n, b_r):
        q_i = hbm.load("q", i).to(wide) * LOG2_E
        o_i = hbm.place("o", q_i.new_zeros(len(q_i), d_v))
        l_i = q_i.new_zeros(len(q_i))
        m_i = torch.full_like(l_i, -torch.inf)
        for j in fa2.visible(hbm, i, b_c, causal):
            k_j, v_j = (hbm.load(x, j).to(wide) for x in ("k", "v"))
            hidden = fa2.hides(hbm, i, j) if causal else None
            s_ij = hbm.place("s", fa2.scores(q_i, k_j, hidden))
            m_new = unit(m_i, s_ij.amax(-1), tau)
            shift = finite(m_new)
            p_ij = _power(s_ij - shift[:, None], degree).to(wide)
            p_ij = hbm.place("s", p_ij)
            if j.start:  # before, there is nothing to rescale
                moved = [*(m_new != m_i).split(WARP)]
                asked += len(moved)
                done += sum(bool(warp.any()) for warp in moved)
                alpha = (m_i - shift).exp2()  # 1 where nothing moved
                l_i, o_i = alpha * l_i, alpha[:, None] * o_i
            l_i, m_i = l_i + p_ij.sum(-1), m_new
            o_i = torch.addmm(o_i, rounded(p_ij, dtype), v_j)
        hbm.store("o", i, mean(o_i, l_i))
        hbm.store("lse", i, (m_i + l_i.log2()) / LOG2_E)
    hbm.clear()
    return Result(hbm["o"].to(dtype), done, asked)


def unit(m: Tensor, seen: Tensor, tau: float) -> Tensor:
    """What to subtract: the true maximum, or one stale by up to tau.

    The rows of a warp decide together: one that needs it moves all.

    >>> m, seen = torch.zeros(2), torch.tensor([3.0, 9.0])
    >>> unit(m, seen, tau=8.0), unit(m, seen, tau=9.0)
    (tensor([3., 9.]), tensor([0., 0.]))
    """
    true = torch.maximum(m, seen)
    pairs = zip(m.split(WARP), true.split(WARP), strict=True)
    return torch.cat(
        [b if (b - a > tau).any() else a for a, b in pairs]
    )


def _power(x: Tensor, degree: int | None) -> Tensor:
    return x.exp2() if degree is None else exp2(x, degree)


def _fma(a: Tensor, b: Tensor, c: float) -> Tensor:
    """a b + c rounded once, as the hardware does."""
    return (a.double() * b.double() + c).float()
