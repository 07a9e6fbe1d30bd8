"""Conversions of key heads: what they keep, and what they lose."""

from dataclasses import replace

import pytest
import torch
from minseek.config import GQAConfig
from minseek.grouped import GroupedAttention
from minseek.heads import attend, causal_mask
from minseek.regroup import align, convert, first, reorder, untie
from torch.nn.functional import scaled_dot_product_attention

CFG = GQAConfig(d_model=24, n_heads=6, n_kv_heads=6, d_head=4)


def made(n_kv_heads=6, bias=False, seed=0):
    torch.manual_seed(seed)
    return GroupedAttention(replace(CFG, n_kv_heads=n_kv_heads, qkv_bias=bias)).double()


def output(layer):
    g = torch.Generator().manual_seed(1)
    return layer(torch.randn(2, 7, 24, generator=g, dtype=torch.float64), torch.arange(7))


def lost(layer, n):
    after = untie(convert(layer, n))
    pairs = [(layer.k.weight, after.k.weight), (layer.v.weight, after.v.weight)]
    return sum((a - b).pow(2).sum().item() for a, b in pairs)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_tied_heads_are_groups_and_back(n, bias):
    layer = made(n, bias)
    wide = untie(layer)
    assert wide.cfg.n_kv_heads == 6
    torch.testing.assert_close(output(wide), output(layer))
    back = convert(wide, n)
    for name, w in layer.state_dict().items():
        torch.testing.assert_close(back.state_dict()[name], w)


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_groups_are_pytorchs(n):
    g = torch.Generator().manual_seed(2)
    q = torch.randn(2, 7, 6, 4, generator=g, dtype=torch.float64)
    k, v = torch.randn(2, 2, 7, n, 4, generator=g, dtype=torch.float64)
    ours = attend(q, k, v, causal_mask(7, 7)).o
    theirs = scaled_dot_product_attention(
        *(x.transpose(1, 2) for x in (q, k, v)), is_causal=True, enable_gqa=True
    )
    torch.testing.assert_close(ours, theirs.transpose(1, 2))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_heads_are_merged_row_by_row(n):
    layer = made()
    for merge, of in ((None, lambda rows: sum(rows) / len(rows)), (first, lambda rows: rows[0])):
        new = convert(layer, n, merge) if merge else convert(layer, n)
        for name in ("k", "v"):
            heads = getattr(layer, name).weight.split(4)
            size = 6 // n
            wanted = torch.cat([of(heads[i : i + size]) for i in range(0, 6, size)])
            torch.testing.assert_close(getattr(new, name).weight, wanted)


def test_no_other_matrix_is_nearer_than_the_mean():
    heads = torch.randn(5, 12, generator=torch.Generator().manual_seed(3))
    design, targets = torch.ones(5, 1), heads
    nearest = torch.linalg.lstsq(design, targets).solution
    torch.testing.assert_close(nearest[0], heads.mean(0))


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [1, 0, 2, 5, 3, 4]])
def test_an_order_changes_nothing(order):
    layer = made(bias=True)
    torch.testing.assert_close(output(reorder(layer, order)), output(layer))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_turned_heads_do_the_same_and_lose_less(n):
    layer = made()
    turned = align(layer, n)
    torch.testing.assert_close(output(turned), output(layer))
    assert lost(turned, n) < lost(layer, n)


def test_heads_that_differ_by_a_turn_lose_nothing():
    g = torch.Generator().manual_seed(4)
    layer = untie(made(2))
    angle = 6.28 * torch.rand(6, 2, generator=g, dtype=torch.float64)
    cos, sin = angle.cos()[..., None], angle.sin()[..., None]
    turns = torch.linalg.qr(torch.randn(6, 4, 4, generator=g, dtype=torch.float64)).Q
    before = output(layer)
    with torch.no_grad():
        for w in (layer.q.weight, layer.k.weight):
            a, b = w.unflatten(0, (6, 4)).chunk(2, 1)
            w.copy_(torch.cat([a * cos - b * sin, b * cos + a * sin], 1).flatten(0, 1))
        w = layer.v.weight
        w.copy_((turns @ w.unflatten(0, (6, 4))).flatten(0, 1))
        out = layer.out.weight.unflatten(1, (6, 4))
        layer.out.weight.copy_(torch.einsum("dhw,hxw->dhx", out, turns).flatten(1))
    torch.testing.assert_close(output(layer), before)
    assert lost(layer, 2) > 0.1
    assert lost(align(layer, 2), 2) < 1e-12
    torch.testing.assert_close(output(convert(align(layer, 2), 2)), before)


@pytest.mark.parametrize(
    "attempt, words",
    [
        (lambda: convert(made(), 4), "6 key heads do not merge into 4"),
        (lambda: reorder(made(), [0, 1, 1, 3, 4, 5]), "is no order of 6 heads"),
        (lambda: reorder(made(2), [1, 0]), "is no order of 6 heads with 2 keys"),
        (lambda: align(made(2), 1), "2 key heads for 6 queries"),
        (lambda: align(made(bias=True), 1), "biases: True"),
    ],
)
def test_what_cannot_be_is_refused(attempt, words):
    with pytest.raises(ValueError, match=words):
        attempt()
