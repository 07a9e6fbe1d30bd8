"""Mixture of experts: many feed-forward layers, few used per token.

    y = Σ over chosen i of g_i E_i(x)   +   shared experts(x)

Parameters grow with the number of experts e, work per token only with
the k chosen. ``experts_plain`` is that sum as it is written; it asks
every expert about every token. ``experts_grouped`` sorts the choices
by expert first, so that each works once, on its own tokens. Neither
drops a token; ``minseek.capacity`` shows how tokens are dropped.

Axis letters: s token, e expert, k chosen, d model, f inside an expert.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from minseek.checks import check_width
from minseek.config import MoEConfig
from minseek.ffn import SwiGLU, swiglu
from minseek.router import Router


class Routing(NamedTuple):
    """What a router decided for (..., s) tokens; balance reads it."""

    scores: Tensor  # (..., s, e)
    expert: Tensor  # (..., s, k)


class Experts(NamedTuple):
    """Weights of e SwiGLU layers: (e, f, d), (e, f, d), (e, d, f)."""

    gate: Tensor
    up: Tensor
    down: Tensor


def experts_plain(
    x: Tensor, expert: Tensor, weight: Tensor, w: Experts
) -> Tensor:
    """The definition: all experts for all tokens, most times zero."""
    up = torch.einsum("sd,efd->sef", x, w.up)
    gate = torch.einsum("sd,efd->sef", x, w.gate)
    y = torch.einsum("sef,edf->sed", F.silu(gate) * up, w.down)
    g = torch.zeros(len(x), len(w.up)).to(x).scatter(1, expert, weight)
    return torch.einsum("sed,se->sd", y, g)


def experts_grouped(
    x: Tensor, expert: Tensor, weight: Tensor, w: Experts
) -> Tensor:
    """The same sum, expert by expert: e matrix products, none dropped.

    >>> x, g = torch.rand(9, 4), torch.rand(9, 2)
    >>> w = Experts(*torch.rand(2, 5, 3, 4), torch.rand(5, 4, 3))
    >>> i = torch.stack([torch.arange(9) % 5, torch.arange(9) % 3 + 2])
    >>> plain = experts_plain(x, i.T, g, w)
    >>> torch.allclose(plain, experts_grouped(x, i.T, g, w))
    True
    """
    k = expert.shape[-1]
    order = expert.flatten().argsort(stable=True)  # choices by expert
    token = order // k
    count = torch.bincount(expert.flatten(), minlength=len(w.up))
    blocks = x[token].split(count.tolist())
    y = [
        swiglu(x_i, *w_i) for x_i, *w_i in zip(blocks, *w, strict=True)
    ]
    weighted = torch.cat(y) * weight.flatten()[order, None]
    return torch.zeros_like(x).index_add(0, token, weighted)


class MoE(nn.Module):
    """Routed experts, chosen per token, and shared ones for all.

    >>> cfg = MoEConfig(d_model=8, n_experts=6, n_shared=1, k=2,
    ...     d_expert=4, score="sigmoid", normalise=True)
    >>> routings: list[Routing] = []
    >>> MoE(cfg)(torch.rand(2, 5, 8), routings).shape
    torch.Size([2, 5, 8])
    >>> routings[0].expert.shape
    torch.Size([2, 5, 2])
    """

    def __init__(self, cfg: MoEConfig) -> None:
        super().__init__()
        d, f, e = cfg.d_model, cfg.d_expert, cfg.n_experts
        self.router = Router(cfg)
        self.gate = nn.Parameter(torch.randn(e, f, d) * d**-0.5)
        self.up = nn.Parameter(torch.randn(e, f, d) * d**-0.5)
        self.down = nn.Parameter(torch.randn(e, d, f) * f**-0.5)
        self.shared = (
            SwiGLU(d, f * cfg.n_shared) if cfg.n_shared else None
        )

    def forward(
        self, x: Tensor, routings: list[Routing] | None = None
    ) -> Tensor:
        """(..., d) to (..., d); ``routings`` gets what was decided."""
        check_width(x, self.gate.shape[-1])
        scores, expert, weight = self.router(x)
        if routings is not None:
            routings.append(Routing(scores, expert))
        w = Experts(self.gate, self.up, self.down)
        flat = x.reshape(-1, x.shape[-1])
        expert, weight = (
            i.reshape(len(flat), -1)
            for i in (expert, weight.to(x.dtype))
        )
        y = experts_grouped(flat, expert, weight, w).view_as(x)
        return y if self.shared is None else y + self.shared(x)
