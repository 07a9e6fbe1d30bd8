"""Published weights: Hugging Face's names of tensors, and ours.

One tensor of ours is one of theirs, but for the experts of a layer:
published one by one, stacked here. MTP modules are published as layers
behind the last one, each with copies of embedding and head, which are
the model's (DeepSeek-V3, README_WEIGHTS) and are left alone here.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from minseek.config import MLAConfig, ModelConfig

TOP = {
    "embedding.weight": "model.embed_tokens.weight",
    "norm.gain": "model.norm.weight",
    "head.weight": "lm_head.weight",
}
PARTS = {  # of a layer; what ends in a dot stands for all behind it
    "attention_norm.gain": "input_layernorm.weight",
    "ffn_norm.gain": "post_attention_layernorm.weight",
    "attention.q_down.": "self_attn.q_a_proj.",
    "attention.q_norm.gain": "self_attn.q_a_layernorm.weight",
    "attention.q_up.": "self_attn.q_b_proj.",
    "attention.kv_down.": "self_attn.kv_a_proj_with_mqa.",
    "attention.kv_norm.gain": "self_attn.kv_a_layernorm.weight",
    "attention.kv_up.": "self_attn.kv_b_proj.",
    "attention.q.": "self_attn.q_proj.",
    "attention.k.": "self_attn.k_proj.",
    "attention.v.": "self_attn.v_proj.",
    "attention.out.": "self_attn.o_proj.",
    "ffn.gate.": "mlp.gate_proj.",
    "ffn.up.": "mlp.up_proj.",
    "ffn.down.": "mlp.down_proj.",
    "ffn.router.centroid": "mlp.gate.weight",
    "ffn.router.bias": "mlp.gate.e_score_correction_bias",
    "ffn.shared.gate.": "mlp.shared_experts.gate_proj.",
    "ffn.shared.up.": "mlp.shared_experts.up_proj.",
    "ffn.shared.down.": "mlp.shared_experts.down_proj.",
    "ffn.gate": "mlp.experts.*.gate_proj.weight",
    "ffn.up": "mlp.experts.*.up_proj.weight",
    "ffn.down": "mlp.experts.*.down_proj.weight",
    "token_norm.gain": "enorm.weight",
    "hidden_norm.gain": "hnorm.weight",
    "join.": "eh_proj.",
    "norm.gain": "shared_head.norm.weight",
}
COPIES = re.compile(
    r"rotary_emb\.inv_freq$"
    r"|layers\.\d+\.(embed_tokens|shared_head\.head)\.weight$"
)


def published(ours: str, cfg: ModelConfig) -> str:
    """Hugging Face's name of a tensor; * stands for each expert.

    >>> from minseek.config import load
    >>> cfg = ModelConfig.from_hf(load("mini"))
    >>> published("mtp.0.block.ffn.up", cfg)
    'model.layers.3.mlp.experts.*.up_proj.weight'
    """
    if ours in TOP:
        return TOP[ours]
    kind, index, part = ours.split(".", 2)
    layer = int(index) + (cfg.n_layers if kind == "mtp" else 0)
    part = part.removeprefix("block.")
    if isinstance(cfg.attention, MLAConfig) and (
        not cfg.attention.d_q_latent
    ):
        part = part.replace("attention.q_up.", "attention.q.")
    key = part if part in PARTS else part[: part.rindex(".") + 1]
    return f"model.layers.{layer}.{PARTS[key]}{part[len(key) :]}"


def unstack(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Experts one by one, where transformers holds them in memory.

    There (e, 2f, d) is gate and up; files have each expert alone.
    """
    single: dict[str, Tensor] = {}
    for name, tensor in state.items():
        head, middle, what = name.partition("mlp.experts.")
        halves = {what: tensor}
        if what == "gate_up_proj":
            gate, up = tensor.chunk(2, 1)
            halves = {"gate_proj": gate, "up_proj": up}
        elif what != "down_proj":
            single[name] = tensor
            continue
        for part, stack in halves.items():
            for e, one in enumerate(stack):
                single[f"{head}{middle}{e}.{part}.weight"] = one
    return single


def translate(
    state: Mapping[str, Tensor],
    ours: Mapping[str, Tensor],
    cfg: ModelConfig,
) -> dict[str, Tensor]:
    """``state`` under our names, in the shapes and formats of ``ours``.

    Every tensor that is missing, unknown or misshapen is named at once.
    """
    left, result = unstack(state), {}
    missing, misshapen = [], []
    for name, wanted in ours.items():
        source = published(name, cfg)
        if cfg.tied and source not in left and name == "head.weight":
            left[source] = state[TOP["embedding.weight"]]
        slots = {source: wanted}
        if "*" in source:
            slots = {
                source.replace("*", str(e)): one
                for e, one in enumerate(wanted)
            }
        found = {key: left.pop(key) for key in slots if key in left}
        missing += [key for key in slots if key not in found]
        bad = [
            f"{key} {tuple(one.shape)}, not {tuple(slots[key].shape)}"
            for key, one in found.items()
            if one.shape != slots[key].shape
        ]
        misshapen += bad
        if not bad and len(found) == len(slots):
            tensors = torch.stack(
                [one.to(wanted) for one in found.values()]
            )
            result[name] = tensors.view_as(wanted)
    unknown = [name for name in left if not COPIES.search(name)]
    complain(missing=missing, unknown=unknown, misshapen=misshapen)
    return result


def complain(**found: list[str]) -> None:
    """Raise one error with all names, if there are any.

    >>> complain(missing=["a", "b"], unknown=[], misshapen=[])
    Traceback (most recent call last):
    ValueError: weights do not fit this model: 2 missing (a, b)
    """
    parts = [
        f"{len(names)} {kind} ({', '.join(names)})"
        for kind, names in found.items()
        if names
    ]
    if parts:
        raise ValueError(
            f"weights do not fit this model: {'; '.join(parts)}"
        )
