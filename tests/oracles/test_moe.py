"""Our experts and their balance against transformers' and DeepSeek's own."""

import pytest
import torch
from minseek.balance import balance_loss, frequency, load
from minseek.config import MoEConfig
from minseek.moe import MoE
from minseek.router import route
from transformers import DeepseekV2Config, DeepseekV3Config
from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2Moe
from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3MoE
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

SHAPE = {"hidden_size": 24, "num_attention_heads": 4, "n_routed_experts": 16}
SHAPE |= {"moe_intermediate_size": 12, "num_experts_per_tok": 3}
V2_GROUPS = {"topk_method": "group_limited_greedy", "n_group": 4, "topk_group": 2}
BLOCKS = {
    "v2": (DeepseekV2Moe, DeepseekV2Config(**SHAPE, **V2_GROUPS, routed_scaling_factor=16.0)),
    "v2-lite": (DeepseekV2Moe, DeepseekV2Config(**SHAPE)),
    "v3": (DeepseekV3MoE, DeepseekV3Config(**SHAPE, n_group=4, topk_group=2)),
}


def copy(theirs: torch.nn.Module, ours: MoE) -> None:
    """Give both the same random weights, of the size that keeps the variance of tokens."""
    for parameter in theirs.parameters():
        parameter.data = torch.randn_like(parameter) * parameter.shape[-1] ** -0.5
    ours.router.centroid.data = theirs.gate.weight.data
    gate, up = theirs.experts.gate_up_proj.data.chunk(2, dim=1)
    ours.gate.data, ours.up.data, ours.down.data = gate, up, theirs.experts.down_proj.data
    for name in ("gate", "up", "down"):
        shared = getattr(theirs.shared_experts, f"{name}_proj")
        getattr(ours.shared, name).weight.data = shared.weight.data
    if ours.router.bias is not None:
        theirs.gate.e_score_correction_bias = ours.router.bias = torch.randn(16)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", BLOCKS)
def test_moe_equals_transformers(name, seed):
    kind, config = BLOCKS[name]
    torch.manual_seed(seed)
    theirs, ours = kind(config), MoE(MoEConfig.from_hf(config.to_dict()))
    copy(theirs, ours)
    x = torch.randn(2, 25, 24)
    torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=1e-5)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_balance_loss_is_mixtrals_over_k(k):
    torch.manual_seed(k)
    logits = torch.randn(40, 8)
    scores = logits.softmax(-1)
    ours = balance_loss(scores, route(scores, k)[0])
    torch.testing.assert_close(k * ours, load_balancing_loss_func((logits,), 8, k))


def test_loads_equal_tile_kernels(reference):
    theirs, expert = reference("tile_kernels.torch.moe"), torch.rand(40, 12).topk(3).indices
    torch.testing.assert_close(frequency(expert, 12), theirs.aux_fi(expert, 12, num_aux_topk=3))
    assert torch.equal(load(expert, 12).int(), theirs.group_count(expert, 12))
