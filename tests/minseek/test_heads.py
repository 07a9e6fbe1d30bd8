"""Many heads against PyTorch's attention: groups, masks, windows, LSE and rounding."""

import doctest
from dataclasses import replace

import pytest
import torch
from minseek import checks, grouped, heads
from minseek.cache import Cache, LayerCache
from minseek.config import GQAConfig, Rope
from minseek.flash.online import merge, partial
from minseek.grouped import GroupedAttention
from minseek.heads import attend, causal_mask, join, split
from minseek.paged import PagedCache, Pool
from minseek.rope import half_order, rotate
from torch import Tensor
from torch.nn.attention.bias import causal_lower_right
from torch.nn.functional import scaled_dot_product_attention as sdpa

GROUPS = pytest.mark.parametrize(("h", "g"), [(1, 1), (6, 6), (6, 2), (6, 1)])


def inputs(s=5, t=9, h=6, g=2, k=8, v=4, seed=0, dtype=torch.float64):
    source = torch.Generator().manual_seed(seed)
    sizes = (2, s, h, k), (2, t, g, k), (2, t, g, v)
    return [torch.randn(z, generator=source, dtype=torch.float64).to(dtype) for z in sizes]


def theirs(q: Tensor, k: Tensor, v: Tensor, mask=None) -> Tensor:
    """PyTorch's, which wants (b, h, s, width)."""
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    return sdpa(q, k, v, mask, enable_gqa=True).transpose(1, 2)


@GROUPS
@pytest.mark.parametrize("s", [1, 5, 9])
@pytest.mark.parametrize("v", [4, 8])
def test_causal_groups_equal_sdpa(h: int, g: int, s: int, v: int) -> None:
    q, k, w = inputs(s=s, h=h, g=g, v=v)
    lower_right = causal_lower_right(s, 9)._materialize("cpu")
    assert torch.equal(causal_mask(s, 9), lower_right)
    torch.testing.assert_close(attend(q, k, w, causal_mask(s, 9)).o, theirs(q, k, w, lower_right))


@GROUPS
@pytest.mark.parametrize("window", [1, 3, 9, 100])
def test_windows_equal_sdpa(h: int, g: int, window: int) -> None:
    q, k, v = inputs(h=h, g=g)
    i, j = torch.arange(4, 9)[:, None], torch.arange(9)
    mask = (j <= i) & (j > i - window)
    torch.testing.assert_close(attend(q, k, v, causal_mask(5, 9, window)).o, theirs(q, k, v, mask))


@GROUPS
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("seed", range(2))
def test_rounding_is_no_worse_than_the_plain_formulas(no_worse_than, h, g, dtype, seed) -> None:
    q, k, v = inputs(s=33, t=64, h=h, g=g, k=64, v=32, seed=seed, dtype=dtype)
    exact = heads.attend_plain(q.double(), k.double(), v.double())
    ours = attend(q, k, v, causal_mask(33, 64)).o
    assert ours.dtype == dtype
    no_worse_than(ours, heads.attend_plain(q, k, v), exact)


def test_lse_merges_two_halves_of_the_keys() -> None:
    q, k, v = inputs(s=1, h=1, g=1)
    whole, halves = (
        attend(q, k, v),
        [attend(q, k[:, x], v[:, x]) for x in ([0, 1, 2], [3, 4, 5, 6, 7, 8])],
    )
    weight = torch.stack([part.lse for part in halves]).softmax(0)
    mixed = sum(w[..., None] * part.o for w, part in zip(weight, halves, strict=True))
    torch.testing.assert_close(mixed, whole.o)
    torch.testing.assert_close(torch.logaddexp(halves[0].lse, halves[1].lse), whole.lse)


def test_lse_is_that_of_online_softmax() -> None:
    q, k, v = (x[0, :, 0] for x in inputs(h=1, g=1, dtype=torch.float32))
    s = q @ k.T * 8**-0.5
    online = merge(partial(s[:, :4], v[:4]), partial(s[:, 4:], v[4:]))
    ours = attend(*(x[None, :, None] for x in (q, k, v)))
    torch.testing.assert_close(ours.lse[0, :, 0], online.m + online.l.log())
    torch.testing.assert_close(ours.o[0, :, 0], online.o)


def test_a_sink_is_a_key_whose_value_is_zero() -> None:
    q, k, v = inputs(h=2, g=2)
    sink = torch.tensor([0.7, -1.2], dtype=torch.float64)
    scores = torch.einsum("bshk,bthk->bhst", q, k) * 8**-0.5
    wide = torch.cat([scores, sink[None, :, None, None].expand(2, 2, 5, 1)], -1)
    weights = wide.softmax(-1)[..., :-1]
    expected = torch.einsum("bhst,bthv->bshv", weights, v)
    ours = attend(q, k, v, sink=sink)
    torch.testing.assert_close(ours.o, expected)
    torch.testing.assert_close(ours.lse, wide.logsumexp(-1).transpose(1, 2))


def test_a_query_without_any_key_reads_zero() -> None:
    q, k, v = inputs(s=4, t=2)
    o, lse = attend(q, k, v, causal_mask(4, 2))
    assert (o[:, :2] == 0).all() and (lse[:, :2] == -torch.inf).all()
    assert o.isfinite().all() and (o[:, 2:] != 0).all()


def test_a_mask_may_differ_between_sequences() -> None:
    q, k, v = inputs()
    mask = torch.stack([causal_mask(5, 9), causal_mask(5, 9, 2)])
    both = attend(q, k, v, mask).o
    for i in range(2):
        torch.testing.assert_close(both[i], attend(q, k, v, mask[i]).o[i])


CFG = GQAConfig(d_model=24, n_heads=6, n_kv_heads=2, d_head=8, rope=Rope(base=100.0))


def tokens(s: int = 7, seed: int = 0) -> Tensor:
    return torch.randn(2, s, 24, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("steps", [[1] * 7, [4, 1, 2]])
@pytest.mark.parametrize("paged", [False, True])
def test_decoding_with_a_cache_equals_one_pass(
    window: int | None, steps: list[int], paged: bool
) -> None:
    cfg = replace(CFG, window=window)
    layer, x, pos = GroupedAttention(cfg), tokens(), torch.arange(7)
    cache: LayerCache = Cache(cfg.cache_shapes, batch=2, room=7)
    if paged:
        cache = PagedCache(Pool(cfg.cache_shapes, pages=6, page=3), batch=2)
    parts = zip(x.split(steps, 1), pos.split(steps), strict=True)
    out = torch.cat([layer(part, at, cache=cache) for part, at in parts], 1)
    torch.testing.assert_close(out, layer(x, pos), rtol=0, atol=1e-6)


def test_later_tokens_do_not_reach_back() -> None:
    layer, x, pos = GroupedAttention(CFG), tokens(), torch.arange(7)
    changed = torch.cat([x[:, :4], tokens(seed=1)[:, 4:]], 1)
    before, after = layer(x, pos), layer(changed, pos)
    assert torch.equal(before[:, :4], after[:, :4])
    assert not torch.isclose(before[:, 4:], after[:, 4:]).all(-1).any()


def test_a_window_forgets_what_lies_before_it() -> None:
    layer, x = GroupedAttention(replace(CFG, window=3)), tokens()
    changed = torch.cat([tokens(seed=1)[:, :2], x[:, 2:]], 1)
    same = (layer(x, torch.arange(7)) == layer(changed, torch.arange(7))).all(-1)
    assert same.tolist() == [[False, False, False, False, True, True, True]] * 2


def test_a_shift_of_all_positions_changes_nothing() -> None:
    layer, x, pos = GroupedAttention(CFG).double(), tokens().double(), torch.arange(7)
    torch.testing.assert_close(layer(x, pos + 1000), layer(x, pos), rtol=0, atol=1e-9)


def test_interleaved_weights_work_after_one_permutation_of_their_rows() -> None:
    layer, x, pos = GroupedAttention(CFG), tokens(), torch.arange(7)
    order = half_order(8)
    q, k, v = (w(x).unflatten(-1, (-1, 8)) for w in (layer.q, layer.k, layer.v))
    expected = attend(rotate(q, pos, CFG.rope), rotate(k, pos, CFG.rope), v, causal_mask(7, 7)).o
    with torch.no_grad():
        for w in (layer.q, layer.k):
            w.weight.copy_(w.weight.unflatten(0, (-1, 8))[:, order].flatten(0, 1))
    torch.testing.assert_close(layer(x, pos), layer.out(expected.flatten(2)))


def test_errors_carry_the_numbers() -> None:
    q, k, v = inputs()
    with pytest.raises(ValueError, match=r"q, k and v are \(5, 6, 8\), "):
        attend(q[0], k, v)
    with pytest.raises(ValueError, match=r"\(1, 9, 2, 8\) and .* of one b"):
        attend(q, k[:1], v)
    with pytest.raises(ValueError, match="rope width 7 is odd"):
        GroupedAttention(replace(CFG, d_head=7))
    with pytest.raises(ValueError, match="queries are 7 wide and keys 8"):
        attend(q[..., :7], k, v)
    with pytest.raises(ValueError, match=r"keys are \(2, 9, 2\) and values \(2, 8, 2\)"):
        attend(q, k, v[:, :8])
    with pytest.raises(ValueError, match="5 query heads do not split into 2 groups"):
        attend(q[:, :, :5], k, v)
    with pytest.raises(ValueError, match="7 query heads do not split into 2 groups"):
        GroupedAttention(GQAConfig(d_model=24, n_heads=7, n_kv_heads=2, d_head=8))
    with pytest.raises(ValueError, match=r"mask is torch\.bool \(5, 5\); needed is bool \(5, 9\)"):
        attend(q, k, v, causal_mask(5, 5))
    with pytest.raises(ValueError, match=r"mask is torch\.float32"):
        attend(q, k, v, torch.zeros(5, 9))
    with pytest.raises(ValueError, match="a window of 0 keys"):
        causal_mask(5, 9, window=0)
    with pytest.raises(ValueError, match=r"tokens are \(2, 7, 23\), this layer takes \(b, s, 24\)"):
        GroupedAttention(CFG)(tokens()[..., :23], torch.arange(7))


@pytest.mark.parametrize(
    ("pos", "message"),
    [
        ([1, 0, 2], "0 stands where 2 is due"),
        ([3, 5, 6], "5 stands where 4 is due"),
        ([0, 1, 2, 3], r"positions are \(4,\) for 3 tokens"),
        ([0, 1], r"positions are \(2,\) for 3 tokens"),
    ],
)
def test_positions_out_of_order_are_refused(pos: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GroupedAttention(CFG)(tokens(3), torch.tensor(pos))


def test_positions_have_to_follow_the_cache() -> None:
    layer, cache = GroupedAttention(CFG), Cache(CFG.cache_shapes, batch=2, room=7)
    layer(tokens(2), torch.arange(2), cache=cache)
    with pytest.raises(ValueError, match="3 stands where 2 is due"):
        layer(tokens(1), torch.tensor([3]), cache=cache)
    assert cache.len == 2


@pytest.mark.parametrize("module", [heads, grouped, checks])
def test_docstrings_print_what_they_say(module) -> None:
    assert doctest.testmod(module).failed == 0


def test_split_cuts_columns_and_no_tokens():
    x = inputs()[0].flatten(2)  # (b, s, 6 heads of 8)
    per_head = split(x, heads=6)
    assert per_head.shape == (2, 6, 5, 8)
    for h in range(6):
        assert torch.equal(per_head[:, h], x[..., 8 * h : 8 * h + 8])
    assert torch.equal(join(per_head), x)


def test_split_refuses_heads_that_do_not_fit():
    with pytest.raises(ValueError, match="32 columns do not split into 5 heads"):
        split(torch.rand(4, 32), heads=5)
