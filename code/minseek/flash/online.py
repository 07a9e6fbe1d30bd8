"""Online softmax: partial results that merge in any order.

A partial result of one row is a maximum m, a sum l = Σ e^(s - m) and a
weighted mean o = Σ e^(s - m) v / l. Together they stand for two plain
sums, W = l e^m and W o, written so that no exponential overflows. To
merge is to add those sums; so merging is associative, commutative and
has an identity: a monoid. The pair (m, l) is due to Milakov and
Gimelshein (2018); FlashAttention (2022) carries o along.

    n query   t key   d head width; scores (n, t), values (t, d)
"""

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import torch
from torch import Tensor


class Stats(NamedTuple):
    """Maximum m and normaliser l of some scores, (n,) each."""

    m: Tensor
    l: Tensor


class Partial(NamedTuple):
    """Attention over some of the keys: m and l (n,), mean o (n, d)."""

    m: Tensor
    l: Tensor
    o: Tensor


def identity(n: int, d: int) -> Partial:
    """No keys yet: no weight, so any output merges unchanged.

    >>> a = partial(torch.tensor([[0.0, 1.0]]), torch.eye(2))
    >>> all(map(torch.equal, a, merge(identity(1, 2), a)))
    True
    """
    empty = torch.full((n,), -torch.inf), torch.zeros(n)
    return Partial(*empty, torch.zeros(n, d))


def stats(scores: Tensor) -> Stats:
    """m and l of one block of scores (n, t).

    >>> stats(torch.tensor([[0.0, 0.0, 0.0]]))
    Stats(m=tensor([0.]), l=tensor([3.]))
    """
    m = scores.amax(-1)
    return Stats(m, (scores - finite(m)[:, None]).exp().sum(-1))


def partial(scores: Tensor, values: Tensor) -> Partial:
    """Attention over one block: scores (n, t), values (t, d).

    >>> partial(torch.zeros(1, 2), torch.tensor([[1.0], [3.0]])).o
    tensor([[2.]])
    """
    m, l = stats(scores)
    p = (scores - finite(m)[:, None]).exp()  # (n, t)
    return Partial(m, l, mean(p @ values, l))


def merge_stats(a: Stats, b: Stats) -> Stats:
    """m and l of two blocks together: put both sums on one maximum.

    >>> one, two = torch.tensor([[0.0, 5.0]]), torch.tensor([[9.0]])
    >>> both = merge_stats(stats(one), stats(two))
    >>> torch.allclose(both.l, stats(torch.cat([one, two], -1)).l)
    True
    """
    m, w_a, w_b = _weigh(a, b)
    return Stats(m, w_a + w_b)


def merge(a: Partial, b: Partial) -> Partial:
    """Attention over two sets of keys, from the two results alone.

    The weights are l e^m, not l and not the number of keys.

    >>> v = torch.tensor([[1.0], [2.0], [9.0]])
    >>> s = torch.tensor([[0.0, 1.0, 2.0]])
    >>> both = merge(partial(s[:, :2], v[:2]), partial(s[:, 2:], v[2:]))
    >>> torch.allclose(both.o, s.softmax(-1) @ v)
    True
    """
    m, w_a, w_b = _weigh(a, b)
    l = w_a + w_b
    total = w_a[:, None] * a.o + w_b[:, None] * b.o
    return Partial(m, l, mean(total, l))


def merge_all(parts: Iterable[Partial]) -> Partial:
    """Fold partial results from the left; a tree gives the same."""
    return reduce(merge, parts)


def _weigh(
    a: Stats | Partial, b: Stats | Partial
) -> tuple[Tensor, Tensor, Tensor]:
    """The common maximum, and both normalisers put on it."""
    m = torch.maximum(a.m, b.m)
    shift = finite(m)
    return m, a.l * (a.m - shift).exp(), b.l * (b.m - shift).exp()


def finite(m: Tensor) -> Tensor:
    """0 in place of -inf, since -inf - (-inf) is not a number."""
    return torch.where(m == -torch.inf, 0.0, m)


def mean(total: Tensor, l: Tensor) -> Tensor:
    """total / l, and 0 where there is no weight to divide by."""
    return torch.where(l[:, None] > 0, total / l[:, None], 0.0)
