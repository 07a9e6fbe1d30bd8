"""Whole models against transformers: the same weights, the same logits, however they are asked."""

import pytest
import torch
from minseek.config import ModelConfig
from minseek.model import Model, generate
from minseek.paged import PagedCache, Pool
from minseek.tensorfile import read
from transformers import (
    DeepseekV2Config,
    DeepseekV2ForCausalLM,
    DeepseekV3Config,
    DeepseekV3ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
)
from transformers.modeling_layers import MtpModel

SIZES = {"vocab_size": 71, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3}
SIZES |= {"num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 64}
SHAPE = SIZES | {
    "first_k_dense_replace": 1,
    "kv_lora_rank": 16,
    "qk_nope_head_dim": 8,
    "qk_rope_head_dim": 4,
    "v_head_dim": 6,
    "n_routed_experts": 8,
    "num_experts_per_tok": 3,
    "moe_intermediate_size": 12,
}
YARN = {
    "rope_type": "yarn",
    "rope_theta": 10000.0,
    "factor": 4.0,
    "original_max_position_embeddings": 16,
    "beta_fast": 32,
    "beta_slow": 1,
    "mscale": 0.707,
    "mscale_all_dim": 0.707,
}
V2_GROUPS = {"topk_method": "group_limited_greedy", "n_group": 4, "topk_group": 2}
V3_GROUPS = {"n_group": 4, "topk_group": 2, "num_mtp_layers": 0}
MODELS = {
    "v2": (DeepseekV2ForCausalLM, DeepseekV2Config, SHAPE | V2_GROUPS | {"q_lora_rank": 12}),
    "v2-lite": (DeepseekV2ForCausalLM, DeepseekV2Config, SHAPE | {"q_lora_rank": None}),
    "v3": (DeepseekV3ForCausalLM, DeepseekV3Config, SHAPE | V3_GROUPS | {"q_lora_rank": 12}),
    "v3-yarn": (
        DeepseekV3ForCausalLM,
        DeepseekV3Config,
        SHAPE | V3_GROUPS | {"q_lora_rank": 12, "rope_parameters": YARN},
    ),
    "llama": (LlamaForCausalLM, LlamaConfig, SIZES | {"num_key_value_heads": 2}),
}


def theirs(name, seed):
    """A random model of transformers, its biases of routing random too."""
    kind, config, shape = MODELS[name]
    torch.manual_seed(seed)
    model = kind(config(**shape, attn_implementation="eager")).eval()
    for key, value in model.state_dict().items():
        noise = torch.randn_like(value)
        if value.dim() > 1:
            value.copy_(noise * value.shape[-1] ** -0.5)
        elif key.endswith("e_score_correction_bias"):
            value.copy_(0.1 * noise)
        else:
            value.copy_(1 + 0.1 * noise)
    return model


def ours(model):
    cfg = ModelConfig.from_hf(model.config.to_dict())
    return Model.from_hf_state_dict(cfg, model.state_dict())


@pytest.fixture(scope="module", params=[(name, seed) for name in MODELS for seed in range(3)])
def pair(request):
    """Both models, with tokens and their logits by transformers."""
    model = theirs(*request.param)
    tokens = torch.randint(71, (2, 19))
    with torch.no_grad():
        return ours(model), tokens, model(tokens).logits


def forms(model):
    """Latent attention has two forms, grouped attention one."""
    return (False, True) if hasattr(model.cfg.attention, "d_latent") else (False,)


def test_prefill_equals_transformers(pair):
    model, tokens, logits = pair
    for absorb in forms(model):
        torch.testing.assert_close(model(tokens, None, absorb), logits, rtol=0, atol=1e-5)


def paged(model):
    """A cache of pages for each layer, their pool as full as it gets."""
    shapes = [block.attention.cfg.cache_shapes for block in model.blocks]
    return [PagedCache(Pool(shape, pages=8, page=5), batch=2) for shape in shapes]


CACHES = {"contiguous": lambda model: model.caches(2, 19), "paged": paged}


@pytest.mark.parametrize("kind", CACHES)
@pytest.mark.parametrize("prefill", [0, 1, 7])
def test_decoding_step_by_step_equals_transformers(pair, prefill, kind):
    model, tokens, logits = pair
    for absorb in forms(model):
        caches = CACHES[kind](model)
        steps = [model(tokens[:, :prefill], caches)] if prefill else []
        for i in range(prefill, 19):
            steps.append(model(tokens[:, i : i + 1], caches, absorb))
        torch.testing.assert_close(torch.cat(steps, 1), logits, rtol=0, atol=1e-5)


def test_greedy_text_is_theirs():
    model = theirs("v3", 0)
    tokens = torch.randint(71, (1, 5))
    text = model.generate(tokens, max_new_tokens=20, do_sample=False, eos_token_id=None)
    assert torch.equal(generate(ours(model), tokens, 20, temperature=0), text)


@pytest.mark.parametrize("name", ["v2", "v2-lite", "v3"])
def test_files_that_transformers_saved_are_loaded(name, tmp_path):
    model, tokens = theirs(name, 0), torch.randint(71, (1, 9))
    model.save_pretrained(tmp_path, max_shard_size="40KB")
    files = sorted(tmp_path.glob("*.safetensors"))
    assert len(files) > 1
    cfg = ModelConfig.from_hf(model.config.to_dict())
    loaded = Model.from_hf_state_dict(cfg, read(*files))
    torch.testing.assert_close(loaded(tokens), model(tokens).logits, rtol=0, atol=1e-5)


def test_mtp_equals_transformers():
    model = theirs("v3", 0)
    model.config.num_mtp_layers = 2
    mtp = MtpModel(model, 2).eval()
    state = dict(model.state_dict())
    layers = {"mtp_block.": "", "post_norm.": "shared_head.norm."}
    for key, value in mtp.layers.state_dict().items():
        if value.dim() > 1:
            value.copy_(torch.randn_like(value) * value.shape[-1] ** -0.5)
        index, part = key.split(".", 1)
        for old, new in layers.items():
            part = part.replace(old, new) if part.startswith(old) else part
        state[f"model.layers.{3 + int(index)}.{part}"] = value
    loaded = Model.from_hf_state_dict(ModelConfig.from_hf(model.config.to_dict()), state)
    tokens = torch.randint(71, (1, 12))
    h = loaded.hidden(tokens[:, :-2])
    pos = torch.arange(10)[None]
    for k in range(2):
        ahead = loaded.embedding(tokens[:, k + 1 : 11 + k])
        rotary = mtp.rotary_emb(ahead, position_ids=pos)
        mask = torch.full((10, 10), -torch.inf).triu(1)[None, None]
        expected = mtp.layers[k](ahead, h, rotary, mask, pos, None)
        torch.testing.assert_close(loaded.mtp[k](h, ahead), expected, rtol=0, atol=1e-5)
        h = expected
