"""How many sequences some cards hold beside a model's weights.

A share of each card is set aside for activations and programs. Then

    tensor-parallel   each card has a share of all weights, and of each
                      sequence the key heads that are its own
    data-parallel     each card has all of the attention and a share of
                      the rest, and whole sequences, which others lack

Left out: scales of the weights, matrices that tensor parallelism
copies, MTP modules, copies of busy experts.
"""

from math import floor
from typing import NamedTuple

from minseek.accounting.cache import (
    cache_bytes,
    record_bytes,
    shard_bytes,
    window_bytes,
)
from minseek.accounting.hardware import Chip
from minseek.accounting.models import parts, total
from minseek.config import CompressedConfig, GQAConfig, ModelConfig

COPIED = (
    "attention",
    "indexer",
    "norms",
    "residual streams",
    "final norm",
)


class Plan(NamedTuple):
    """What a card holds, in bytes, and what all hold together."""

    weights: float
    room: float  # left for the cache
    sequence: float  # on each card that keeps a part of it
    fit: int  # sequences on all cards

    @classmethod
    def of(
        cls,
        model: ModelConfig,
        card: Chip,
        tokens: int,
        *,
        cards: int = 1,
        bits: float | None = 16,
        weight_bits: float = 8,
        shared: bool = False,
        reserve: float = 0.1,
    ) -> "Plan":
        """Plan for sequences of ``tokens``; see the functions below."""
        weights = weight_bytes(model, cards, weight_bits, shared)
        room = max(0.0, card.memory * (1 - reserve) - weights)
        here = cards if shared else 1
        sequence = sequence_bytes(model, tokens, here, bits)
        owners = 1 if shared else cards
        fit = owners * floor(room / sequence)
        return cls(weights, room, sequence, fit)


def copied(model: ModelConfig) -> int:
    """Parameters that each card has where attention is not cut."""
    found = parts(model)
    return sum(found[name].total for name in COPIED if name in found)


def weight_bytes(
    model: ModelConfig,
    cards: int,
    bits: float = 8,
    shared: bool = False,
) -> float:
    """Bytes of weights on each of ``cards``, with cut heads or not.

    >>> from minseek.accounting import published
    >>> v3 = published("deepseek-v3")
    >>> [round(weight_bytes(v3, 8, 8, cut) / 1e9, 1)
    ...  for cut in (False, True)]
    [93.9, 83.9]
    """
    whole = 0 if shared else copied(model)
    return (whole + (total(model) - whole) / cards) * bits / 8


def sequence_bytes(
    model: ModelConfig,
    tokens: int,
    cards: int = 1,
    bits: float | None = 16,
) -> float:
    """Bytes of a text of ``tokens`` on each of ``cards`` that share it.

    ``bits`` is None for the records of DeepSeek; other models keep 8
    bits then. A window lets go of what is older.

    >>> from minseek.accounting import GIB, published
    >>> round(sequence_bytes(published("deepseek-v3"), 2**17) / GIB, 2)
    8.58
    """
    a = model.attention
    if isinstance(a, GQAConfig):
        kept = min(tokens, a.window or tokens)
        return kept * shard_bytes(model, cards, bits or 8)
    if not isinstance(a, CompressedConfig):
        if bits is None:
            return tokens * record_bytes(model)
        return tokens * cache_bytes(model, bits)
    share = min(tokens, a.window) / a.window
    if bits is None:
        return tokens * record_bytes(model) + share * window_bytes(
            model
        )
    windows = model.n_layers * a.window * a.d_head * bits / 8
    return tokens * cache_bytes(model, bits) + share * windows
