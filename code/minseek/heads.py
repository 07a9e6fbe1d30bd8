"""Attention of many heads: grouped, causal, windowed, with sinks.

Each head attends on its own, as in ``minseek.attention``. Three things
are added. Query heads may share keys and values in groups: n key heads
for n query heads is MHA, fewer GQA, one MQA. A mask says which keys a
query may see. And with the outputs comes the logarithm of each row's
sum of exponentials (LSE), by which partial results can be merged.

    b batch   s query position   t key position   g group (key head)
    h head    m head within its group             k, v widths

Activations are (b, s, h, width), so that nothing has to be transposed.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from minseek.checks import check_heads


class Attended(NamedTuple):
    """Outputs (b, s, h, v), and the LSE of each row of scores."""

    o: Tensor
    lse: Tensor  # (b, s, h)


def split(x: Tensor, heads: int) -> Tensor:
    """Columns (..., s, d) to a block for each head (..., h, s, d/h).

    >>> split(torch.arange(8).view(2, 4), heads=2).tolist()
    [[[0, 1], [4, 5]], [[2, 3], [6, 7]]]
    """
    if x.shape[-1] % heads:
        raise ValueError(
            f"{x.shape[-1]} columns do not split into {heads} heads"
        )
    return x.unflatten(-1, (heads, -1)).transpose(-2, -3)


def join(x: Tensor) -> Tensor:
    """Blocks (..., h, s, d/h) side by side (..., s, d); undoes split.

    >>> x = torch.rand(3, 5, 12)
    >>> torch.equal(join(split(x, heads=4)), x)
    True
    """
    return x.transpose(-2, -3).flatten(-2)


def causal_mask(s: int, t: int, window: int | None = None) -> Tensor:
    """True where a query may look: at itself and at what came before.

    The s queries are the last of the t tokens, as in decoding with a
    cache; with a window, each sees that many keys, its own included.

    >>> causal_mask(2, 4).int()
    tensor([[1, 1, 1, 0],
            [1, 1, 1, 1]], dtype=torch.int32)
    >>> causal_mask(2, 4, window=2).int()
    tensor([[0, 1, 1, 0],
            [0, 0, 1, 1]], dtype=torch.int32)
    """
    if window is not None and window < 1:
        raise ValueError(f"a window of {window} keys shows nothing")
    past = torch.arange(t - s, t)[:, None] - torch.arange(t)  # (s, t)
    seen = past >= 0
    return seen if window is None else seen & (past < window)


def attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
    sink: Tensor | None = None,
) -> Attended:
    """Attention of q (b, s, h, k) to k, v (b, t, g, width), in groups.

    A mask (s, t) is True where a query may look; a row without any key
    reads zero. A sink (h,) is a score that takes weight and gives no
    value. No key is copied to the heads that share it, and yet:

    >>> q = torch.rand(1, 5, 6, 4)
    >>> k, v = torch.rand(2, 1, 5, 2, 4)
    >>> grouped = attend(q, k, v, causal_mask(5, 5)).o
    >>> torch.allclose(grouped, attend_plain(q, k, v), atol=1e-6)
    True
    """
    check_heads(q, k, v, mask)
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    groups = q.unflatten(2, (k.shape[2], -1))  # (b, s, g, m, k)
    s = torch.einsum("bsgmk,btgk->bsgmt", groups, k) * scale
    s = s.to(torch.promote_types(s.dtype, torch.float32))
    if mask is not None:
        s = s.masked_fill(~mask[..., None, None, :], -torch.inf)
    lse = s.logsumexp(-1)  # (b, s, g, m)
    if sink is not None:
        lse = torch.logaddexp(lse, sink.unflatten(0, lse.shape[2:]))
    empty = lse == -torch.inf  # -inf - (-inf) is not a number
    p = (s - lse.masked_fill(empty, 0)[..., None]).exp().to(v.dtype)
    o = torch.einsum("bsgmt,btgv->bsgmv", p, v)
    return Attended(o.flatten(2, 3), lse.flatten(2, 3))


def attend_plain(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention head by head, each with its group's keys."""
    seen = causal_mask(q.shape[1], k.shape[1])
    size = q.shape[2] // k.shape[2]
    heads = []
    for h in range(q.shape[2]):
        q_h, k_g, v_g = (
            q[:, :, h],
            k[:, :, h // size],
            v[:, :, h // size],
        )
        s = q_h @ k_g.mT * q.shape[-1] ** -0.5  # (b, s, t)
        p = s.masked_fill(~seen, -torch.inf).softmax(-1)
        heads.append(p @ v_g)
    return torch.stack(heads, 2)
