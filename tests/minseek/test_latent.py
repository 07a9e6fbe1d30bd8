"""Grouped layers written as latent ones, and latent ones that no grouped layer equals."""

from dataclasses import replace

import pytest
import torch
from minseek.cache import Cache
from minseek.config import GQAConfig, MLAConfig, Rope
from minseek.config.rope import STILL
from minseek.grouped import GroupedAttention
from minseek.latent import BlockMLA, forms, to_latent
from minseek.mla import MLA
from minseek.norm import RMSNorm
from minseek.rope import frequencies, half_order
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

CFG = GQAConfig(d_model=24, n_heads=6, n_kv_heads=6, d_head=4)
ROPES = {"still": STILL, "turning": Rope(), "other base": Rope(base=50.0)}


def made(n_kv_heads, rope, seed=0):
    torch.manual_seed(seed)
    cfg = replace(CFG, n_kv_heads=n_kv_heads, rope=rope)
    return GroupedAttention(cfg).double().requires_grad_(False)


def tokens(n=7):
    g = torch.Generator().manual_seed(1)
    return torch.randn(2, n, 24, generator=g, dtype=torch.float64), torch.arange(n)


@pytest.mark.parametrize("absorb", [False, True])
@pytest.mark.parametrize("rope", ROPES.values(), ids=ROPES)
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_a_grouped_layer_is_a_latent_one_of_the_same_cache(n, rope, absorb):
    layer, (x, pos) = made(n, rope), tokens()
    new = to_latent(layer)
    assert new.cfg.cache_width == layer.cfg.cache_width
    assert (new(x, pos, absorb=absorb) - layer(x, pos)).abs().max() < 1e-12


@pytest.mark.parametrize("rope", ROPES.values(), ids=ROPES)
def test_token_by_token_with_a_cache(rope):
    layer, (x, pos) = made(2, rope), tokens()
    new = to_latent(layer)
    cache = Cache(new.cfg.cache_shapes, 2, 7, torch.float64)
    steps = [
        new(x[:, i : i + 1], pos[i : i + 1], cache=cache, absorb=True) for i in range(len(pos))
    ]
    torch.testing.assert_close(torch.cat(steps, 1), layer(x, pos))
    assert sum(row.shape[2:].numel() for row in cache.rows) == layer.cfg.cache_width


def test_a_still_layer_knows_no_positions():
    assert not frequencies(8, STILL).any()
    layer, (x, pos) = made(3, STILL), tokens()
    q, k, v = (
        part(x).unflatten(-1, (-1, 4)).transpose(1, 2) for part in (layer.q, layer.k, layer.v)
    )
    o = scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
    torch.testing.assert_close(layer(x, pos), layer.out(o.transpose(1, 2).flatten(2)))


def test_turning_mqa_is_mla_itself():
    """No class of our own: pairs that lie side by side, and the published layer."""
    layer, (x, pos) = made(1, Rope()), tokens()
    block = to_latent(layer)
    assert isinstance(block, BlockMLA)
    mla = MLA(block.cfg).double()
    mla.add_module("kv_norm", nn.Identity())
    state = dict(block.state_dict())
    beside = half_order(4).argsort()
    q = state["q_up.weight"].unflatten(0, (6, 4))[:, beside]
    down = state["kv_down.weight"]
    state |= {
        "q_up.weight": q.flatten(0, 1),
        "kv_down.weight": torch.cat([down[:4], down[4:][beside]]),
    }
    mla.load_state_dict(state)
    torch.testing.assert_close(mla(x, pos), layer(x, pos))


def test_with_the_norm_it_is_another_layer():
    layer, (x, pos) = made(2, STILL), tokens()
    new = to_latent(layer).requires_grad_(False)
    new.add_module("kv_norm", RMSNorm(new.cfg.d_latent).double())
    off = (new(x, pos) - layer(x, pos)).norm() / layer(x, pos).norm()
    assert off > 0.1


def test_forms_are_what_a_layer_computes():
    layer, (x, pos) = made(2, STILL), tokens()
    mask = torch.ones(7, 7, dtype=torch.bool).tril()
    for one in (layer, to_latent(layer)):
        asked, handed = forms(one)
        scores = torch.einsum("bsd,hde,bte->bhst", x, asked, x)
        w = scores.masked_fill(~mask, -torch.inf).softmax(-1)
        o = torch.einsum("bhst,btd,hde->bse", w, x, handed)
        torch.testing.assert_close(o, layer(x, pos))


def test_ranks_of_both_kinds():
    """Half the cache for keys and half for values, against all of it for both."""

    def rank(table):
        return torch.linalg.matrix_rank(table).item()

    torch.manual_seed(2)
    mla = MLA(MLAConfig(d_model=24, n_heads=6, d_nope=4, d_rope=0, d_v=4, d_latent=16)).double()
    for layer, wanted in ((made(2, STILL), 8), (mla, 16)):
        assert layer.cfg.cache_width == 16
        asked, handed = forms(layer)
        assert rank(asked.flatten(0, 1)) == wanted
        assert rank(handed.transpose(0, 1).flatten(1)) == wanted


@pytest.mark.parametrize("change", [{"qkv_bias": True}, {"window": 3}])
def test_what_has_no_latent_form_is_refused(change):
    with pytest.raises(ValueError, match="converted are layers without both"):
        to_latent(GroupedAttention(replace(CFG, **change)))
