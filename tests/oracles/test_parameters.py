"""Parameter counts against transformers, which builds every model on the meta device.

Not one of them differs by one. The one difference is of words: transformers keeps the biases that
steer routing as buffers, and so leaves them out of its parameters; we count them, as the file of
the weights stores them. MTP modules are not built by transformers and not compared here.
"""

from typing import Any

import pytest
import torch
from minseek.accounting import CSA, parts, published, total
from minseek.config import CompressedConfig, load
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

OURS = {  # what of a parameter's name says to which of our parts it belongs; first match wins
    "indexer": "indexer",
    "self_attn": "attention",
    "shared_experts": "shared experts",
    "mlp.experts": "routed experts",
    "mlp.gate.": "router",
    ".mlp.": "dense FFN",
    "_hc.": "residual streams",
    "layernorm": "norms",
    "embed_tokens": "embedding",
    "lm_head": "head",
    "model.norm": "final norm",
    "hc_head": "final norm",
}


def built(name: str) -> PreTrainedModel:
    """The model of a published config.json, without its weights."""
    hf: dict[str, Any] = load(name)
    kind = hf.pop("model_type")
    for key in ("quantization_config", "auto_map"):  # of the weights, and of code from elsewhere
        hf.pop(key, None)
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(CONFIG_MAPPING[kind](**hf))


def test_each_part_has_as_many_parameters_as_transformers_says(model_name):
    theirs: dict[str, int] = {}
    for parameter, tensor in built(model_name).named_parameters():
        part = next(part for mark, part in OURS.items() if mark in parameter)
        theirs[part] = theirs.get(part, 0) + tensor.numel()
    counts = parts(published(model_name))
    ours = {part: count.total for part, count in counts.items() if count.total}
    ours.pop("router bias", None)
    assert ours == theirs


def test_router_biases_are_buffers_there_and_the_only_difference(model_name):
    model = built(model_name)
    biases = sum(b.numel() for n, b in model.named_buffers() if "e_score_correction_bias" in n)
    parameters = sum(p.numel() for p in model.parameters())
    assert total(published(model_name)) == parameters + biases


def test_v3_to_the_last_digit():
    assert sum(p.numel() for p in built("deepseek-v3").parameters()) == 671_026_404_352
    assert total(published("deepseek-v3")) == 671_026_404_352 + 58 * 256


@pytest.mark.parametrize("name", ["deepseek-v4-flash", "deepseek-v4-pro"])
def test_v4_has_an_indexer_where_we_say_so(name):
    attention = published(name).attention
    assert isinstance(attention, CompressedConfig)
    theirs = {
        int(parameter.split(".")[2])
        for parameter, _ in built(name).named_parameters()
        if "indexer" in parameter
    }
    assert theirs == {i for i, ratio in enumerate(attention.ratios) if ratio == CSA}
