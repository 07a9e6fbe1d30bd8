"""Our attention of many heads against FlashAttention's reference, and layers of three models."""

import pytest
import torch
from minseek.cache import Cache
from minseek.config import GQAConfig
from minseek.grouped import GroupedAttention
from minseek.heads import attend, causal_mask
from torch import Tensor
from transformers import DynamicCache, LlamaConfig, MistralConfig, Qwen2Config
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaRotaryEmbedding
from transformers.models.mistral.modeling_mistral import MistralAttention
from transformers.models.qwen2.modeling_qwen2 import Qwen2Attention

WITHIN = {"rtol": 0, "atol": 1e-5}
SEEDS = pytest.mark.parametrize("seed", range(3))
GROUPS = pytest.mark.parametrize(("h", "g"), [(4, 4), (6, 2), (5, 1)])


def inputs(s: int, t: int, h: int, g: int, seed: int, dtype=torch.float32) -> list[Tensor]:
    torch.manual_seed(seed)
    sizes = (2, s, h, 32), (2, t, g, 32), (2, t, g, 16)
    return [torch.randn(size).to(dtype) for size in sizes]


@GROUPS
@SEEDS
@pytest.mark.parametrize(("s", "t"), [(1, 33), (17, 33), (33, 33), (33, 17)])
@pytest.mark.parametrize("window", [None, 1, 5, 100])
@pytest.mark.parametrize("sinks", [False, True])
def test_outputs_and_lse_equal_flash_attentions_reference(
    reference, h, g, seed, s, t, window, sinks
) -> None:
    q, k, v = inputs(s, t, h, g, seed)
    sink = torch.randn(h) if sinks else None
    left = None if window is None else window - 1  # they count the keys before a query's own
    o, _, lse = reference("flash_attn.cute.testing").attention_ref(
        q, k, v, causal=True, window_size=(left, None), learnable_sink=sink, return_lse=True
    )
    ours = attend(q, k, v, causal_mask(s, t, window), sink=sink)
    rows = causal_mask(s, t, window).any(-1)  # where a row has no key, their LSE is not defined
    torch.testing.assert_close(ours.o, o, **WITHIN)
    torch.testing.assert_close(ours.lse[:, rows], lse.transpose(1, 2)[:, rows], **WITHIN)


@GROUPS
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_16_bits_are_no_worse_than_their_plain_formula(
    reference, no_worse_than, h, g, dtype
) -> None:
    attention_ref = reference("flash_attn.cute.testing").attention_ref
    q, k, v = inputs(33, 65, h, g, 0, dtype)
    plain, _ = attention_ref(q, k, v, causal=True, upcast=False, reorder_ops=True)
    exact, _ = attention_ref(*(x.double() for x in (q, k, v)), causal=True, upcast=False)
    no_worse_than(attend(q, k, v, causal_mask(33, 65)).o, plain, exact)


SHAPE = {
    "hidden_size": 48, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 16,
    "rope_parameters": {"rope_type": "default", "rope_theta": 500.0},
    "attn_implementation": "eager",
}  # fmt: skip
LAYERS = {
    "llama": (LlamaAttention, LlamaConfig(**SHAPE)),
    "mistral": (MistralAttention, MistralConfig(**SHAPE, sliding_window=4)),
    "qwen2": (Qwen2Attention, Qwen2Config(**SHAPE)),
}
RENAMED = {"q_proj": "q", "k_proj": "k", "v_proj": "v", "o_proj": "out"}


def renamed(name: str) -> str:
    part, kind = name.split(".")
    return f"{RENAMED[part]}.{kind}"


def added(pos: Tensor, last: int, window: int) -> Tensor:
    """Their mask: zero where a query may look, else minus infinity."""
    past = pos[:, None] - torch.arange(last + 1)
    seen = (past >= 0) & (past < window)
    return torch.zeros(seen.shape).masked_fill(~seen, -torch.inf)[None, None]


@SEEDS
@pytest.mark.parametrize("name", LAYERS)
@torch.no_grad()
def test_layers_equal_transformers_at_once_and_step_by_step(name: str, seed: int) -> None:
    kind, config = LAYERS[name]
    torch.manual_seed(seed)
    theirs, rotary = kind(config, 0), LlamaRotaryEmbedding(config)
    for weight in theirs.parameters():
        weight.data = torch.randn(weight.shape) * 0.2
    cfg = GQAConfig.from_hf(config.to_dict())
    ours, x, pos = GroupedAttention(cfg), torch.randn(2, 11, 48), torch.arange(11)
    ours.load_state_dict({renamed(n): weight for n, weight in theirs.state_dict().items()})
    past, cache, steps = DynamicCache(), Cache(cfg.cache_shapes, 2, 11), [6, 1, 1, 3]
    for part, at in zip(x.split(steps, 1), pos.split(steps), strict=True):
        mask = added(at, at[-1], cfg.window or 11)
        expected = theirs(part, rotary(part, at[None]), mask, past_key_values=past)[0]
        torch.testing.assert_close(ours(part, at, cache=cache), expected, **WITHIN)
        torch.testing.assert_close(ours(x, pos)[:, at], expected, **WITHIN)
