"""Shape of a layer of experts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minseek.config.files import take

ROUTING = {  # topk_method: how a group of experts gets its score
    "greedy": "max",  # of V2-Lite: one group, so no choice
    "group_limited_greedy": "max",  # V2: its best expert
    "noaux_tc": "top2",  # V3: the sum of its two best, bias included
}
SCORES = ("softmax", "sigmoid", "sqrtsoftplus")

# What the code of a model type takes for granted when the file is mute.
IMPLIED: dict[str, dict[str, Any]] = {
    "deepseek_v2": {
        "scoring_func": "softmax",
        "topk_method": "greedy",
        "norm_topk_prob": False,
    },
    "deepseek_v3": {
        "scoring_func": "sigmoid",
        "topk_method": "noaux_tc",
        "norm_topk_prob": True,
    },
}
IMPLIED["deepseek_v32"] = IMPLIED["deepseek_v3"]
IMPLIED["deepseek_v4"] = IMPLIED["deepseek_v3"] | {
    "scoring_func": "sqrtsoftplus"
}


@dataclass(frozen=True, kw_only=True)
class MoEConfig:
    """Shape of a layer of experts, and how a token finds its own."""

    d_model: int
    n_experts: int  # routed ones
    n_shared: int  # that every token uses
    k: int  # routed experts of one token
    d_expert: int  # width between an expert's matrices
    score: str  # softmax, sigmoid or sqrtsoftplus of x times centroid
    normalise: bool  # whether the k weights are made to sum to 1
    scale: float = 1.0  # factor of the routed sum
    n_groups: int = 1  # of experts; a token chooses groups first
    k_groups: int = 1  # groups per token
    group_score: str = "max"  # its best expert, or its "top2" summed

    def __post_init__(self) -> None:
        if self.score not in SCORES:
            raise ValueError(
                f"experts are scored by {self.score!r};"
                f" known: {', '.join(SCORES)}"
            )
        if self.n_experts % self.n_groups:
            raise ValueError(
                f"{self.n_experts} experts do not split"
                f" into {self.n_groups} groups"
            )
        if self.k > self.n_experts // self.n_groups * self.k_groups:
            raise ValueError(
                f"{self.k} experts cannot be chosen from"
                f" {self.k_groups} of {self.n_groups} groups"
                f" of {self.n_experts} experts"
            )

    @property
    def has_bias(self) -> bool:
        """Whether a bias steers the choice in place of a loss (V3)."""
        return self.score != "softmax"

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read a DeepSeek MoE layer; groups count only where used."""
        hf = IMPLIED.get(hf["model_type"], {}) | {
            key: value for key, value in hf.items() if value is not None
        }
        if (method := hf["topk_method"]) not in ROUTING:
            raise ValueError(
                f"topk_method is {method!r};"
                f" known: {', '.join(ROUTING)}"
            )
        grouped = method != "greedy"
        return cls(
            **take(
                hf,
                d_model="hidden_size",
                n_experts="n_routed_experts",
                n_shared="n_shared_experts",
                k="num_experts_per_tok",
                d_expert="moe_intermediate_size",
                score="scoring_func",
                normalise="norm_topk_prob",
                scale="routed_scaling_factor",
            ),
            n_groups=hf.get("n_group", 1) if grouped else 1,
            k_groups=hf.get("topk_group", 1) if grouped else 1,
            group_score=ROUTING[method],
        )
