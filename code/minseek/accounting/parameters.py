"""Parameters of a model, part by part: stored, and used by one token.

A parameter is used if it is multiplied. The embedding is not: a token
looks one row up. With this rule, one vocabulary matrix of two, all
published counts of active parameters of V2 to V4 are met.
"""

from typing import NamedTuple

from minseek.config import (
    CompressedConfig,
    GQAConfig,
    IndexerConfig,
    MLAConfig,
    MoEConfig,
)

CSA = 4  # the ratio of V4's layers that choose by an indexer


class Count(NamedTuple):
    """Parameters that are stored, and those that one token uses."""

    total: int
    active: int

    def times(self, n: int) -> "Count":
        """Count of ``n`` equal parts."""
        return Count(n * self.total, n * self.active)


def projection_weights(d_model: int, d_k: int, d_v: int) -> int:
    """Weights of one head's W_Q, W_K and W_V: d_model (2 d_k + d_v).

    (Vaswani et al., section 3.2.2, gives the three shapes.)

    >>> projection_weights(512, 64, 64)  # base model of 2017
    98304
    """
    return d_model * (2 * d_k + d_v)


def gqa_weights(a: GQAConfig) -> int:
    """Weights of one layer with grouped keys: W_Q, W_K, W_V, W_O.

    >>> mha = GQAConfig(d_model=512, n_heads=8, n_kv_heads=8, d_head=64)
    >>> gqa_weights(mha) == 8 * projection_weights(512, 64, 64) + 512**2
    True
    """
    q, kv = a.n_heads * a.d_head, 2 * a.n_kv_heads * a.d_head
    return a.d_model * (2 * q + kv) + a.qkv_bias * (q + kv)


def mla_weights(a: MLAConfig) -> int:
    """Weights of one latent layer, the norms of its latents included.

    d (c + r) down, h c (n + v) up and h v d back; the query's way is
    d q + q h (n + r), or d h (n + r) where queries are not compressed.

    >>> from minseek.config import load
    >>> mla_weights(MLAConfig.from_hf(load("deepseek-v3")))
    187107328
    """
    d, h, c = a.d_model, a.n_heads, a.d_latent
    kv = d * (c + a.d_rope) + c + c * h * (a.d_nope + a.d_v)
    if a.d_q_latent is None:
        query = d * h * a.d_qk
    else:
        query = a.d_q_latent * (d + 1 + h * a.d_qk)
    return query + kv + h * a.d_v * d


def indexer_weights(i: IndexerConfig, a: MLAConfig) -> int:
    """Weights of V3.2's indexer: queries, a key, its norm, weights."""
    assert a.d_q_latent  # its queries begin at the query latent
    key = a.d_model * i.d_head + 2 * i.d_head  # a norm with bias
    return (
        a.d_q_latent * i.n_heads * i.d_head
        + key
        + a.d_model * i.n_heads
    )


def compressor_weights(d_model: int, width: int, ratio: int) -> int:
    """Weights that make one entry of V4 out of ``ratio`` tokens.

    Entries and gates, and a bias for each place in the block; blocks of
    ratio 4 overlap and need two of each (DeepSeek-V4, equations 9-12).
    """
    series = 2 if ratio == CSA else 1
    return series * width * (2 * d_model + ratio) + width


def compressed_weights(a: CompressedConfig, ratio: int) -> int:
    """Weights of one V4 layer of a ratio, without its indexer."""
    d, h, e, q = a.d_model, a.n_heads, a.d_head, a.d_q_latent
    out = a.n_out_groups * a.d_out_latent
    query = q * (d + 1 + h * e)
    back = out * (h * e // a.n_out_groups) + out * d
    entry = d * e + e
    if ratio:
        entry += compressor_weights(d, e, ratio)
    return query + entry + back + h  # one sink for each head


def compressed_indexer_weights(a: CompressedConfig) -> int:
    """Weights of the indexer of one CSA layer: compressed keys too."""
    i = a.indexer
    keys = compressor_weights(a.d_model, i.d_head, CSA)
    queries = a.d_q_latent * i.n_heads * i.d_head
    return keys + queries + a.d_model * i.n_heads


def expert_weights(moe: MoEConfig) -> int:
    """Weights of one expert: three matrices, as SwiGLU needs."""
    return 3 * moe.d_model * moe.d_expert


def moe_parts(moe: MoEConfig, hashed: bool = False) -> dict[str, Count]:
    """One layer of experts; routing by token id needs no bias."""
    expert, e = expert_weights(moe), moe.n_experts
    bias = e if moe.has_bias and not hashed else 0
    return {
        "routed experts": Count(e * expert, moe.k * expert),
        "shared experts": Count(*(moe.n_shared * expert,) * 2),
        "router": Count(*(e * moe.d_model,) * 2),
        "router bias": Count(bias, bias),
    }


def stream_weights(n: int, d_model: int) -> int:
    """Weights that mix ``n`` residual streams around one sublayer.

    n² + 2n outputs of the n d inputs, their biases and three scales
    (mHC, section 4.2).
    """
    out = n * n + 2 * n
    return out * n * d_model + out + 3
