"""Who works: blocks of threads for the multiprocessors of a chip.

Standard library only. A kernel's grid is a number of equal workers. A
multiprocessor (SM) holds as many as its shared memory allows, and the
chip works through the grid in waves; the last one is rarely full.
Left out: registers, L2, and that a lone worker may run faster.
"""

from math import ceil

FILLED = 0.8  # of the SMs: enough, keys need no splitting
NEARLY_BEST = 0.85  # of the best efficiency: take the fewest splits
MOST_SPLITS = 128


def fa1_workers(batch: int, heads: int) -> int:
    """FlashAttention: one per head (FlashAttention-2, section 3.2).

    >>> fa1_workers(batch=1, heads=16) / 108  # share of an A100 busy
    0.14814814814814814
    """
    return batch * heads


def fa2_workers(batch: int, heads: int, n: int, block: int) -> int:
    """FlashAttention-2: one per head and block of rows.

    Blocks of queries forward, blocks of keys backward.

    >>> fa2_workers(batch=1, heads=16, n=8192, block=128)
    1024
    """
    _positive(block, "rows in a block")
    return batch * heads * ceil(n / block)


def resident(needed: int, available: int) -> int:
    """Workers that fit on one SM with ``available`` shared memory.

    >>> tile = (128 + 2 * 64) * 128 * 2  # bytes of Q_i, K_j and V_j
    >>> resident(tile, 164 * 1024)
    2
    """
    if needed > available:
        raise ValueError(
            f"a worker needs {needed} bytes, an SM has {available}"
        )
    return available // needed


def efficiency(workers: int, slots: int) -> float:
    """Share of the waves' slots that have work.

    >>> [round(efficiency(48 * s, 108), 2) for s in (1, 2, 3)]
    [0.44, 0.89, 0.67]
    """
    _positive(workers, "workers")
    return workers / (ceil(workers / slots) * slots)


def splits(tiles: int, slots: int, key_blocks: int) -> int:
    """Into how many shares to split the keys of a decoding step.

    The fewest that come within 85% of the best efficiency, as the
    released kernels choose (hopper/heuristics.h); more would only add
    partial results to write and merge. Their rule for caches beyond
    the L2 is left out.

    >>> splits(tiles=48, slots=108, key_blocks=64)
    2
    """
    if tiles >= FILLED * slots or key_blocks <= 4:
        return 1
    most = min(MOST_SPLITS, slots, key_blocks)
    of = [efficiency(tiles * s, slots) for s in range(1, most + 1)]
    return 1 + next(
        s for s, e in enumerate(of) if e >= NEARLY_BEST * max(of)
    )


def _positive(value: int, what: str) -> None:
    if value < 1:
        raise ValueError(f"{value} {what} cannot do any work")
