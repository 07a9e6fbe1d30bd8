"""Multi-head attention as a layer, by the formula and no more.

Project, split into heads, let each head read, join, project back
(Vaswani et al., section 3.2.2). The mask is an argument and no part of
the layer, so nothing of it is stored with the weights. Left out here:
positions, shared keys and the cache, which are in ``minseek.grouped``.

    b batch   h head   s query position   t key position   d model
"""

from torch import Tensor, nn

from minseek.causal import weights
from minseek.checks import check_width
from minseek.heads import join, split


class MultiHeadAttention(nn.Module):
    """Heads of width d_head, which need not add up to d_model.

    >>> import torch
    >>> from minseek.heads import causal_mask
    >>> layer, x = MultiHeadAttention(12, 3, 8), torch.rand(2, 5, 12)
    >>> layer(x, causal_mask(5, 5)).shape, layer.q.weight.shape
    (torch.Size([2, 5, 12]), torch.Size([24, 12]))
    """

    def __init__(self, d_model: int, n_heads: int, d_head: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        width = n_heads * d_head
        self.q = nn.Linear(d_model, width, bias=False)
        self.k = nn.Linear(d_model, width, bias=False)
        self.v = nn.Linear(d_model, width, bias=False)
        self.out = nn.Linear(width, d_model, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Tokens (..., s, d) in and out; mask (s, t) True: may look."""
        check_width(x, self.q.in_features)
        q, k, v = (  # (..., h, s, d_head)
            split(project(x), self.n_heads)
            for project in (self.q, self.k, self.v)
        )
        return self.out(join(weights(q, k, mask) @ v))
