"""Parameters of whole models: the sum over layers, and MTP apart."""

from collections import Counter
from dataclasses import replace

from minseek.accounting.parameters import (
    CSA,
    Count,
    compressed_indexer_weights,
    compressed_weights,
    gqa_weights,
    indexer_weights,
    mla_weights,
    moe_parts,
    stream_weights,
)
from minseek.config import (
    CompressedConfig,
    GQAConfig,
    MLAConfig,
    ModelConfig,
    load,
)


def published(name: str) -> ModelConfig:
    """Shape of a model whose config.json this package carries.

    >>> total(published("deepseek-v3"))
    671026419200
    """
    return ModelConfig.from_hf(load(name))


def unshared(model: ModelConfig) -> ModelConfig:
    """The same model with a key head for each query head: MHA.

    >>> gqa = published("llama-3-70b")
    >>> unshared(gqa).attention.n_kv_heads, gqa.attention.n_kv_heads
    (64, 8)
    """
    a = model.attention
    if not isinstance(a, GQAConfig):
        raise ValueError(f"{type(a).__name__} shares no key heads")
    every = replace(a, n_kv_heads=a.n_heads)
    return replace(model, attention=every)


def compared() -> dict[str, ModelConfig]:
    """Five models whose contexts article 2.4 compares, by short names.

    >>> [model.n_layers for model in compared().values()]
    [80, 80, 61, 61, 61]
    """
    gqa = published("llama-3-70b")
    return {
        "MHA": unshared(gqa),
        "GQA": gqa,
        "V3": published("deepseek-v3"),
        "V3.2": published("deepseek-v3.2"),
        "V4-Pro": published("deepseek-v4-pro"),
    }


def parts(model: ModelConfig) -> dict[str, Count]:
    """Parameters of each part of a model, MTP modules not counted.

    >>> mini = published("mini")
    >>> parts(mini)["routed experts"].active
    98304
    """
    vocabulary = model.vocab_size * model.d_model
    layers = [_layer(model, i) for i in range(model.n_layers)]
    return {
        "embedding": Count(vocabulary, 0),
        **_added(layers),
        "final norm": Count(*(_end(model),) * 2),
        "head": Count(0 if model.tied else vocabulary, vocabulary),
    }


def mtp_parts(model: ModelConfig) -> dict[str, Count]:
    """Parameters of the MTP modules, without embedding and head.

    Each is one more layer behind a projection from 2d to d, with norms
    of both inputs and of the output (DeepSeek-V3, section 2.2).

    >>> mtp_parts(published("deepseek-v3"))["projection"].total
    102760448
    """
    d, n = model.d_model, model.n_mtp
    if not n:
        return {}
    projection = Count(*(2 * d * d,) * 2)
    norms = Count(*(2 * d + _end(model),) * 2)
    layer = _layer(model, model.n_layers)
    module = _added([layer, {"projection": projection, "norms": norms}])
    return {name: count.times(n) for name, count in module.items()}


def total(model: ModelConfig, mtp: bool = False) -> int:
    """All parameters, those of the MTP modules only if asked for.

    Router biases count, though transformers keeps them as buffers.
    """
    own = sum(count.total for count in parts(model).values())
    return own + mtp * sum(c.total for c in mtp_parts(model).values())


def active(model: ModelConfig, matrices: int = 1) -> int:
    """Parameters that one token uses, with 0, 1 or 2 vocabulary ones.

    One, the head, is the rule of this package.

    >>> v3 = published("deepseek-v3")
    >>> [round(active(v3, n) / 1e9, 3) for n in (2, 1, 0)]
    [37.552, 36.626, 35.699]
    """
    own = sum(count.active for count in parts(model).values())
    return own + (matrices - 1) * model.vocab_size * model.d_model


def _end(model: ModelConfig) -> int:
    """The last norm, and in V4 the mixing of streams into one."""
    n, d = model.n_streams, model.d_model
    return d + (n * n * d + n + 1 if n > 1 else 0)


def _layer(model: ModelConfig, i: int) -> dict[str, Count]:
    """Parameters of layer ``i``; beyond the last are MTP modules."""
    d, n = model.d_model, model.n_streams
    streams = 2 * stream_weights(n, d) if n > 1 else 0
    own = _attention(model, i) | {
        "norms": 2 * d,
        "residual streams": streams,
    }
    found = {name: Count(w, w) for name, w in own.items() if w}
    if model.moe and i >= model.n_dense_layers:
        return found | moe_parts(model.moe, i < model.n_hash_layers)
    return found | {"dense FFN": Count(*(3 * d * model.d_ff,) * 2)}


def _attention(model: ModelConfig, i: int) -> dict[str, int]:
    """Weights of one layer's attention and of its indexer."""
    a = model.attention
    if isinstance(a, CompressedConfig):
        # V4's MTP layer stands after the list and keeps only a window
        ratio = a.ratios[i] if i < len(a.ratios) else 0
        indexer = compressed_indexer_weights(a) if ratio == CSA else 0
        return {
            "attention": compressed_weights(a, ratio),
            "indexer": indexer,
        }
    if isinstance(a, MLAConfig):
        indexer = indexer_weights(a.indexer, a) if a.indexer else 0
        return {"attention": mla_weights(a), "indexer": indexer}
    return {"attention": gqa_weights(a)}


def _added(layers: list[dict[str, Count]]) -> dict[str, Count]:
    """Sum of the layers, part by part, in the order of their coming."""
    sums: dict[str, Counter[str]] = {}
    for layer in layers:
        for name, count in layer.items():
            sums.setdefault(name, Counter()).update(count._asdict())
    return {name: Count(**s) for name, s in sums.items()}
