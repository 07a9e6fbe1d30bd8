"""The config.json files that the package carries: each has a source, and its shape can be read."""

import tomllib
from importlib.resources import files

import pytest
from minseek.config import GQAConfig, ModelConfig, load

FOLDER = files("minseek") / "configs"
NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.iterdir() if ".json" in path.name)
SOURCES = tomllib.loads((FOLDER / "SOURCES.toml").read_text("utf-8"))
SEEN = ("primary", "copy", "transcription")


def test_each_file_has_a_source_and_each_source_a_file():
    assert sorted(SOURCES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_source_says_whose_it_is_and_how_it_was_seen(name):
    source = SOURCES[name]
    assert source["seen"] in SEEN
    assert all(source[key] for key in ("name", "published", "read", "checked", "date"))
    assert name in ("mini", "small") or source["address"].startswith("https://")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "gpt-3"])
def test_the_shape_of_each_file_can_be_read(name):
    model = ModelConfig.from_hf(load(name))
    assert model.attention.d_model == model.d_model
    assert model.moe is None or model.moe.d_model == model.d_model


@pytest.mark.parametrize(
    ("name", "layers", "heads", "kv_heads"),
    [  # Grattafiori et al., Table 3; Touvron et al.; Jiang et al., Table 1; Qwen2.5, Table 1
        ("llama-2-70b", 80, 64, 8),
        ("llama-3-8b", 32, 32, 8),
        ("llama-3-70b", 80, 64, 8),
        ("llama-3.1-405b", 126, 128, 8),
        ("mistral-7b", 32, 32, 8),
        ("qwen2.5-72b", 80, 64, 8),
    ],
)
def test_dense_models_agree_with_their_papers(name, layers, heads, kv_heads):
    model = ModelConfig.from_hf(load(name))
    assert isinstance(model.attention, GQAConfig)
    attention = model.attention
    assert (model.n_layers, attention.n_heads, attention.n_kv_heads) == (layers, heads, kv_heads)
    assert attention.d_head == 128
    assert attention.window == (4096 if name == "mistral-7b" else None)
    assert attention.qkv_bias == (name == "qwen2.5-72b")


def test_gpt_3_is_the_row_of_its_paper():
    gpt3 = load("gpt-3")
    assert gpt3["n_heads"] * gpt3["d_head"] == gpt3["d_model"] == 12288
