"""What from_hf makes of a config.json: old and new spelling, silence, and nonsense."""

import doctest
import pkgutil
from importlib import import_module

import pytest
from minseek import config
from minseek.config import GQAConfig, MLAConfig, ModelConfig, MoEConfig, Rope, Yarn, load

MINI = load("mini")
YARN = {
    "factor": 40,
    "original_max_position_embeddings": 4096,
    "beta_fast": 32,
    "beta_slow": 1,
    "mscale": 1.0,
    "mscale_all_dim": 1.0,
}


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(config.__path__)])
def test_examples(name):
    assert doctest.testmod(import_module(f"minseek.config.{name}")).failed == 0


def test_the_miniature_is_a_v3_of_three_layers():
    mini = ModelConfig.from_hf(MINI)
    assert (mini.n_layers, mini.n_dense_layers, mini.n_moe_layers, mini.n_mtp) == (3, 1, 2, 1)
    assert isinstance(mini.attention, MLAConfig)
    assert (mini.attention.d_qk, mini.attention.cache_width) == (32 + 16, 32 + 16)
    assert mini.moe == MoEConfig(
        d_model=128, n_experts=8, n_shared=1, k=2, d_expert=64, score="sigmoid",
        normalise=True, scale=2.5, n_groups=4, k_groups=2, group_score="top2",
    )  # fmt: skip


@pytest.mark.parametrize(
    "spelling",
    [
        {"rope_theta": 10000, "rope_scaling": {"type": "yarn", **YARN}},
        {"rope_theta": 10000, "rope_scaling": {"rope_type": "yarn", **YARN}},
        {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "yarn", **YARN}},
    ],
    ids=["old", "between", "new"],
)
def test_both_spellings_of_rope_mean_the_same(spelling):
    yarn = Yarn(factor=40, original_context=4096, mscale=1.0, mscale_all_dim=1.0)
    assert Rope.from_hf(spelling) == Rope(base=10000, yarn=yarn)


def test_yarn_that_is_mute_about_scores_leaves_them():
    said = {"type": "yarn", "factor": 40, "original_max_position_embeddings": 4096}
    yarn = Rope.from_hf({"rope_scaling": said}).yarn
    assert yarn and (yarn.beta_fast, yarn.mscale, yarn.mscale_all_dim) == (32, 1, 0)


def test_a_stretch_that_nobody_computes_here_keeps_its_name():
    assert Rope.from_hf(load("llama-3.1-405b")) == Rope(base=500000.0, unknown="llama3")


def test_queries_of_v2_lite_are_not_compressed():
    assert MLAConfig.from_hf(MINI | {"q_lora_rank": None}).d_q_latent is None


@pytest.mark.parametrize(
    ("method", "group_score", "groups"),
    [
        ("greedy", "max", (1, 1)),
        ("group_limited_greedy", "max", (4, 2)),
        ("noaux_tc", "top2", (4, 2)),
    ],
)
def test_the_method_says_how_groups_are_chosen(method, group_score, groups):
    moe = MoEConfig.from_hf(MINI | {"topk_method": method})
    assert (moe.group_score, (moe.n_groups, moe.k_groups)) == (group_score, groups)


def test_silence_means_what_the_code_of_the_type_does():
    mute = {key: value for key, value in MINI.items() if key not in ("scoring_func", "topk_method")}
    v3 = MoEConfig.from_hf(mute)
    v2 = MoEConfig.from_hf(mute | {"model_type": "deepseek_v2", "n_group": None})
    assert (v3.score, v3.has_bias, v3.group_score) == ("sigmoid", True, "top2")
    assert (v2.score, v2.has_bias, v2.n_groups) == ("softmax", False, 1)


def test_dense_models_of_other_families():
    llama = {
        "model_type": "llama", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96,
        "num_hidden_layers": 2, "num_attention_heads": 8, "num_key_value_heads": 2,
        "rms_norm_eps": 1e-5, "max_position_embeddings": 128, "rope_theta": 500000.0,
    }  # fmt: skip
    model = ModelConfig.from_hf(llama)
    assert model.moe is None and model.n_moe_layers == 0 and not model.tied
    assert model.attention == GQAConfig(
        d_model=64, n_heads=8, n_kv_heads=2, d_head=8, rope=Rope(base=500000.0)
    )
    assert model.attention.cache_width == 2 * 2 * 8
    windows = {
        kind: GQAConfig.from_hf(llama | {"model_type": kind, "sliding_window": 16}).window
        for kind in ("mistral", "qwen2")
    }
    assert windows == {"mistral": 16, "qwen2": None}  # Qwen2 names one and does not use it


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"model_type": "bert"}, "model_type is 'bert'; known: deepseek_v2"),
        ({"model_type": None}, "model_type is None"),
        (
            {"rope_scaling": {"type": "yarn", "factor": 2}},
            "missing: original_max_position_embeddings",
        ),
        ({"topk_method": "best"}, "topk_method is 'best'; known: greedy"),
        ({"scoring_func": "tanh"}, "scored by 'tanh'; known: softmax"),
        ({"n_group": 3}, "8 experts do not split into 3 groups"),
        ({"num_experts_per_tok": 5}, "5 experts cannot be chosen from 2 of 4 groups of 8"),
        ({"attention_bias": True}, "attention_bias is set"),
        ({"rope_interleave": False}, "rope_interleave is false"),
        ({"moe_layer_freq": 2}, "moe_layer_freq is 2"),
    ],
)
def test_what_is_not_understood_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        ModelConfig.from_hf(MINI | change)


def test_all_missing_keys_are_named():
    with pytest.raises(ValueError, match=r"missing: qk_nope_head_dim, kv_lora_rank$"):
        short = {k: v for k, v in MINI.items() if k not in ("kv_lora_rank", "qk_nope_head_dim")}
        ModelConfig.from_hf(short)


@pytest.mark.parametrize("name", ["deepseek-v3.2", "deepseek-v4-flash", "deepseek-v4-pro"])
def test_sparse_models_carry_their_indexer(name):
    hf = load(name)
    indexer = ModelConfig.from_hf(hf).attention.indexer
    assert (indexer.n_heads, indexer.d_head, indexer.top_k) == (64, 128, hf["index_topk"])


@pytest.mark.parametrize(
    ("name", "csa", "hca", "window_only"),
    [("deepseek-v4-flash", 21, 20, 2), ("deepseek-v4-pro", 30, 31, 0)],
)
def test_v4_says_layer_by_layer_how_much_it_keeps(name, csa, hca, window_only):
    model = ModelConfig.from_hf(load(name))
    ratios = model.attention.ratios
    assert [ratios.count(ratio) for ratio in (4, 128, 0)] == [csa, hca, window_only]
    assert len(ratios) == model.n_layers == model.n_moe_layers
    assert (model.d_ff, model.n_hash_layers, model.n_streams, model.n_mtp) == (0, 3, 4, 1)
    assert model.attention.rope == Rope(base=10000)
    assert model.attention.rope_compressed.base == 160000
    assert (model.moe.score, model.moe.n_groups) == ("sqrtsoftplus", 1)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no config 'v9'; there are .*mini"):
        load("v9")
