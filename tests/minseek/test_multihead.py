"""Our layer against PyTorch's two, in FP64, FP32 and BF16, and the initial weights of both."""

import doctest

import pytest
import torch
from minseek import multihead
from minseek.heads import causal_mask
from minseek.multihead import MultiHeadAttention
from torch import nn
from torch.nn.functional import scaled_dot_product_attention as sdpa

HEADS = pytest.mark.parametrize("heads", [1, 2, 6])


def tokens(seed=0, d=12, dtype=torch.float32):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(3, 7, d, generator=g, dtype=torch.float64).to(dtype)


def pair(heads, d=12, seed=0):
    """PyTorch's layer and ours, with its weights."""
    torch.manual_seed(seed)
    theirs = nn.MultiheadAttention(d, heads, bias=False, batch_first=True)
    ours = MultiHeadAttention(d, heads, d // heads)
    names = ("q.weight", "k.weight", "v.weight")
    state = dict(zip(names, theirs.in_proj_weight.chunk(3), strict=True))
    ours.load_state_dict(state | {"out.weight": theirs.out_proj.weight})
    return ours, theirs


@HEADS
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_it_equals_pytorchs_layer_to_1e_6(heads, causal, seed):
    ours, theirs = pair(heads, seed=seed)
    x = tokens(seed)
    mask = causal_mask(7, 7) if causal else None
    hidden = ~mask if causal else None
    expected, _ = theirs(x, x, x, attn_mask=hidden)
    torch.testing.assert_close(ours(x, mask), expected, rtol=0, atol=1e-6)


@HEADS
@pytest.mark.parametrize("d_head", [2, 5])  # 5 heads' widths do not add up to 12
def test_it_equals_sdpa_for_any_head_width(heads, d_head):
    torch.manual_seed(0)
    layer, x = MultiHeadAttention(12, heads, d_head).double(), tokens(dtype=torch.float64)
    q, k, v = (
        project(x).view(3, 7, heads, d_head).transpose(1, 2)
        for project in (layer.q, layer.k, layer.v)
    )
    o = sdpa(q, k, v, is_causal=True)
    expected = layer.out(o.transpose(1, 2).flatten(2))
    torch.testing.assert_close(layer(x, causal_mask(7, 7)), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rounding_is_no_worse_than_pytorchs(no_worse_than, dtype):
    ours, theirs = pair(heads=2)
    x, mask = tokens(dtype=dtype), causal_mask(7, 7)
    exact = ours.double()(x.double(), mask)
    expected, _ = theirs.to(dtype)(x, x, x, attn_mask=~mask)
    no_worse_than(ours.to(dtype)(x, mask), expected, exact)


def test_nothing_but_four_matrices_is_stored():
    layer = MultiHeadAttention(12, 3, 8)
    shapes = {name: tuple(x.shape) for name, x in layer.state_dict().items()}
    into = dict.fromkeys(("q.weight", "k.weight", "v.weight"), (24, 12))
    assert shapes == into | {"out.weight": (12, 24)}


def test_tokens_of_another_width_are_refused():
    with pytest.raises(ValueError, match="tokens are 11 wide, this layer was made for 12"):
        MultiHeadAttention(12, 3, 4)(tokens(d=11))


def test_docstrings_print_what_they_say():
    assert doctest.testmod(multihead).failed == 0
