"""What training lowers: the surprise at each next token, and balance.

With MTP a position answers for several tokens, each depth with a loss
of its own. Axis letters: b batch, s position, v vocabulary.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from minseek.model import Model
from minseek.moe import Routing


def mtp_losses(
    model: Model, tokens: Tensor, routings: list[Routing] | None = None
) -> list[Tensor]:
    """Cross-entropy of each depth: 0 the model's own, then MTP's.

    Depth k says, from each of ``tokens`` (b, s), the one k + 1 ahead
    (equation 24); the last k + 1 tokens have nothing to say.
    """
    if tokens.shape[1] < model.cfg.n_mtp + 2:
        raise ValueError(
            f"{tokens.shape[1]} tokens are too few for"
            f" {model.cfg.n_mtp} MTP modules; at least"
            f" {model.cfg.n_mtp + 2} are needed"
        )
    h = model.hidden(tokens[:, :-1], routings=routings)
    losses = [loss(model.head(h), tokens[:, 1:])]
    for k, module in enumerate(model.mtp, 1):
        ahead = model.embedding(tokens[:, k:-1])
        h = module(h[:, :-1], ahead, routings)
        losses.append(loss(model.head(h), tokens[:, k + 1 :]))
    return losses


def loss(logits: Tensor, tokens: Tensor) -> Tensor:
    """Mean cross-entropy of ``tokens`` (b, s) under (b, s, v)."""
    return F.cross_entropy(logits.flatten(0, 1), tokens.flatten())


def total(losses: list[Tensor], weight: float) -> Tensor:
    """The model's loss and λ times the mean of MTP's (equation 25).

    >>> total([torch.tensor(2.0), torch.tensor(3.0)], weight=0.5)
    tensor(3.5000)
    """
    if len(losses) == 1:
        return losses[0]
    return losses[0] + weight * torch.stack(losses[1:]).mean()
