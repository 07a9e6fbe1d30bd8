"""Shape of a whole decoder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minseek.config.attention import GQAConfig, MLAConfig
from minseek.config.compressed import CompressedConfig
from minseek.config.files import take
from minseek.config.moe import MoEConfig

ATTENTION: dict[
    str, type[MLAConfig] | type[CompressedConfig] | type[GQAConfig]
] = {
    "deepseek_v2": MLAConfig,
    "deepseek_v3": MLAConfig,
    "deepseek_v32": MLAConfig,
    "deepseek_v4": CompressedConfig,
    "llama": GQAConfig,
    "mistral": GQAConfig,
    "qwen2": GQAConfig,
}
NO_DENSE_FFN = {"deepseek_v4": {"intermediate_size": 0}}


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Shape of a whole decoder.

    >>> from minseek.config import load
    >>> mini = ModelConfig.from_hf(load("mini"))
    >>> mini.n_layers, mini.n_moe_layers, mini.attention.cache_width
    (3, 2, 48)
    """

    vocab_size: int  # rows of the embedding, padding included
    n_layers: int  # without MTP modules
    d_model: int
    d_ff: int  # width between a dense FFN's matrices; V4 has none
    attention: MLAConfig | CompressedConfig | GQAConfig
    moe: MoEConfig | None = None
    n_dense_layers: int = 0  # leading ones that have no experts
    n_hash_layers: int = 0  # leading ones that route by token id
    n_mtp: int = 0  # modules that predict further tokens
    n_streams: int = 1  # parallel residuals (mHC of V4)
    tied: bool = False  # whether head and embedding are one matrix
    norm_eps: float = 1e-6
    context: int = 4096  # positions that the model may be asked for

    @property
    def n_moe_layers(self) -> int:
        """Layers with experts, MTP modules not counted."""
        return self.n_layers - self.n_dense_layers if self.moe else 0

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read a config.json, whole or as far as its shape goes.

        >>> from minseek.config import load
        >>> ModelConfig.from_hf(load("mini") | {"moe_layer_freq": 2})
        Traceback (most recent call last):
        ValueError: moe_layer_freq is 2; here it has to be 1
        """
        kind = hf.get("model_type")
        if kind not in ATTENTION:
            known = ", ".join(ATTENTION)
            raise ValueError(f"model_type is {kind!r}; known: {known}")
        if hf.get("moe_layer_freq", 1) != 1:
            raise ValueError(
                f"moe_layer_freq is {hf['moe_layer_freq']};"
                " here it has to be 1"
            )
        shape = take(
            NO_DENSE_FFN.get(kind, {}) | dict(hf),
            vocab_size="vocab_size",
            n_layers="num_hidden_layers",
            d_model="hidden_size",
            d_ff="intermediate_size",
            norm_eps="rms_norm_eps",
            context="max_position_embeddings",
        )
        sparse = hf.get("n_routed_experts")
        return cls(
            **shape,
            attention=ATTENTION[kind].from_hf(hf),
            moe=MoEConfig.from_hf(hf) if sparse else None,
            n_dense_layers=hf.get("first_k_dense_replace") or 0,
            n_hash_layers=hf.get("num_hash_layers")
            or hf.get("mlp_layer_types", ()).count("hash_moe"),
            n_mtp=hf.get("num_nextn_predict_layers") or 0,
            n_streams=hf.get("hc_mult") or 1,
            tied=hf.get("tie_word_embeddings", False),
        )
