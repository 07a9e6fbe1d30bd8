"""Caches: what a layer keeps of earlier tokens while it decodes.

A layer keeps a row per token: its keys and values, or in latent
attention the latent and the shared rope key. A cache does not know
which: it holds tensors (b, t, …) of which ``len`` positions are filled.
``Cache`` reserves room for the longest text it may ever see; in
``minseek.paged`` sequences share a pool.

The caller owns the cache, makes one for each layer, and may set it
back. Gradients do not pass: a cache is for inference.

    b batch   s new position   t cached position
"""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

Shape = tuple[int, ...]


class LayerCache(Protocol):
    """What a layer asks of a cache, however its rows are stored."""

    len: int

    def append(self, *new: Tensor) -> tuple[Tensor, ...]:
        """Write rows (b, s, …) behind the last; all rows so far."""

    def rewind(self, length: int) -> None:
        """Forget all but the first ``length`` positions."""


def check_rows(
    rows: Sequence[Tensor], new: Sequence[Tensor], batch: int
) -> int:
    """How many positions ``new`` has, if it fits ``rows``."""
    length = new[0].shape[1] if new else 0
    wanted = [(batch, length, *r.shape[2:]) for r in rows]
    if (got := [tuple(n.shape) for n in new]) != wanted:
        raise ValueError(f"rows are {got}, this cache keeps {wanted}")
    if types := {n.dtype for n in new} - {rows[0].dtype}:
        raise ValueError(
            f"rows are {types.pop()}, this cache keeps {rows[0].dtype}"
        )
    return length


def check_rewind(length: int, filled: int) -> None:
    """Refuse to keep positions that were never filled."""
    if not 0 <= length <= filled:
        raise ValueError(
            f"rewind to {length} of {filled} cached positions"
        )


class Cache:
    """Contiguous room for ``room`` rows of each shape, per sequence.

    ``Cache(cfg.cache_shapes, …)`` fits the layer of that cfg.

    >>> cache = Cache([(2, 4), (2, 4)], batch=1, room=5)
    >>> k, v = torch.rand(2, 1, 4, 2, 4)
    >>> _ = cache.append(k[:, :3], v[:, :3])
    >>> torch.equal(cache.append(k[:, 3:], v[:, 3:])[0], k), cache.len
    (True, 4)
    """

    def __init__(
        self,
        shapes: Sequence[Shape],
        batch: int,
        room: int,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.rows = [
            torch.zeros(batch, room, *shape, dtype=dtype)
            for shape in shapes
        ]
        self.room = room
        self.len = 0

    def append(self, *new: Tensor) -> tuple[Tensor, ...]:
        """Write rows (b, s, …) behind the last; all rows so far."""
        end = self.len + check_rows(self.rows, new, len(self.rows[0]))
        if end > self.room:
            raise IndexError(
                f"cache holds {self.room} positions,"
                f" position {end - 1} asked"
            )
        for rows, more in zip(self.rows, new, strict=True):
            rows[:, self.len : end] = more.detach()
        self.len = end
        return tuple(rows[:, :end] for rows in self.rows)

    def rewind(self, length: int) -> None:
        """Forget all but the first ``length`` positions."""
        check_rewind(length, self.len)
        self.len = length
