"""What one new token reads, and what a whole prompt adds up to.

Every attention is a list of reads. A read is one kind of item: keys
with values, index keys, entries that stand for several tokens. At a
context of n tokens a step meets min(n // ratio, cap) of them:

    share heads   fewer bytes for an item, as many FLOPs
    compress      fewer bytes, or fewer items (ratio)
    sparsify      a cap
    tile          nothing here: the same items, kept on chip

Bytes are those of serving: BF16 for GQA and dense MLA, the records of
several formats for V3.2 and V4. Left out are weights, activations,
and what a kernel reads twice.
"""

from math import inf
from typing import NamedTuple

from minseek.accounting.cache import (
    cache_bytes,
    fp4_index_key,
    fp8_index_key,
    fp8_record,
    v4_record,
)
from minseek.accounting.flops import index_flops, key_flops
from minseek.accounting.models import active
from minseek.accounting.parameters import CSA
from minseek.config import (
    CompressedConfig,
    IndexerConfig,
    MLAConfig,
    ModelConfig,
)


class Read(NamedTuple):
    """One kind of item, with its cost in all layers and heads."""

    what: str
    flops: int  # for each item
    bytes: int
    ratio: int = 1  # tokens that an item stands for
    cap: float = inf  # items that a step reads at most

    def items(self, context: int) -> float:
        """Items that one new token reads.

        >>> best = Read("best", flops=8, bytes=2, ratio=4, cap=1024)
        >>> best.items(1000), best.items(10**6)
        (250, 1024)
        """
        return min(context // self.ratio, self.cap)

    def summed(self, n: int) -> float:
        """Items that all tokens of a prompt of ``n`` read together.

        >>> Read("all", flops=8, bytes=2).summed(4)  # 1 + 2 + 3 + 4
        10
        """
        if self.cap * self.ratio < n:
            full = int(self.cap * self.ratio)
            return self.summed(full) + self.cap * (n - full)
        q = n // self.ratio
        return self.ratio * q * (q - 1) // 2 + q * (n % self.ratio + 1)


def reads(model: ModelConfig, absorbed: bool = True) -> list[Read]:
    """All that one new token reads; ``absorbed`` matters to MLA.

    >>> from minseek.accounting import published
    >>> for read in reads(published("deepseek-v3.2")):
    ...     print(*read)
    index keys 999424 8052 1 inf
    latents 16990208 40016 1 2048
    """
    a, layers = model.attention, model.n_layers
    if isinstance(a, CompressedConfig):
        return _compressed(a)
    if isinstance(a, MLAConfig) and a.indexer:
        return _indexed(a, a.indexer, layers)
    flops = layers * key_flops(a, absorbed)
    size = int(cache_bytes(model))
    if isinstance(a, MLAConfig):
        return [Read("latents", flops, size)]
    return [Read("keys, values", flops, size, cap=a.window or inf)]


def read_bytes(model: ModelConfig, context: int) -> float:
    """Bytes of cache that one new token reads.

    >>> from minseek.accounting import published
    >>> for name in ("deepseek-v3", "deepseek-v3.2"):
    ...     print(read_bytes(published(name), 2**20) / 1e9)
    73.685532672
    8.52508672
    """
    return sum(r.bytes * r.items(context) for r in reads(model))


def prefill_flops(model: ModelConfig, n: int) -> float:
    """FLOPs of a prompt of ``n`` tokens, causal, with all logits.

    Dense MLA expands its keys for a prompt; V3.2 reads chosen latents
    at any length, though it is served otherwise when prompts are short.

    >>> from minseek.accounting import decode_flops, published
    >>> small = published("small")
    >>> whole = prefill_flops(small, 2)
    >>> whole == sum(decode_flops(small, n).total for n in (1, 2))
    True
    """
    core = reads(model, absorbed=False)
    return 2 * active(model) * n + sum(
        r.flops * r.summed(n) for r in core
    )


def _indexed(a: MLAConfig, best: IndexerConfig, n: int) -> list[Read]:
    """V3.2: every index key, then the latents that it chose."""
    index, core = n * index_flops(a), n * key_flops(a, absorbed=True)
    key = n * fp8_index_key(best.d_head)
    record = n * fp8_record(a.d_latent, a.d_rope)
    return [
        Read("index keys", index, key),
        Read("latents", core, record, cap=best.top_k),
    ]


def _compressed(a: CompressedConfig) -> list[Read]:
    """V4: a window in each layer; entries by the layer's ratio."""
    core, entry = key_flops(a), v4_record(a.d_head, a.d_rope)
    index, key = index_flops(a), fp4_index_key(a.indexer.d_head)
    n = len(a.ratios)
    found = [Read("window", n * core, n * entry, cap=a.window)]
    for ratio in sorted({*a.ratios} - {0}):
        n = a.ratios.count(ratio)
        cap = a.indexer.top_k if ratio == CSA else inf
        name = f"entries of {ratio} tokens"
        if ratio == CSA:
            found.append(Read("index keys", n * index, n * key, ratio))
        found.append(Read(name, n * core, n * entry, ratio, cap))
    return found
