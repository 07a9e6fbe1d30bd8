"""Balance: keep experts from starving, by a loss or by a bias.

A router that finds one expert useful sends it more tokens, so that it
learns more and becomes more useful. Two remedies. A loss adds the
product of how often an expert is chosen (f, which has no gradient) and
how much it is wished for (P, which has): smallest when all are equal,
and 1 then. A bias per expert is moved against its load after each
step, outside of the gradient, so that it disturbs no learning (V3).

Axis letters: b sequence, s token, e expert, g group, k chosen. Losses
come without their factor α. Choices (b, s, k) come from the router.
"""

import torch
from torch import Tensor


def load(expert: Tensor, n_experts: int) -> Tensor:
    """How many choices fell on each expert, (e,).

    >>> load(torch.tensor([[0, 2], [2, 3]]), 4)
    tensor([1, 0, 2, 1])
    """
    return torch.bincount(expert.flatten(), minlength=n_experts)


def max_violation(load: Tensor) -> float:
    """MaxVio: by what share the busiest expert exceeds the mean.

    (Wang et al., Auxiliary-Loss-Free Load Balancing, equation 4.)

    >>> max_violation(torch.tensor([10, 10, 10, 30]))
    1.0
    """
    mean = load.double().mean()
    return ((load.max() - mean) / mean).item()


def step_bias(bias: Tensor, load: Tensor, rate: float) -> Tensor:
    """Raise the bias of each expert below the mean load, lower others.

    All by the same ``rate`` (γ in V3, section 2.1.2):

    >>> step_bias(torch.zeros(3), torch.tensor([9, 5, 1]), 0.001)
    tensor([-0.0010,  0.0000,  0.0010])
    """
    mean = load.double().mean()
    return bias + rate * torch.sign(mean - load).to(bias)


def frequency(expert: Tensor, n_experts: int) -> Tensor:
    """f: load of each expert, with 1 for an even share.

    >>> frequency(torch.tensor([[0, 2], [2, 3]]), 4)
    tensor([1., 0., 2., 1.])
    """
    count = load(expert, n_experts)
    return count * (n_experts / expert.numel())


def balance_loss(scores: Tensor, expert: Tensor) -> Tensor:
    """Σ f P over experts, P the mean score (DeepSeek-V2, 2.2.3).

    Top-1 of softmax scores makes it Switch's loss (its equation 4).
    Even scores cost 1, one expert for all tokens costs e:

    >>> balance_loss(torch.full((4, 4), 0.25), torch.arange(4)[:, None])
    tensor(1.)
    >>> one = torch.tensor([[1.0, 0.0, 0.0, 0.0]]).expand(4, 4)
    >>> balance_loss(one, torch.zeros(4, 1, dtype=torch.long))
    tensor(4.)
    """
    n_experts = scores.shape[-1]
    p = scores.flatten(0, -2).mean(0)
    return (frequency(expert, n_experts) * p).sum()


def sequence_loss(scores: Tensor, expert: Tensor) -> Tensor:
    """The mean over sequences of the balance loss of each alone.

    (b, s, e) scores are first made to sum to 1 (V3, equations 17 to
    20). Sequences that use one expert each are balanced in the batch,
    and still cost as much as they can:

    >>> expert = torch.tensor([[[0], [0]], [[1], [1]]])
    >>> scores = torch.eye(2)[expert.squeeze(-1)]
    >>> balance_loss(scores, expert), sequence_loss(scores, expert)
    (tensor(1.), tensor(2.))
    """
    share = scores / scores.sum(-1, keepdim=True)
    pairs = zip(share, expert, strict=True)
    return torch.stack([balance_loss(p, i) for p, i in pairs]).mean()


def device_loss(
    scores: Tensor, expert: Tensor, n_groups: int
) -> Tensor:
    """Σ f' P' over devices with a group of experts each (V2, 2.2.3).

    f' is the mean of f in the group, P' the sum of P: even work among
    devices is enough, whoever does it there.

    >>> expert = torch.tensor([[0], [2]])  # two experts on each device
    >>> scores = torch.eye(4)[expert.squeeze(-1)]
    >>> balance_loss(scores, expert), device_loss(scores, expert, 2)
    (tensor(2.), tensor(1.))
    """
    f = frequency(expert, scores.shape[-1]).view(n_groups, -1)
    p = scores.flatten(0, -2).mean(0).view(n_groups, -1)
    return (f.mean(1) * p.sum(1)).sum()


def traffic_loss(
    scores: Tensor, expert: Tensor, n_groups: int, k_groups: int
) -> Tensor:
    """Σ f'' P'' over devices; f'' counts tokens received (V2, 2.2.3).

    Two experts of one device need the token there only once, so this
    balances what the network carries.

    >>> expert = torch.tensor([[0, 1], [2, 3]])
    >>> scores = torch.full((2, 4), 0.25)
    >>> traffic_loss(scores, expert, n_groups=2, k_groups=1)
    tensor(1.)
    """
    n_experts = scores.shape[-1]
    group = expert.flatten(0, -2) // (n_experts // n_groups)  # (s, k)
    sent = torch.zeros(len(group), n_groups).to(scores)  # (s, g)
    f = sent.scatter(1, group, 1.0).mean(0) * (n_groups / k_groups)
    p = scores.flatten(0, -2).mean(0).view(n_groups, -1)
    return (f * p.sum(1)).sum()
