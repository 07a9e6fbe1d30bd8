"""A paged cache: rows in pages of a pool that many sequences share.

Room for the longest text, reserved for each sequence, is mostly empty.
Here a sequence takes a page of rows when it needs one and gives it
back at the end, so that it wastes less than a page (Kwon et al., 2023).
A table per sequence says which page holds which positions. Left out:
sharing the pages of a common beginning.

    b batch   s new position   t cached position
"""

from collections.abc import Sequence
from math import ceil

import torch
from torch import Tensor

from minseek.cache import Shape, check_rewind, check_rows


class Pool:
    """Pages of ``page`` rows of each shape, lent to sequences."""

    def __init__(
        self,
        shapes: Sequence[Shape],
        pages: int,
        page: int,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        if page < 1:
            raise ValueError(f"a page of {page} rows holds nothing")
        self.rows = [
            torch.zeros(pages, page, *shape, dtype=dtype)
            for shape in shapes
        ]
        self.page = page
        self.free = list(range(pages))

    def take(self, count: int) -> list[int]:
        """Numbers of ``count`` free pages, the last returned first."""
        if count > len(self.free):
            raise MemoryError(
                f"{count} pages asked, {len(self.free)} of"
                f" {len(self.rows[0])} are free"
            )
        return [self.free.pop() for _ in range(count)]


class PagedCache:
    """A cache whose rows lie in pages of a pool, found by a table.

    >>> pool = Pool([(4,), (2,)], pages=3, page=2)
    >>> cache = PagedCache(pool, batch=1)
    >>> c, k_rope = torch.rand(1, 3, 4), torch.rand(1, 3, 2)
    >>> torch.equal(cache.append(c, k_rope)[0], c)
    True
    >>> len(pool.free)  # 3 rows take 2 pages
    1
    >>> cache.rewind(0)
    >>> len(pool.free)
    3
    """

    def __init__(self, pool: Pool, batch: int) -> None:
        self.pool = pool
        self.table: list[list[int]] = [[] for _ in range(batch)]
        self.len = 0

    def append(self, *new: Tensor) -> tuple[Tensor, ...]:
        """Write rows (b, s, …) behind the last; a copy of all so far.

        A kernel would read through the table and copy nothing.
        """
        page, stored = self.pool.page, self.pool.rows
        end = self.len + check_rows(stored, new, len(self.table))
        self._grow(end)
        pos = torch.arange(self.len, end)
        table = torch.tensor(self.table)  # (b, pages)
        for rows, more in zip(stored, new, strict=True):
            rows[table[:, pos // page], pos % page] = more.detach()
        self.len = end
        return tuple(r[table].flatten(1, 2)[:, :end] for r in stored)

    def rewind(self, length: int) -> None:
        """Forget all but the first positions; return unused pages."""
        check_rewind(length, self.len)
        keep = ceil(length / self.pool.page)
        for pages in self.table:
            self.pool.free += pages[keep:]
            del pages[keep:]
        self.len = length

    def _grow(self, length: int) -> None:
        """Take the pages that ``length`` positions need, or none."""
        short = ceil(length / self.pool.page) - len(self.table[0])
        taken = self.pool.take(short * len(self.table))
        for i, pages in enumerate(self.table):
            pages += taken[i * short : (i + 1) * short]
