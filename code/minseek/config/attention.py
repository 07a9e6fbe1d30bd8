"""Shapes of attention layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minseek.config.files import take
from minseek.config.rope import PLAIN, Rope


@dataclass(frozen=True, kw_only=True)
class IndexerConfig:
    """Shape of the small scorer that picks keys (V3.2, section 2.1)."""

    n_heads: int
    d_head: int
    top_k: int  # keys that the attention then reads

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read the indexer of V3.2 or V4."""
        return cls(
            **take(
                hf,
                n_heads="index_n_heads",
                d_head="index_head_dim",
                top_k="index_topk",
            )
        )


@dataclass(frozen=True, kw_only=True)
class MLAConfig:
    """Shape of a latent attention layer (DeepSeek-V2, section 2.1).

    >>> from minseek.config import load
    >>> MLAConfig.from_hf(load("mini")).cache_width
    48
    """

    d_model: int
    n_heads: int
    d_nope: int  # of a query or key, without position
    d_rope: int  # of a query or key, rotated; the key's is shared
    d_v: int  # of a value
    d_latent: int  # of c, which the cache keeps: the paper's d_c
    d_q_latent: int | None = None  # None: queries are not compressed
    indexer: IndexerConfig | None = None  # None: every key is read
    rope: Rope = PLAIN
    norm_eps: float = 1e-6  # of the latents' norms; no file sets it

    @property
    def d_qk(self) -> int:
        """Width of a whole query or key of one head."""
        return self.d_nope + self.d_rope

    @property
    def cache_width(self) -> int:
        """Numbers cached per token: the latent and the shared key."""
        return self.d_latent + self.d_rope

    @property
    def cache_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Their shapes, for a cache: one latent and one rope key."""
        return (self.d_latent,), (self.d_rope,)

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read an MLA layer of DeepSeek-V2, -V3 or -V3.2."""
        if hf.get("attention_bias"):
            raise ValueError(
                "attention_bias is set; MLA here has no biases"
            )
        if not hf.get("rope_interleave", True):
            raise ValueError(
                "rope_interleave is false; MLA here turns neighbours"
            )
        shape = take(
            hf,
            d_model="hidden_size",
            n_heads="num_attention_heads",
            d_nope="qk_nope_head_dim",
            d_rope="qk_rope_head_dim",
            d_v="v_head_dim",
            d_latent="kv_lora_rank",
            d_q_latent="q_lora_rank",
        )
        sparse = "index_topk" in hf
        return cls(
            **shape,
            indexer=IndexerConfig.from_hf(hf) if sparse else None,
            rope=Rope.from_hf(hf),
        )


@dataclass(frozen=True, kw_only=True)
class GQAConfig:
    """Shape of a layer whose query heads share keys in groups.

    As many key heads as query heads make it MHA, one makes it MQA
    (Ainslie et al., section 2.2).
    """

    d_model: int
    n_heads: int
    n_kv_heads: int
    d_head: int
    rope: Rope = PLAIN
    window: int | None = None  # None: every earlier token is seen
    qkv_bias: bool = False  # Qwen2 adds one to queries, keys and values

    @property
    def cache_width(self) -> int:
        """Numbers cached per token: a key and a value of each group."""
        return 2 * self.n_kv_heads * self.d_head

    @property
    def cache_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Their shapes, for a cache: keys and values."""
        return ((self.n_kv_heads, self.d_head),) * 2

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read an attention layer of Llama, Mistral or Qwen2."""
        shape = take(
            hf, d_model="hidden_size", n_heads="num_attention_heads"
        )
        d_head = (
            hf.get("head_dim") or shape["d_model"] // shape["n_heads"]
        )
        qwen = hf.get("model_type") == "qwen2"
        windowed = hf.get("use_sliding_window", not qwen)
        return cls(
            **shape,
            n_kv_heads=hf.get("num_key_value_heads")
            or shape["n_heads"],
            d_head=d_head,
            rope=Rope.from_hf(hf),
            window=hf.get("sliding_window") if windowed else None,
            qkv_bias=hf.get("attention_bias", qwen),
        )
