"""Speculative decoding: a cheap draft guesses, the model checks.

One pass of the model over γ guessed tokens costs about as much as over
one, since reading the weights is what takes the time. Each guess x ~ q
is kept with probability min(1, p(x)/q(x)); at the first rejection one
token is drawn from what q left uncovered, and if all are kept, one
more is drawn from p. The tokens are then distributed as if p had been
sampled alone, whatever q is (Leviathan et al., section 2.3): a bad
draft costs time, never quality.

Axis letters: s position, v vocabulary. γ guesses are ``len(guess)``.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from minseek.sampling import probabilities

Target = Callable[[Tensor], Tensor]  # tokens (s,) -> logits (s, v)
# tokens (s,), γ -> guesses (γ,) and the distributions they are from
Draft = Callable[[Tensor, int], tuple[Tensor, Tensor]]


def draw(p: Tensor, rng: Generator | None = None) -> Tensor:
    """One token of each distribution (..., v)."""
    token = p.reshape(-1, p.shape[-1]).multinomial(1, generator=rng)
    return token.view(p.shape[:-1])


def residual(p: Tensor, q: Tensor) -> Tensor:
    """What to draw from after a rejection: max(0, p − q), normalised.

    Kept guesses and this make p again, token by token:

    >>> p, q = torch.tensor([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])
    >>> kept = torch.minimum(p, q)
    >>> kept + (1 - kept.sum()) * residual(p, q)
    tensor([0.5000, 0.2500, 0.2500])
    """
    left = (p - q).clamp(min=0)
    return left / left.sum(-1, keepdim=True)


def verify(
    p: Tensor, q: Tensor, guess: Tensor, rng: Generator | None = None
) -> Tensor:
    """The guesses kept and one more token: 1 to γ + 1 of them.

    ``q`` (γ, v) is what ``guess`` (γ,) was drawn from; ``p`` (γ+1, v)
    is what the model says at the same places and at the next one.

    >>> p = torch.tensor([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    >>> verify(p, p[:2], torch.tensor([1, 0]))  # a perfect draft
    tensor([1, 0, 1])
    >>> verify(p, 1 - p[:2], torch.tensor([0, 1]))  # always wrong
    tensor([1])
    """
    if len(p) != len(guess) + 1 or q.shape != p[:-1].shape:
        raise ValueError(
            f"{len(guess)} guesses need as many rows of q and one more"
            f" of p; q is {tuple(q.shape)} and p is {tuple(p.shape)}"
        )
    x = guess[:, None]
    ratio = (p[:-1].gather(1, x) / q.gather(1, x)).squeeze(1)
    chance = torch.rand(len(guess), generator=rng)
    kept = int((chance.to(ratio) < ratio).int().cumprod(0).sum())
    rest = p[kept] if kept == len(guess) else residual(p[kept], q[kept])
    return torch.cat([guess[:kept], draw(rest[None], rng)])


def decode(
    target: Target,
    draft: Draft,
    tokens: Tensor,
    n: int,
    gamma: int,
    temperature: float = 1.0,
    rng: Generator | None = None,
) -> tuple[Tensor, int]:
    """``n`` more tokens after ``tokens``, and the passes they took.

    A draft that knows the next γ tokens saves γ passes of γ + 1:

    >>> count = lambda x: torch.eye(9)[(x + 1) % 9].log().clamp(-99)
    >>> def draft(x, gamma):
    ...     guess = (x[-1] + 1 + torch.arange(gamma)) % 9
    ...     return guess, torch.eye(9)[guess]
    >>> decode(count, draft, torch.tensor([0]), n=8, gamma=3)
    (tensor([0, 1, 2, 3, 4, 5, 6, 7, 8]), 2)
    """
    end, passes = len(tokens) + n, 0
    while len(tokens) < end:
        guess, q = draft(tokens, gamma)
        logits = target(torch.cat([tokens, guess]))[len(tokens) - 1 :]
        p = probabilities(logits, temperature)
        tokens = torch.cat([tokens, verify(p, q, guess, rng)])
        passes += 1
    return tokens[:end], passes


def drafter(
    model: Target,
    temperature: float = 1.0,
    rng: Generator | None = None,
) -> Draft:
    """A draft that is a smaller model: it samples γ tokens in turn."""

    def draft(tokens: Tensor, gamma: int) -> tuple[Tensor, Tensor]:
        start, q = len(tokens), []
        for _ in range(gamma):
            q.append(probabilities(model(tokens)[-1], temperature))
            tokens = torch.cat([tokens, draw(q[-1][None], rng)])
        return tokens[start:], torch.stack(q)

    return draft
