"""Self-attention: tokens fetch from tokens, by two matrix products.

Each token makes a query, a key and a value. Its query is compared with
every key; softmax turns the comparisons into weights; the output is the
mean of the values with these weights. Queries and keys decide *where*
to read, values decide *what* is read. Axis letters of this package:

    b batch   s query position   t key position   h head   d model

Widths carry the paper's names: d_k of queries and keys, d_v of values.
Rows are tokens, so a projection is ``x @ w`` with ``w`` of shape
(d, d_k), and all indices start at 0. Left out here: the causal mask
and more than one head, which are in ``minseek.heads``, and the way back
to width d, which is in ``minseek.grouped``.
"""

from math import sqrt

import torch
from torch import Tensor, nn


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Positive weights along ``dim``, summing to 1: e^x over its sum.

    A common shift cancels, so the largest entry is moved to 0 first and
    no exponential can overflow (Milakov and Gimelshein, Algorithm 2).

    >>> softmax(torch.tensor([1000.0, 1000.0, 999.0]))
    tensor([0.4223, 0.4223, 0.1554])
    """
    e = (x - x.amax(dim, keepdim=True)).exp()
    return e / e.sum(dim, keepdim=True)


def softmax_jacobian(p: Tensor) -> Tensor:
    """How weights ``p`` answer to the scores: diag(p) − p p^T.

    Entry (i, j) is ∂p_i/∂s_j, so (..., t) becomes (..., t, t). As one
    weight nears 1 all entries near 0: saturation passes little error.

    >>> softmax_jacobian(torch.tensor([0.5, 0.5]))
    tensor([[ 0.2500, -0.2500],
            [-0.2500,  0.2500]])
    """
    return torch.diag_embed(p) - p[..., :, None] * p[..., None, :]


def scores(q: Tensor, k: Tensor, scale: float | None = None) -> Tensor:
    """Dot product of every query with every key, times ``scale``.

    (..., s, d_k) and (..., t, d_k) give (..., s, t). The scale is
    1/√d_k unless given (Vaswani et al., section 3.2.1).

    >>> scores(torch.ones(2, 16), torch.ones(3, 16))
    tensor([[4., 4., 4.],
            [4., 4., 4.]])
    """
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(
            f"queries are {q.shape[-1]} wide and keys {k.shape[-1]};"
            " a dot product needs equal widths"
        )
    if scale is None:
        scale = 1 / sqrt(q.shape[-1])
    return q @ k.mT * scale


def attention(
    q: Tensor, k: Tensor, v: Tensor, scale: float | None = None
) -> Tensor:
    """Mean of the values, weighted by softmax of the scores.

    (..., s, d_k), (..., t, d_k) and (..., t, d_v) give (..., s, d_v)
    (Vaswani et al., equation 1). Zero queries weigh all keys alike:

    >>> v = torch.tensor([[1.0, 0.0], [3.0, 8.0]])
    >>> attention(torch.zeros(1, 5), torch.rand(2, 5), v)
    tensor([[2., 4.]])
    """
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(
            f"{k.shape[-2]} keys but {v.shape[-2]} values;"
            " each key needs its value"
        )
    return softmax(scores(q, k, scale)) @ v


class SelfAttention(nn.Module):
    """One head: queries, keys and values of the same tokens.

    Weights start with variance 1/d, so that tokens whose entries have
    variance 1 make queries and keys whose entries have variance 1.

    >>> head = SelfAttention(d_model=8, d_k=4, d_v=2)
    >>> head(torch.rand(3, 10, 8)).shape
    torch.Size([3, 10, 2])
    """

    def __init__(self, d_model: int, d_k: int, d_v: int) -> None:
        super().__init__()
        self.w_q, self.w_k, self.w_v = (
            nn.Parameter(torch.randn(d_model, width) / sqrt(d_model))
            for width in (d_k, d_k, d_v)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (..., s, d) in, what each read (..., s, d_v) out."""
        if x.shape[-1] != self.w_q.shape[0]:
            raise ValueError(
                f"tokens are {x.shape[-1]} wide,"
                f" this head was made for {self.w_q.shape[0]}"
            )
        return attention(x @ self.w_q, x @ self.w_k, x @ self.w_v)
