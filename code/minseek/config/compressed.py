"""Shape of DeepSeek-V4's attention layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minseek.config.attention import IndexerConfig
from minseek.config.files import take
from minseek.config.rope import PLAIN, Rope


@dataclass(frozen=True, kw_only=True)
class CompressedConfig:
    """Shape of V4's attention layers (DeepSeek-V4, section 2.3).

    All heads share one entry, which is key and value. A layer of ratio
    r keeps one entry for each r tokens, and the last tokens as they
    are; ratio 4 chooses among entries by its indexer (CSA), ratio 128
    reads all (HCA), ratio 0 keeps nothing but the window.

    >>> from minseek.config import load
    >>> flash = CompressedConfig.from_hf(load("deepseek-v4-flash"))
    >>> [flash.ratios.count(ratio) for ratio in (4, 128, 0)]
    [21, 20, 2]
    """

    d_model: int
    n_heads: int
    d_head: int  # of an entry
    d_rope: int  # of an entry, rotated: its last numbers
    d_q_latent: int
    n_out_groups: int  # of heads, each with its own way back
    d_out_latent: int  # of each group, before the last matrix
    window: int  # tokens kept uncompressed
    ratios: tuple[int, ...]  # one for each layer, MTP not counted
    indexer: IndexerConfig
    rope: Rope = PLAIN  # of layers of ratio 0
    rope_compressed: Rope = PLAIN  # of all others
    norm_eps: float = 1e-6

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read the attention layers of DeepSeek-V4."""
        shape = take(
            hf,
            d_model="hidden_size",
            n_heads="num_attention_heads",
            d_head="head_dim",
            d_rope="qk_rope_head_dim",
            d_q_latent="q_lora_rank",
            n_out_groups="o_groups",
            d_out_latent="o_lora_rank",
            window="sliding_window",
            norm_eps="rms_norm_eps",
        )
        return cls(
            **shape,
            ratios=_ratios(hf),
            indexer=IndexerConfig.from_hf(hf),
            rope=Rope(base=hf.get("rope_theta", PLAIN.base)),
            rope_compressed=_rope(hf),
        )


def _ratios(hf: Mapping[str, Any]) -> tuple[int, ...]:
    """Read the list of DeepSeek's file, or transformers' two."""
    if "layer_types" in hf and "compress_ratios" not in hf:
        rates = take(hf, rates="compress_rates")["rates"]
        rates = {"sliding_attention": 0} | rates
        return tuple(rates[kind] for kind in hf["layer_types"])
    said = take(hf, all="compress_ratios", n="num_hidden_layers")
    return tuple(said["all"][: said["n"]])


def _rope(hf: Mapping[str, Any]) -> Rope:
    """Read the rotation of compressed layers in either spelling."""
    if "compress" in (said := hf.get("rope_parameters") or {}):
        return Rope.from_hf({"rope_parameters": said["compress"]})
    base = take(hf, rope_theta="compress_rope_theta")
    return Rope.from_hf(dict(hf) | base)
