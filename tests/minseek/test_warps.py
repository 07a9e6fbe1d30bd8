"""Both ways to share a tile among warps: the same output, and what each moves."""

import doctest

import pytest
import torch
from minseek.flash import warps
from minseek.flash.hbm import HBM
from torch.nn.functional import scaled_dot_product_attention as sdpa


def tile(r, c, d):
    g = torch.Generator().manual_seed(0)
    q, k, v = (torch.randn(n, d, generator=g, dtype=torch.float64) for n in (r, c, c))
    return HBM(q=q, k=k, v=v), sdpa(q, k, v)


def test_examples():
    assert doctest.testmod(warps).failed == 0


@pytest.mark.parametrize("share", [warps.split_keys, warps.split_queries])
@pytest.mark.parametrize("r, c, n", [(8, 8, 4), (7, 9, 4), (16, 5, 8), (3, 3, 1), (2, 50, 4)])
def test_both_ways_give_the_same_output(share, r, c, n):
    shared, truth = tile(r, c, d=4)
    torch.testing.assert_close(share(shared, n), truth, rtol=0, atol=1e-12)


@pytest.mark.parametrize("r, c, d, n", [(64, 200, 64, 4), (128, 128, 64, 4), (16, 32, 8, 2)])
def test_what_is_moved_equals_the_closed_form(r, c, d, n):
    shared, _ = tile(r, c, d)
    warps.split_queries(shared, n)
    assert shared.accesses() == (r * d + 2 * n * c * d, 0)
    assert warps.exchanged(shared) == 0
    shared, _ = tile(r, c, d)
    warps.split_keys(shared, n)
    assert shared.accesses() == (n * r * d + 2 * c * d + 2 * n * r * d, 4 * n * r)
    assert warps.exchanged(shared) == 2 * n * r * (d + 2)
