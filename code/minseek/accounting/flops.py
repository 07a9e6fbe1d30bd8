"""FLOPs per token, in training and in decoding, by context.

A multiplication and an addition are two. Matrices cost 2 per active
parameter forward and twice that backward, so 6 in training. Attention
costs, per head and key read, 2 for each number of a key and of a value;
a causal sequence of n tokens reads n/2 keys on average.

Absorbed MLA reads the latent itself: c + r numbers as key and c as
value in place of n + r and v. That is more work (1088 for 320) and far
less memory, which is what decoding runs out of.
"""

from typing import NamedTuple

from minseek.accounting.models import active
from minseek.accounting.parameters import CSA
from minseek.config import (
    CompressedConfig,
    GQAConfig,
    MLAConfig,
    ModelConfig,
)


class Work(NamedTuple):
    """FLOPs of one token: matrices, attention, choosing of keys.

    >>> Work(linear=6, core=3, indexer=1).total
    10
    """

    linear: float
    core: float
    indexer: float = 0

    @property
    def total(self) -> float:
        """All of it, formats ignored."""
        return self.linear + self.core + self.indexer


def key_flops(
    a: MLAConfig | GQAConfig | CompressedConfig, absorbed: bool = False
) -> int:
    """FLOPs of one query and one key, all heads of one layer.

    >>> from minseek.accounting import published
    >>> mla = published("deepseek-v3").attention
    >>> key_flops(mla), key_flops(mla, absorbed=True)
    (81920, 278528)
    """
    if isinstance(a, CompressedConfig):
        width = 2 * a.d_head  # the entry is key and value
    elif isinstance(a, GQAConfig):
        width = 2 * a.d_head
    elif absorbed:
        width = 2 * a.d_latent + a.d_rope
    else:
        width = a.d_qk + a.d_v
    return 2 * a.n_heads * width


def index_flops(a: MLAConfig | CompressedConfig) -> int:
    """FLOPs of one query and one index key.

    >>> from minseek.accounting import published
    >>> index_flops(published("deepseek-v3.2").attention)
    16384
    """
    return 2 * a.indexer.n_heads * a.indexer.d_head if a.indexer else 0


def training_flops(model: ModelConfig, n: int) -> float:
    """FLOPs per token of training on sequences of ``n`` tokens.

    6 N for the matrices, N without the input embedding, and three
    times attention over n/2 keys, heads as trained: not absorbed, and
    dense (Zhao et al., Table 2, counts so). V4 is taken as it decodes
    its middle token.

    >>> from minseek.accounting import published
    >>> round(training_flops(published("deepseek-v3"), 4096) / 1e9, 1)
    250.5
    """
    if isinstance(model.attention, CompressedConfig):
        middle = decode_flops(model, n // 2)
        core = middle.core + middle.indexer
    else:
        core = model.n_layers * key_flops(model.attention) * n / 2
    return 6 * active(model) + 3 * core


def decode_flops(model: ModelConfig, context: int) -> Work:
    """FLOPs of one new token that may read ``context`` tokens.

    >>> from minseek.accounting import published
    >>> work = decode_flops(published("deepseek-v3.2"), 2**20)
    >>> round(work.indexer / work.core)  # choosing is the work
    30
    """
    a, linear = model.attention, 2 * active(model)
    if isinstance(a, CompressedConfig):
        return _compressed(a, linear, context)
    indexer = 0
    if isinstance(a, MLAConfig):
        read = min(context, a.indexer.top_k) if a.indexer else context
        indexer = model.n_layers * index_flops(a) * context
    else:
        read = min(context, a.window or context)
    core = model.n_layers * key_flops(a, absorbed=True) * read
    return Work(linear, core, indexer)


def _compressed(
    a: CompressedConfig, linear: float, context: int
) -> Work:
    """V4: a layer reads its window, and all or the best entries."""
    read, indexed = 0, 0
    for ratio in a.ratios:
        read += min(context, a.window)
        if ratio:
            entries = context // ratio
            read += (
                min(entries, a.indexer.top_k)
                if ratio == CSA
                else entries
            )
            indexed += entries if ratio == CSA else 0
    return Work(linear, key_flops(a) * read, index_flops(a) * indexed)
