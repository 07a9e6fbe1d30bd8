"""Latent attention: both forms, PyTorch's attention on its expanded heads, and its caches."""

import doctest
from dataclasses import replace
from math import log

import pytest
import torch
from minseek import mla as module
from minseek.accounting import latent_flops, tie
from minseek.accounting.parameters import mla_weights
from minseek.cache import Cache
from minseek.config import MLAConfig, Rope, Yarn, load
from minseek.mla import MLA
from minseek.paged import PagedCache, Pool
from minseek.rope import rotate
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention as sdpa
from torch.utils.flop_counter import FlopCounterMode

TINY = MLAConfig(d_model=32, n_heads=4, d_nope=8, d_rope=4, d_v=6, d_latent=16)
YARN = Rope(yarn=Yarn(factor=40, original_context=64, mscale_all_dim=1, mscale=1))
CONFIGS = {
    "plain": TINY,
    "compressed": replace(TINY, d_q_latent=12),
    "yarn": replace(TINY, d_q_latent=12, rope=YARN),
    "one-head": replace(TINY, n_heads=1),
}
EACH = pytest.mark.parametrize("name", CONFIGS)
FORMS = pytest.mark.parametrize("absorb", [False, True])


def layer(name: str, seed: int = 0) -> MLA:
    torch.manual_seed(seed)
    return MLA(CONFIGS[name]).double()


def tokens(s: int = 7, seed: int = 0) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    return torch.randn(2, s, 32, generator=g, dtype=torch.float64)


def expanded(mla: MLA, x: Tensor, pos: Tensor) -> Tensor:
    """The paper's full formulas (V2, appendix C), head by head, through PyTorch's attention."""
    cfg, w = mla.cfg, mla.kv_up.weight.unflatten(0, (mla.cfg.n_heads, -1))
    sharper = (0.1 * log(40) + 1) ** 2 if cfg.rope == YARN else 1
    scale = sharper / (cfg.d_nope + cfg.d_rope) ** 0.5
    c_q = mla.q_norm(x @ mla.q_down.weight.T) if cfg.d_q_latent else x
    c, k_rope = (x @ mla.kv_down.weight.T).split([cfg.d_latent, cfg.d_rope], -1)
    c = mla.kv_norm(c)
    k_rope = rotate(k_rope[:, :, None], pos, cfg.rope)[:, :, 0]
    out = []
    for h in range(cfg.n_heads):
        q = c_q @ mla.q_up.weight.unflatten(0, (cfg.n_heads, -1))[h].T
        q_rope = rotate(q[:, :, None, cfg.d_nope :], pos, cfg.rope)[:, :, 0]
        q = torch.cat([q[..., : cfg.d_nope], q_rope], -1)
        k = torch.cat([c @ w[h, : cfg.d_nope].T, k_rope], -1)
        v = c @ w[h, cfg.d_nope :].T
        out.append(sdpa(q, k, v, is_causal=True, scale=scale))
    return torch.cat(out, -1) @ mla.out.weight.T


@EACH
@FORMS
@pytest.mark.parametrize("s", [1, 2, 17])
@pytest.mark.parametrize("seed", range(2))
def test_both_forms_equal_sdpa_on_expanded_heads(name, absorb, s, seed) -> None:
    mla, x, pos = layer(name, seed), tokens(s, seed), torch.arange(s)
    torch.testing.assert_close(mla(x, pos, absorb=absorb), expanded(mla, x, pos))


@EACH
@pytest.mark.parametrize("seed", range(3))
def test_naive_equals_absorbed_in_float32(name: str, seed: int) -> None:
    mla, x, pos = layer(name, seed).float(), tokens(seed=seed).float(), torch.arange(7)
    torch.testing.assert_close(mla(x, pos), mla(x, pos, absorb=True), rtol=0, atol=1e-5)


@EACH
@FORMS
def test_16_bits_are_no_worse_than_the_naive_form(no_worse_than, name: str, absorb: bool) -> None:
    rounded, exact = layer(name).bfloat16(), layer(name)
    exact.load_state_dict(rounded.state_dict())
    x, pos = tokens(17).bfloat16(), torch.arange(17)
    no_worse_than(rounded(x, pos, absorb=absorb), rounded(x, pos), exact(x.double(), pos))


@FORMS
def test_a_longer_text_changes_nothing_for_its_beginning(absorb: bool) -> None:
    mla, x = layer("yarn"), tokens(96)  # trained at 64, stretched to more
    whole, beginning = (mla(x[:, :s], torch.arange(s), absorb=absorb) for s in (96, 5))
    torch.testing.assert_close(whole[:, :5], beginning)


def latent_cache(cfg: MLAConfig) -> Cache:
    return Cache(cfg.cache_shapes, batch=2, room=7, dtype=torch.float64)


def paged_cache(cfg: MLAConfig) -> PagedCache:
    return PagedCache(Pool(cfg.cache_shapes, pages=6, page=3, dtype=torch.float64), batch=2)


@EACH
@FORMS
@pytest.mark.parametrize("make", [latent_cache, paged_cache])
@pytest.mark.parametrize("steps", [[1] * 7, [4, 1, 2]])
def test_decoding_with_a_cache_equals_one_pass(name, absorb, make, steps) -> None:
    mla, x, pos = layer(name), tokens(), torch.arange(7)
    cache = make(mla.cfg)
    parts = zip(x.split(steps, 1), pos.split(steps), strict=True)
    out = torch.cat([mla(part, at, cache=cache, absorb=absorb) for part, at in parts], 1)
    torch.testing.assert_close(out, mla(x, pos))


def test_prefill_naive_then_decode_absorbed() -> None:
    mla, x, pos = layer("yarn"), tokens(), torch.arange(7)
    cache = latent_cache(mla.cfg)
    first = mla(x[:, :5], pos[:5], cache=cache)
    rest = [mla(x[:, i : i + 1], pos[i : i + 1], cache=cache, absorb=True) for i in (5, 6)]
    torch.testing.assert_close(torch.cat([first, *rest], 1), mla(x, pos))


@EACH
def test_a_shift_of_all_positions_changes_nothing(name: str) -> None:
    mla, x, pos = layer(name), tokens(), torch.arange(7)
    torch.testing.assert_close(mla(x, pos + 1000), mla(x, pos), rtol=0, atol=1e-9)


@FORMS
def test_gradients_of_both_forms_agree(absorb: bool) -> None:
    mla, x, pos = layer("yarn"), tokens(), torch.arange(7)
    reference = torch.autograd.grad(expanded(mla, x, pos).square().sum(), [*mla.parameters()])
    ours = torch.autograd.grad(mla(x, pos, absorb=absorb).square().sum(), [*mla.parameters()])
    for one, other in zip(ours, reference, strict=True):
        torch.testing.assert_close(one, other)


def counted(read, p, mask: Tensor) -> int:
    with FlopCounterMode(display=False) as counter:
        read(p, mask)
    return counter.get_total_flops()


@pytest.mark.parametrize(("s", "t"), [(1, 40), (7, 7), (9, 40)])
def test_flops_of_both_forms_are_as_the_docstring_says(s: int, t: int) -> None:
    mla, mask = layer("yarn"), torch.ones(s, t, dtype=torch.bool)
    sent, left = (mla.project(tokens(n), torch.arange(n)) for n in (s, t))
    p = sent._replace(c=left.c, k_rope=left.k_rope)
    for form, read in ((False, mla.naive), (True, mla.absorbed)):
        assert counted(read, p, mask) == 2 * latent_flops(mla.cfg, s, t, form)  # a batch of 2


@pytest.mark.parametrize("name", ["deepseek-v2-lite", "deepseek-v3"])
@pytest.mark.parametrize(("t", "few"), [(4096, 163), (10**7, 170)])
def test_forms_tie_at_171_tokens_over_a_long_cache(name: str, t: int, few: int) -> None:
    a = MLAConfig.from_hf(load(name))
    dearer = [latent_flops(a, s, t) - latent_flops(a, s, t, absorbed=True) for s in (few, few + 1)]
    assert dearer[0] > 0 > dearer[1]
    assert few < tie(a, t) < few + 1


def test_a_whole_prefill_is_cheaper_in_the_naive_form() -> None:
    v3 = MLAConfig.from_hf(load("deepseek-v3"))
    for t in (1, 128, 4096):
        assert latent_flops(v3, t, t) < latent_flops(v3, t, t, absorbed=True)


@pytest.mark.parametrize("name", ["deepseek-v2", "deepseek-v2-lite", "deepseek-v3"])
def test_weights_are_as_many_as_accounting_says(name: str) -> None:
    cfg = MLAConfig.from_hf(load(name))
    with torch.device("meta"):
        assert sum(weight.numel() for weight in MLA(cfg).parameters()) == mla_weights(cfg)


def test_v3_caches_what_its_paper_says() -> None:
    v3 = MLAConfig.from_hf(load("deepseek-v3"))
    assert v3.cache_shapes == ((512,), (64,))  # section 4.2: d_c 512, rope width 64


def test_errors_carry_the_numbers() -> None:
    mla = layer("plain")
    with pytest.raises(ValueError, match=r"tokens are \(2, 7, 31\), this layer takes \(b, s, 32\)"):
        mla(tokens()[..., :31], torch.arange(7))
    with pytest.raises(ValueError, match="2 stands where 1 is due"):
        mla(tokens(3), torch.tensor([0, 2, 1]))
    with pytest.raises(ValueError, match="rope width 3 is odd"):
        MLA(replace(TINY, d_rope=3))
    with pytest.raises(ValueError, match="stretched by 'llama3'"):
        MLA(replace(TINY, rope=Rope(unknown="llama3")))
    with pytest.raises(ValueError, match=r"positions are \(0,\) for 0 tokens"):
        mla(tokens(0), torch.arange(0))
    with pytest.raises(
        ValueError, match=r"rows are torch\.float64, this cache keeps torch\.float32"
    ):
        mla(tokens(1), torch.arange(1), cache=Cache(TINY.cache_shapes, 2, 7))
    with pytest.raises(ValueError, match="indexer that picks 2048"):
        MLA(MLAConfig.from_hf(load("deepseek-v3.2")))
    cache = latent_cache(mla.cfg)
    mla(tokens(), torch.arange(7), cache=cache)
    with pytest.raises(IndexError, match="cache holds 7 positions, position 7 asked"):
        mla(tokens(1), torch.tensor([7]), cache=cache)


def test_docstrings_print_what_they_say() -> None:
    assert doctest.testmod(module).failed == 0
