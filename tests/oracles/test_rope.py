"""Our rotary positions against transformers': both conventions, and YaRN's frequencies."""

import pytest
import torch
from minseek.config import Rope
from minseek.rope import frequencies, rotate, tables
from minseek.yarn import table_factor
from torch import Tensor
from transformers import DeepseekV3Config, LlamaConfig
from transformers.models.deepseek_v2.modeling_deepseek_v2 import apply_rotary_emb
from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3RotaryEmbedding
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

WITHIN = {"rtol": 0, "atol": 1e-6}
SEEDS = pytest.mark.parametrize("seed", range(3))


def vectors(seed: int, width: int) -> tuple[Tensor, Tensor]:
    """Queries and keys (b, s, h, r)."""
    torch.manual_seed(seed)
    return torch.randn(2, 2, 40, 3, width).unbind()


@SEEDS
@pytest.mark.parametrize("width", [2, 8, 64])
@pytest.mark.parametrize("base", [100.0, 10_000.0])
def test_half_equals_llamas(seed: int, width: int, base: float) -> None:
    (q, k), pos = vectors(seed, width), torch.arange(40)
    parameters = {"rope_type": "default", "rope_theta": base}
    rotary = LlamaRotaryEmbedding(LlamaConfig(head_dim=width, rope_parameters=parameters))
    cos, sin = rotary(q, pos[None])
    theirs = apply_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim=2)
    for x, expected in zip((q, k), theirs, strict=True):
        torch.testing.assert_close(rotate(x, pos, Rope(base=base), half=True), expected, **WITHIN)


@SEEDS
@pytest.mark.parametrize("width", [2, 8, 64])
def test_interleaved_equals_deepseeks_complex_product(seed: int, width: int) -> None:
    (q, k), pos = vectors(seed, width), torch.arange(40)
    cos, sin = (table[:, 0] for table in tables(pos, width, Rope(), torch.float32))
    theirs = apply_rotary_emb(q.transpose(1, 2), k.transpose(1, 2), torch.complex(cos, sin)[None])
    for x, expected in zip((q, k), theirs, strict=True):
        torch.testing.assert_close(rotate(x, pos), expected.transpose(1, 2), **WITHIN)


YARNS = [
    {"factor": 40.0, "original_max_position_embeddings": 4096, "mscale": 1, "mscale_all_dim": 1},
    {"factor": 40.0, "original_max_position_embeddings": 4096, "mscale": 1, "mscale_all_dim": 0.5},
    {"factor": 16.0, "original_max_position_embeddings": 65_536},
    {"factor": 4.0, "original_max_position_embeddings": 64, "beta_fast": 8.0, "beta_slow": 2.0},
    {"factor": 1.0, "original_max_position_embeddings": 2048},
]  # fmt: skip


@pytest.mark.parametrize("width", [8, 64, 128])
@pytest.mark.parametrize("base", [10_000.0, 160_000.0])
@pytest.mark.parametrize("said", YARNS)
def test_yarn_equals_transformers(width: int, base: float, said: dict) -> None:
    parameters = {"rope_type": "yarn", "rope_theta": base, **said}
    config = DeepseekV3Config(
        qk_rope_head_dim=width, max_position_embeddings=163_840, rope_parameters=parameters
    )
    theirs, rope = DeepseekV3RotaryEmbedding(config), Rope.from_hf(config.to_dict())
    torch.testing.assert_close(frequencies(width, rope), theirs.inv_freq, rtol=1e-6, atol=0)
    assert table_factor(rope) == pytest.approx(theirs.attention_scaling, rel=1e-12)
