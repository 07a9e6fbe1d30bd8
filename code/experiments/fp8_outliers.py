"""Attention in FP8 with outliers: what the rotation saves, by length.

    python code/experiments/fp8_outliers.py

The paper's test of errors (FlashAttention-3, section 4.3) at lengths
from 512 to 8192 keys. Errors are root mean squares against FP64.
"""

from collections.abc import Iterable

import torch
from record import Row, keep, processor
from torch.nn.functional import scaled_dot_product_attention as sdpa

from minseek.flash import fa3

WIDTH, BLOCK = 128, 128
SEEDS = {512: 16, 1024: 16, 2048: 8, 4096: 8, 8192: 4}  # by length
WHAT = (
    f"FP8 attention of one head, width {WIDTH}, as many queries as"
    f" keys, blocks of {BLOCK}, N(0, 1) + N(0, 100) for one in a"
    f" thousand; RMSE against FP64"
)


def row(length: int, seed: int) -> Row:
    """One draw: the four variants of Table 3, and v and p alone."""
    g = torch.Generator().manual_seed(seed)
    plain = q, k, v = fa3.with_outliers(length, WIDTH, g)
    signs = fa3.random_signs(WIDTH, g)
    turned = fa3.incoherent(q, signs), fa3.incoherent(k, signs), v
    truth = sdpa(*(x.double() for x in plain))
    variants = {
        "all": (turned, BLOCK),
        "no_blocks": (turned, length),
        "no_rotation": (plain, BLOCK),
        "neither": (plain, length),
    }
    found = {
        name: (fa3.forward(*x, b, b) - truth).square().mean().sqrt()
        for name, (x, b) in variants.items()
    }
    errors = {
        name: float(f"{e.item():.3g}") for name, e in found.items()
    }
    return {"keys": length, "seed": seed, **errors}


def rows() -> Iterable[Row]:
    """All lengths and seeds."""
    for length, seeds in SEEDS.items():
        for seed in range(seeds):
            yield row(length, seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("fp8-outliers", WHAT, processor(), rows())
