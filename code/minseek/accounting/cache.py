"""Bytes of the KV cache per token, by layout and by number format.

Elements per token and layer (DeepSeek-V2, Table 1): MHA 2 h d, GQA with
g groups 2 g d, MQA 2 d, MLA c + r. V3.2 and V4 store bytes of several
formats side by side, so their unit is the record:

    V3.2   c FP8, one FP32 scale for each 128 of them, r BF16
    V4     the unrotated part FP8, scales, the rotated part BF16

A record of V4 stands for as many tokens as its layer compresses.
"""

from math import ceil

from minseek.accounting.parameters import CSA
from minseek.config import (
    CompressedConfig,
    GQAConfig,
    MLAConfig,
    ModelConfig,
)

GIB = 1024**3
TILE = 128  # numbers of V3.2 that share an FP32 scale
MX_BLOCK = 32  # numbers of an FP4 block that share a scale of one byte


def mha_width(a: MLAConfig | GQAConfig | CompressedConfig) -> int:
    """Elements if each query head had a key and a value of its own.

    An MLA layer would have keys of width n, as V2's Table 1 compares.
    """
    return 2 * a.n_heads * head_width(a)


def gqa_width(n_groups: int, d_head: int = 128) -> int:
    """Elements of ``n_groups`` keys and values; one group makes MQA.

    >>> 576 / gqa_width(1)  # V3's latent and rope key are 2.25 groups
    2.25
    """
    return 2 * n_groups * d_head


def head_width(a: MLAConfig | GQAConfig | CompressedConfig) -> int:
    """Width of one head as the layouts compare it."""
    return a.d_nope if isinstance(a, MLAConfig) else a.d_head


def fp8_record(d_latent: int = 512, d_rope: int = 64) -> int:
    """Bytes of V3.2's record of one token (FlashMLA, README).

    >>> fp8_record(512, 64)
    656
    """
    return d_latent + 4 * ceil(d_latent / TILE) + 2 * d_rope


def fp8_index_key(d_head: int = 128) -> int:
    """Bytes of V3.2's index key: FP8 and one FP32 scale."""
    return d_head + 4


def v4_record(d_head: int = 512, d_rope: int = 64) -> int:
    """Bytes of V4's entry: 448 FP8, 64 BF16, 8 for the scales.

    Seven tiles of 64 need seven scales of a byte; the eighth byte
    keeps records aligned (FlashMLA, tests/quant.py).

    >>> v4_record(512, 64)
    584
    """
    plain = d_head - d_rope
    return plain + 2 * d_rope + ceil(plain / 64) + 1


def fp4_index_key(d_head: int = 128) -> int:
    """Bytes of V4's index key: MXFP4.

    >>> fp4_index_key(128)
    68
    """
    return d_head // 2 + d_head // MX_BLOCK


def cache_bytes(model: ModelConfig, bits: float = 16) -> float:
    """Bytes per token in one format, index keys included.

    >>> from minseek.accounting import published
    >>> cache_bytes(published("deepseek-v3"))
    70272.0
    """
    a = model.attention
    if isinstance(a, CompressedConfig):
        return _compressed(a, a.d_head, a.indexer.d_head) * bits / 8
    width = a.cache_width
    if isinstance(a, MLAConfig) and a.indexer:
        width += a.indexer.d_head
    return model.n_layers * width * bits / 8


def shard_bytes(
    model: ModelConfig, cards: int, bits: float = 16
) -> float:
    """Bytes per token on the fullest of ``cards`` that share heads.

    A key head is not cut: with more cards than heads some keep the
    same one. A latent serves all heads, so each card keeps it whole.

    >>> from minseek.accounting import published
    >>> llama, v3 = published("llama-2-70b"), published("deepseek-v3")
    >>> [shard_bytes(llama, cards) for cards in (1, 8, 16)]
    [327680.0, 40960.0, 40960.0]
    >>> shard_bytes(v3, 8) == cache_bytes(v3)
    True
    """
    a = model.attention
    if not isinstance(a, GQAConfig):
        return cache_bytes(model, bits)
    heads = ceil(a.n_kv_heads / cards)
    return model.n_layers * gqa_width(heads, a.d_head) * bits / 8


def record_bytes(model: ModelConfig) -> float:
    """Bytes per token in the records that DeepSeek serves with.

    >>> from minseek.accounting import published
    >>> record_bytes(published("deepseek-v3.2"))
    48068
    """
    a = model.attention
    if isinstance(a, CompressedConfig):
        entry = v4_record(a.d_head, a.d_rope)
        return _compressed(a, entry, fp4_index_key(a.indexer.d_head))
    if not isinstance(a, MLAConfig):
        raise ValueError("records are of DeepSeek; GQA has cache_bytes")
    record = fp8_record(a.d_latent, a.d_rope)
    if a.indexer:
        record += fp8_index_key(a.indexer.d_head)
    return model.n_layers * record


def window_bytes(model: ModelConfig) -> int:
    """Bytes of V4's windows, which do not grow with the context."""
    a = model.attention
    if not isinstance(a, CompressedConfig):
        return 0
    return model.n_layers * a.window * v4_record(a.d_head, a.d_rope)


def _compressed(a: CompressedConfig, entry: float, key: float) -> float:
    """Sum over layers of what an entry costs each of its tokens."""
    return sum(
        (entry + (key if ratio == CSA else 0)) / ratio
        for ratio in a.ratios
        if ratio
    )
