"""Online softmax is a commutative monoid, and it is softmax."""

import doctest
from functools import reduce

import pytest
import torch
from minseek.flash import online
from minseek.flash.online import identity, merge, merge_all, merge_stats, partial, stats

EXACT = {"rtol": 0, "atol": 1e-12}


def scores_and_values(t, seed=0, spread=1.0):
    g = torch.Generator().manual_seed(seed)
    s = spread * (2 * torch.rand(3, t, generator=g, dtype=torch.float64) - 1)
    return s, torch.rand(t, 2, generator=g, dtype=torch.float64)


def parts(t, block, **kwargs):
    s, v = scores_and_values(t, **kwargs)
    return [partial(a, b) for a, b in zip(s.split(block, -1), v.split(block), strict=True)]


def tree(items):
    half = len(items) // 2
    return merge(tree(items[:half]), tree(items[half:])) if half else items[0]


def test_examples():
    assert doctest.testmod(online).failed == 0


@pytest.mark.parametrize("t, block", [(1, 1), (7, 3), (8, 2), (9, 9), (16, 1)])
@pytest.mark.parametrize("spread", [1.0, 700.0])  # e^700 is near the end of float64
def test_merged_blocks_are_softmax(t, block, spread):
    s, v = scores_and_values(t, spread=spread)
    merged = merge_all(parts(t, block, spread=spread))
    torch.testing.assert_close(merged.o, s.softmax(-1) @ v, **EXACT)
    torch.testing.assert_close(merged.m + merged.l.log(), s.logsumexp(-1), **EXACT)


@pytest.mark.parametrize("seed", range(5))
def test_left_right_and_tree_agree(seed):
    items = parts(24, 3, seed=seed, spread=20.0)
    left = merge_all(items)
    right = reduce(lambda a, b: merge(b, a), reversed(items))
    for other in (right, tree(items), merge_all(items[::-1])):
        for a, b in zip(left, other, strict=True):
            torch.testing.assert_close(a, b, **EXACT)


def test_identity_is_neutral_on_both_sides_and_with_itself():
    (a,) = parts(5, 5)
    e = identity(3, 2)
    for merged, expected in ((merge(e, a), a), (merge(a, e), a), (merge(e, e), e)):
        assert all(map(torch.equal, merged, expected))


def test_a_block_without_any_allowed_key_is_the_identity():
    masked = partial(torch.full((3, 4), -torch.inf), torch.ones(4, 2))
    assert all(map(torch.equal, masked, identity(3, 2)))


def test_statistics_alone_merge_alike():
    s, _ = scores_and_values(10)
    both = merge_stats(stats(s[:, :4]), stats(s[:, 4:]))
    torch.testing.assert_close(both.l, stats(s).l, **EXACT)
    assert (both.l >= 1).all() and (both.l <= 10).all()
