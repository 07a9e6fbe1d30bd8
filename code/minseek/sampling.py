"""Sampling: one token from a row of logits.

``probabilities`` shapes the distribution and ``sample`` draws from it.
Three ways to shape it, in the order in which they are applied:

    temperature   divide logits by τ: below 1 sharper, 0 is greedy
    top-k         keep the k likeliest tokens
    top-p         keep the fewest likeliest tokens that together have
                  at least probability p

The kept tokens share the whole probability in their old proportions.
Logits are (..., vocabulary).
"""

import torch
from torch import Tensor


def greedy(logits: Tensor) -> Tensor:
    """The likeliest token; of several, the first.

    >>> greedy(torch.tensor([[0.0, 2.0, 1.0], [3.0, 3.0, 0.0]]))
    tensor([1, 0])
    """
    check_logits(logits)
    return logits.argmax(-1)


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """All but the k largest become -inf; ties with the k-th stay.

    >>> keep_top_k(torch.tensor([0.0, 2.0, 1.0]), 2)
    tensor([-inf, 2., 1.])
    """
    if k < 1:
        raise ValueError(
            f"top-k keeps {k} tokens; at least 1 is needed"
        )
    least = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < least, -torch.inf)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """Keep the likeliest tokens, until they have probability p.

    A token stays if those before it have less than p:

    >>> half, third, sixth = torch.tensor([1 / 2, 1 / 3, 1 / 6]).log()
    >>> keep_top_p(torch.stack([sixth, half, third]), 0.6)
    tensor([   -inf, -0.6931, -1.0986])
    """
    if not 0 < p <= 1:
        raise ValueError(f"top-p is {p}; it has to be in (0, 1]")
    order = logits.argsort(dim=-1, descending=True, stable=True)
    likely = logits.gather(-1, order).softmax(-1)
    dropped = likely.cumsum(-1) - likely >= p
    unsorted = torch.zeros_like(dropped).scatter(-1, order, dropped)
    return logits.masked_fill(unsorted, -torch.inf)


def probabilities(
    logits: Tensor,
    temperature: float = 1.0,
    k: int | None = None,
    p: float | None = None,
) -> Tensor:
    """The distribution that a token is drawn from.

    >>> logits = torch.tensor([1.0, 2.0, 3.0])
    >>> probabilities(logits, temperature=0)
    tensor([0., 0., 1.])
    >>> probabilities(logits, temperature=0.5, k=2)
    tensor([0.0000, 0.1192, 0.8808])
    """
    if not 0 <= temperature < torch.inf:
        raise ValueError(
            f"temperature is {temperature}; it has to be at least 0"
        )
    if temperature < torch.finfo(logits.dtype).tiny:  # as good as 0
        best = greedy(logits)[..., None]
        return torch.zeros_like(logits).scatter(-1, best, 1)
    check_logits(logits)
    # From the largest down, so that no small divisor overflows.
    logits = (logits - logits.amax(-1, keepdim=True)) / temperature
    if k is not None:
        logits = keep_top_k(logits, k)
    if p is not None:
        logits = keep_top_p(logits, p)
    return logits.softmax(-1)


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    k: int | None = None,
    p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """A token per row, drawn from ``probabilities``.

    >>> sample(torch.tensor([[0.0, 9.0], [9.0, 0.0]]), p=0.5)
    tensor([1, 0])
    """
    q = probabilities(logits, temperature, k, p)
    rows = q.reshape(-1, q.shape[-1])
    drawn = torch.multinomial(rows, 1, generator=generator)
    return drawn.view(q.shape[:-1])


def check_logits(logits: Tensor) -> None:
    """Refuse rows that are no distribution, before one is drawn.

    >>> check_logits(torch.tensor([[0.0, 1.0], [torch.nan, 1.0]]))
    Traceback (most recent call last):
    ValueError: 1 of 2 rows of logits have NaN, +inf or no finite entry
    """
    most = logits.amax(-1)  # NaN where there is one
    if bad := int((~most.isfinite()).sum()):
        raise ValueError(
            f"{bad} of {most.numel()} rows of logits have NaN, +inf"
            " or no finite entry"
        )
