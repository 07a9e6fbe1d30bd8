"""A slow memory that counts: what a kernel reads, writes and keeps.

HBM holds named tensors; on chip there are tiles, one per name, in at
most ``sram`` elements. A tile that is loaded or placed takes the place
of the last one of its name, as in a kernel that reuses its buffers.
What is left out: tiles that a kernel does not place, caches between
the two memories, alignment, and time.
"""

from collections import Counter

from torch import Tensor

from minseek.accounting import Accesses

ALL = slice(None)


def blocks(n: int, size: int) -> list[slice]:
    """Split ``n`` rows into blocks of ``size``; the last may be short.

    >>> blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    if size < 1:
        raise ValueError(f"a block of {size} rows covers nothing")
    return [slice(a, min(a + size, n)) for a in range(0, n, size)]


class HBM:
    """Named tensors off chip; each load and store is counted.

    >>> import torch
    >>> hbm = HBM(sram=6, x=torch.arange(8.0).view(4, 2))
    >>> hbm.store("x", slice(0, 2), 10 * hbm.load("x", slice(0, 2)))
    >>> hbm["x"][:, 0].tolist(), hbm.accesses().total, hbm.peak
    ([0.0, 20.0, 4.0, 6.0], 8, 4)
    >>> hbm.load("x")
    Traceback (most recent call last):
    MemoryError: tile x of 8 makes 8 elements on chip, 6 fit
    """

    def __init__(self, sram: int | None = None, **tensors: Tensor):
        self.sram = sram  # elements on chip; None: as many as you like
        self.peak = 0  # the most that lay on chip at once
        self.loads: Counter[str] = Counter()
        self.stores: Counter[str] = Counter()
        self._tensors = dict(tensors)
        self._tiles: dict[str, int] = {}

    def __getitem__(self, name: str) -> Tensor:
        """Look at a whole tensor, uncounted, as a debugger would."""
        return self._tensors[name]

    def allocate(self, name: str, tensor: Tensor) -> None:
        """Put a tensor into slow memory, uncounted.

        The fill is free because a kernel that knows its first round
        skips both the fill and the first load.
        """
        self._tensors[name] = tensor

    def load(self, name: str, rows: slice = ALL) -> Tensor:
        """Copy rows onto the chip."""
        tile = self._tensors[name][rows].clone()
        self.loads[name] += tile.numel()
        return self.place(name, tile)

    def store(self, name: str, rows: slice, tile: Tensor) -> None:
        """Copy a tile back into its rows."""
        self._tensors[name][rows] = tile
        self.stores[name] += tile.numel()

    def place(self, name: str, tile: Tensor) -> Tensor:
        """Keep a tile on chip, in the place of the last of its name."""
        self._tiles[name] = tile.numel()
        used = sum(self._tiles.values())
        if self.sram is not None and used > self.sram:
            raise MemoryError(
                f"tile {name} of {tile.numel()} makes {used} elements "
                f"on chip, {self.sram} fit"
            )
        self.peak = max(self.peak, used)
        return tile

    def clear(self) -> None:
        """Empty the chip, as the end of a kernel does."""
        self._tiles.clear()

    def accesses(self) -> Accesses:
        """Elements loaded and stored so far."""
        both, rank = self.loads + self.stores, self._tensors
        vectors = sum(n for t, n in both.items() if rank[t].ndim == 1)
        return Accesses(both.total() - vectors, vectors)
