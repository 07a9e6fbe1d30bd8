"""Tables of counts: the simplest language models, and a bar for others.

A table of order n says how often each byte followed the n bytes before
it. Where a table has seen little it trusts the next shorter one, and
the shortest gives every byte a little.
"""

import torch
from torch import Tensor


def spelled(text: Tensor, n: int) -> Tensor:
    """What the n bytes before each place spell, as one number.

    >>> spelled(torch.tensor([1, 2, 3, 4]), 2).tolist()  # before 3, 4
    [258, 515]
    """
    last = len(text) - 1
    parts = [text[n - 1 - i : last - i] * 256**i for i in range(n)]
    return torch.stack(parts).sum(0)


def table_loss(
    known: Tensor, exam: Tensor, order: int, trust: float = 5.0
) -> float:
    """Loss per byte of ``exam`` by the counts of ``known``, in nats.

    The shorter table counts as much as ``trust`` bytes seen here.

    >>> known = torch.tensor([*b"ab" * 200])
    >>> [round(table_loss(known, known[:9], n), 1) for n in (0, 1)]
    [0.8, 0.0]
    """
    shares = known.bincount(minlength=256) + 0.1
    shares = (shares / shares.sum()).expand(len(exam) - order, 256)
    for n in range(1, order + 1):
        at = spelled(known, n), known[n:]
        table = torch.zeros(256**n, 256)
        table.index_put_(at, torch.ones(len(at[0])), accumulate=True)
        seen = table[spelled(exam, n)[order - n :]]
        shares = seen + trust * shares
        shares = shares / shares.sum(1, keepdim=True)
    right = shares.gather(1, exam[order:, None])
    return -right.log().mean().item()
