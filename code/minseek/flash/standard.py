"""Attention as a chain of whole matrices, through the same counter.

Each step reads its operands from slow memory and writes its result
back: FlashAttention's Algorithm 0 forward and Algorithm 3 backward. It
flatters this side: a real product of matrices that do not fit on chip
reads its operands more than once, and scale, mask and dropout, where
they are kernels of their own, add passes.

    n query   t key   d head width   s, p, dp, ds (n, t)
    q, o, do, dq (n, d)              k, v, dk, dv (t, d)
"""

from torch import Tensor, empty_like

from minseek.flash.hbm import ALL, HBM


def forward(hbm: HBM) -> Tensor:
    """softmax(q k^T / √d) v, with s and p in slow memory."""
    q, k = hbm.load("q"), hbm.load("k")
    s = q @ k.T * q.shape[-1] ** -0.5  # (n, t)
    _write(hbm, "s", s)
    _write(hbm, "p", hbm.load("s").softmax(-1))
    _write(hbm, "o", hbm.load("p") @ hbm.load("v"))
    return hbm["o"]


def backward(hbm: HBM) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of q, k, v from do and the p that forward left."""
    scale = hbm["q"].shape[-1] ** -0.5
    _write(hbm, "dv", hbm.load("p").T @ hbm.load("do"))
    _write(hbm, "dp", hbm.load("do") @ hbm.load("v").T)
    p, dp = hbm.load("p"), hbm.load("dp")
    _write(hbm, "ds", p * (dp - (p * dp).sum(-1, keepdim=True)))
    _write(hbm, "dq", scale * hbm.load("ds") @ hbm.load("k"))
    _write(hbm, "dk", scale * hbm.load("ds").T @ hbm.load("q"))
    return hbm["dq"], hbm["dk"], hbm["dv"]


def _write(hbm: HBM, name: str, whole: Tensor) -> None:
    hbm.allocate(name, empty_like(whole))
    hbm.store(name, ALL, whole)
