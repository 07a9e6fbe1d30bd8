"""Routing: each token chooses the experts that may compute for it.

Every expert has a centroid of the token's width. The inner product of
the two, made positive, is the expert's score; the k best experts are
chosen, and their scores weigh their outputs. Published models differ
in four places, which are four arguments here:

    score     softmax (V2), sigmoid (V3) or sqrtsoftplus (V4)
    groups    experts of the best groups only, so that a token meets few
              nodes; a group counts its best expert (V2) or two (V3)
    bias      added to rank, never to weigh; balances the load (V3)
    weights   as they are (V2), or made to sum to 1 (V3), times a scale

Axis letters: s token, e expert, g group, k chosen, d model.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from minseek.config import MoEConfig

SCORES = {
    "softmax": lambda z: z.softmax(-1),
    "sigmoid": torch.sigmoid,
    "sqrtsoftplus": lambda z: F.softplus(z).sqrt(),
}


def group_mask(
    ranked: Tensor, n_groups: int, k_groups: int, group_score: str
) -> Tensor:
    """Which experts (s, e) lie in the ``k_groups`` best groups.

    The best expert is in group 0, the best pair in group 1:

    >>> ranked = torch.tensor([[0.9, 0.0, 0.6, 0.5]])
    >>> group_mask(ranked, 2, 1, "max").int()
    tensor([[1, 1, 0, 0]], dtype=torch.int32)
    >>> group_mask(ranked, 2, 1, "top2").int()
    tensor([[0, 0, 1, 1]], dtype=torch.int32)
    """
    grouped = ranked.unflatten(-1, (n_groups, -1))  # (s, g, e/g)
    best = grouped.topk(2 if group_score == "top2" else 1).values
    chosen = best.sum(-1).topk(k_groups).indices
    keep = torch.zeros_like(grouped[..., 0]).scatter(-1, chosen, 1)
    return keep.bool()[..., None].expand_as(grouped).flatten(-2)


def route(
    scores: Tensor,
    k: int,
    bias: Tensor | None = None,
    n_groups: int = 1,
    k_groups: int = 1,
    group_score: str = "max",
) -> tuple[Tensor, Tensor]:
    """Choose k experts per token: their numbers and scores, (s, k).

    A bias decides who is chosen; the score stays what it was:

    >>> scores = torch.tensor([[0.5, 0.4, 0.3]])
    >>> route(scores, 1)
    (tensor([[0]]), tensor([[0.5000]]))
    >>> route(scores, 1, bias=torch.tensor([0.0, 0.0, 9.0]))
    (tensor([[2]]), tensor([[0.3000]]))
    """
    if bad := int(scores.isnan().any(-1).sum()):
        raise ValueError(
            f"{bad} of {scores[..., 0].numel()} tokens have NaN scores;"
            " their hidden states or the centroids are NaN or infinite"
        )
    ranked = scores if bias is None else scores + bias
    if k_groups < n_groups:
        keep = group_mask(ranked, n_groups, k_groups, group_score)
        ranked = ranked.masked_fill(~keep, -torch.inf)
    expert = ranked.topk(k).indices
    return expert, scores.gather(-1, expert)


class Router(nn.Module):
    """Centroids of the experts, and the bias that keeps them balanced.

    >>> cfg = MoEConfig(d_model=8, n_experts=6, n_shared=1, k=2,
    ...     d_expert=4, score="sigmoid", normalise=True, scale=2.5)
    >>> scores, expert, weight = Router(cfg)(torch.rand(5, 8))
    >>> scores.shape, expert.shape
    (torch.Size([5, 6]), torch.Size([5, 2]))
    >>> torch.allclose(weight.sum(-1), torch.tensor(2.5))
    True
    """

    bias: Tensor | None

    def __init__(self, cfg: MoEConfig) -> None:
        super().__init__()
        self.cfg = cfg
        self.centroid = nn.Parameter(
            torch.randn(cfg.n_experts, cfg.d_model) * cfg.d_model**-0.5
        )
        # A buffer: load moves it, gradients do not.
        bias = torch.zeros(cfg.n_experts) if cfg.has_bias else None
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores (..., e), chosen experts and weights (..., k).

        In float32 whatever x is: a rounded score changes who is chosen.
        """
        cfg = self.cfg
        logits = x.float() @ self.centroid.float().T
        scores = SCORES[cfg.score](logits)
        expert, weight = route(
            scores,
            cfg.k,
            self.bias,
            cfg.n_groups,
            cfg.k_groups,
            cfg.group_score,
        )
        if cfg.normalise:
            weight = weight / (weight.sum(-1, keepdim=True) + 1e-20)
        return scores, expert, weight * cfg.scale
