"""What speculative decoding gains: from two numbers, α and γ.

α is the probability that the model keeps a guess, γ how many guesses
it checks in one pass. If guesses are kept independently, tokens per
pass are the capped geometric series of Leviathan et al.; numbers of
equations below are theirs.
"""

import torch
from torch import Tensor


def acceptance(p: Tensor, q: Tensor) -> Tensor:
    """α: the probability to keep a guess, Σ min(p, q) (Corollary 3.6).

    >>> acceptance(torch.tensor([0.5, 0.5]), torch.tensor([0.75, 0.25]))
    tensor(0.7500)
    """
    return torch.minimum(p, q).sum(-1)


def tokens_per_pass(alpha: float, gamma: int) -> float:
    """Mean tokens of one pass, if each guess is kept with α (Eq. 1).

    One guess kept 85% of the time nearly doubles them:

    >>> round(tokens_per_pass(0.85, 1), 3)
    1.85
    """
    return sum(alpha**i for i in range(gamma + 1))


def speedup(alpha: float, gamma: int, cost: float) -> float:
    """Gain in time, if a guess costs ``cost`` passes (Theorem 3.8).

    >>> round(speedup(0.85, gamma=4, cost=0.05), 2)
    3.09
    """
    return tokens_per_pass(alpha, gamma) / (gamma * cost + 1)
