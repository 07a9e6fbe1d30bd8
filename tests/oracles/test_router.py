"""Our routing against transformers' and DeepSeek's own: the same experts with the same weights."""

import pytest
import torch
from minseek.config import MoEConfig
from minseek.router import Router
from torch import Tensor
from transformers import DeepseekV2Config, DeepseekV3Config
from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2TopkRouter
from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3TopkRouter

SHAPE = {"hidden_size": 24, "num_attention_heads": 4, "n_routed_experts": 16}
V2_GROUPS = {"topk_method": "group_limited_greedy", "n_group": 4, "topk_group": 2}
ROUTERS = {
    "v2": (DeepseekV2TopkRouter, DeepseekV2Config(**SHAPE, num_experts_per_tok=3, **V2_GROUPS)),
    "v2-lite": (DeepseekV2TopkRouter, DeepseekV2Config(**SHAPE, num_experts_per_tok=3)),
    "v3": (DeepseekV3TopkRouter, DeepseekV3Config(**SHAPE, n_group=4, topk_group=2)),
}


def spread(expert: Tensor, weight: Tensor, n_experts: int) -> Tensor:
    """Weights at their experts' places: which expert stands first is no part of the choice."""
    return torch.zeros(len(expert), n_experts).scatter(1, expert, weight)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ROUTERS)
def test_router_equals_transformers(name: str, seed: int) -> None:
    kind, config = ROUTERS[name]
    torch.manual_seed(seed)
    theirs, ours = kind(config), Router(MoEConfig.from_hf(config.to_dict()))
    theirs.weight.data = ours.centroid.data = torch.randn(16, 24)
    if ours.bias is not None:
        theirs.e_score_correction_bias = ours.bias = torch.randn(16)
    x = torch.randn(50, 24)
    _, weight, expert = theirs(x)
    _, our_expert, our_weight = ours(x)
    assert torch.equal(our_expert.sort().values, expert.sort().values)
    torch.testing.assert_close(spread(our_expert, our_weight, 16), spread(expert, weight, 16))


@pytest.mark.parametrize("score", ["sigmoid", "sqrtsoftplus"])
def test_router_equals_tile_kernels(reference, score: str) -> None:
    torch.manual_seed(0)
    cfg = MoEConfig(
        d_model=24, n_experts=32, n_shared=1, k=6, d_expert=8, score=score, normalise=True,
        scale=2.5, n_groups=8, k_groups=4, group_score="top2",
    )  # fmt: skip
    ours, x = Router(cfg), torch.randn(50, 24)
    ours.bias = torch.randn(32)
    logits = x @ ours.centroid.detach().T
    expert, weight = reference("tile_kernels.torch.topk").top2_sum_gate(
        logits, ours.bias, num_topk=6, num_topk_groups=4, num_groups=8, use_shared_as_routed=False,
        num_shared_experts=0, routed_scaling_factor=2.5, ep_rank=0, num_ep_ranks=1, tp_rank=0,
        num_tp_ranks=1, scoring_func=score,
    )  # fmt: skip
    _, our_expert, our_weight = ours(x)
    torch.testing.assert_close(spread(our_expert, our_weight, 32), spread(expert, weight, 32))
