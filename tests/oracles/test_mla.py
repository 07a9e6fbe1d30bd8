"""Our latent attention against transformers': the same weights, outputs within 1e-5 in float32."""

import pytest
import torch
from minseek.cache import Cache
from minseek.config import MLAConfig
from minseek.mla import MLA
from minseek.paged import PagedCache, Pool
from minseek.rope import half_order
from transformers import DeepseekV2Config, DeepseekV3Config, DynamicCache
from transformers.models.deepseek_v2 import modeling_deepseek_v2 as v2
from transformers.models.deepseek_v3 import modeling_deepseek_v3 as v3

WITHIN = {"rtol": 0, "atol": 1e-5}
SHAPE = {
    "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 4, "kv_lora_rank": 32,
    "qk_nope_head_dim": 16, "qk_rope_head_dim": 8, "v_head_dim": 12, "rms_norm_eps": 1e-3,
    "max_position_embeddings": 4096, "attn_implementation": "eager",
}  # fmt: skip
PLAIN = {"rope_type": "default", "rope_theta": 10_000.0}


def yarn(mscale: float) -> dict[str, float | str]:
    return {
        "rope_type": "yarn", "rope_theta": 10_000.0, "factor": 40.0, "beta_fast": 32.0,
        "beta_slow": 1.0, "original_max_position_embeddings": 128, "mscale": mscale,
        "mscale_all_dim": mscale,
    }  # fmt: skip


def of_v2(**more) -> tuple:
    config = DeepseekV2Config(**SHAPE, **more)
    return config, v2.DeepseekV2Attention(config, 0), v2.DeepseekV2RotaryEmbedding(config)


def of_v3(**more) -> tuple:
    config = DeepseekV3Config(**SHAPE, **more)
    return config, v3.DeepseekV3Attention(config, 0), v3.DeepseekV3RotaryEmbedding(config)


KINDS = {
    "v2": lambda: of_v2(q_lora_rank=24, rope_parameters=PLAIN),
    "v2-yarn": lambda: of_v2(q_lora_rank=24, rope_parameters=yarn(0.707)),
    "v2-lite": lambda: of_v2(q_lora_rank=None, rope_parameters=yarn(0.707)),
    "v3": lambda: of_v3(q_lora_rank=24, rope_parameters=PLAIN),
    "v3-yarn": lambda: of_v3(q_lora_rank=24, rope_parameters=yarn(1.0)),
}
RENAMED = {
    "q_proj": "q_up", "q_a_proj": "q_down", "q_a_layernorm": "q_norm", "q_b_proj": "q_up",
    "kv_a_proj_with_mqa": "kv_down", "kv_a_layernorm": "kv_norm", "kv_b_proj": "kv_up",
    "o_proj": "out",
}  # fmt: skip
EACH = pytest.mark.parametrize("kind", KINDS)
SEEDS = pytest.mark.parametrize("seed", range(3))
FORMS = pytest.mark.parametrize("absorb", [False, True])


def renamed(name: str) -> str:
    """Loading is a renaming: no tensor is cut, joined, permuted or transposed."""
    part, _ = name.split(".")
    return RENAMED[part] + (".gain" if part.endswith("layernorm") else ".weight")


class Both:
    """One set of weights in their layer and in ours, random gains included."""

    def __init__(self, kind: str, seed: int) -> None:
        torch.manual_seed(seed)
        self.config, self.theirs, self.rotary = KINDS[kind]()
        for weight in self.theirs.parameters():
            scale = weight.shape[-1] ** -0.5 if weight.dim() == 2 else 1
            weight.data = torch.randn(weight.shape) * scale
        self.cfg = MLAConfig.from_hf(self.config.to_dict())
        self.ours = MLA(self.cfg)
        state = self.theirs.state_dict()
        self.ours.load_state_dict({renamed(name): weight for name, weight in state.items()})

    def ask(self, x, pos, past=None):
        """Their output; causal, the mask as they add it."""
        t = x.shape[1] + (past.get_seq_length() if past else 0)
        seen = torch.ones(x.shape[1], t, dtype=torch.bool).tril(t - x.shape[1])
        mask = torch.zeros(seen.shape).masked_fill(~seen, -torch.inf)[None, None]
        at = self.rotary(x, pos[None])
        return self.theirs(x, position_embeddings=at, attention_mask=mask, past_key_values=past)[0]


@EACH
@SEEDS
@FORMS
@pytest.mark.parametrize("start", [0, 1000])
@torch.no_grad()
def test_prefill_equals_transformers(kind, seed, absorb, start) -> None:
    both, x, pos = Both(kind, seed), torch.randn(2, 19, 64), torch.arange(start, start + 19)
    torch.testing.assert_close(both.ours(x, pos, absorb=absorb), both.ask(x, pos), **WITHIN)


def contiguous(cfg: MLAConfig) -> Cache:
    return Cache(cfg.cache_shapes, batch=2, room=16)


def paged(cfg: MLAConfig) -> PagedCache:
    return PagedCache(Pool(cfg.cache_shapes, pages=8, page=4), batch=2)


@EACH
@SEEDS
@FORMS
@pytest.mark.parametrize("make", [contiguous, paged])
@torch.no_grad()
def test_decoding_step_by_step_equals_transformers(kind, seed, absorb, make) -> None:
    both, x, pos = Both(kind, seed), torch.randn(2, 12, 64), torch.arange(12)
    cache, past = make(both.cfg), DynamicCache()
    for part, at in zip(x.split([5, 1, 1, 3, 1, 1], 1), pos.split([5, 1, 1, 3, 1, 1]), strict=True):
        ours = both.ours(part, at, cache=cache, absorb=absorb)
        torch.testing.assert_close(ours, both.ask(part, at, past), **WITHIN)
    assert cache.len == past.get_seq_length() == 12


@pytest.mark.parametrize(("kind", "halved"), [("v2-yarn", False), ("v3-yarn", True)])
@torch.no_grad()
def test_both_cache_the_same_numbers_v3_in_halves(kind: str, halved: bool) -> None:
    both, x, pos, past = Both(kind, 0), torch.randn(2, 6, 64), torch.arange(6), DynamicCache()
    both.ask(x, pos, past)
    ours = both.ours.project(x, pos)
    order = half_order(8) if halved else torch.arange(8)
    torch.testing.assert_close(ours.c, past.layers[0].keys[:, 0], **WITHIN)
    torch.testing.assert_close(ours.k_rope[..., order], past.layers[0].values[:, 0], **WITHIN)


@EACH
@torch.no_grad()
def test_weights_in_the_other_convention_are_noticed(kind: str) -> None:
    """The test of the test: rows of rope in half order must not pass."""
    both, x, pos = Both(kind, 0), torch.randn(2, 19, 64), torch.arange(19)
    rows = both.ours.kv_down.weight[32:]
    rows.copy_(rows[half_order(8)])
    assert (both.ours(x, pos) - both.ask(x, pos)).abs().max() > 1e-2


@EACH
def test_the_scale_carries_mscale_as_theirs_does(kind: str) -> None:
    both = Both(kind, 0)
    assert both.ours.scale == pytest.approx(both.theirs.scaling, rel=1e-12)
    assert both.rotary.attention_scaling == 1  # so nothing of it is in the tables
