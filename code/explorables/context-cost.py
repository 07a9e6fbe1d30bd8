"""What five models read of a context, item by item, and their weights.

Weights are counted in the formats in which they were published: BF16,
for DeepSeek FP8, and for the routed experts of V4 FP4 without scales.
"""

import math
from typing import Any

from minseek.accounting import (
    Read,
    active,
    cache_bytes,
    compared,
    parts,
    reads,
    record_bytes,
    window_bytes,
)
from minseek.config import GQAConfig, ModelConfig

BITS = {  # of routed experts, of everything else
    "MHA": (16, 16),
    "GQA": (16, 16),
    "V3": (8, 8),
    "V3.2": (8, 8),
    "V4-Pro": (4, 8),
}
SERVED = ("V3.2", "V4-Pro")  # in records of several formats


def kept(name: str, model: ModelConfig) -> float:
    """Bytes that each token leaves in the cache."""
    return (record_bytes if name in SERVED else cache_bytes)(model)


def weights(name: str, model: ModelConfig) -> dict[str, float]:
    """Bytes of weights: what each token uses, and all experts."""
    expert, rest = BITS[name]
    found = parts(model).get("routed experts")
    used = active(model) - (found.active if found else 0)
    return {
        "always": used * rest / 8,
        "routed": found.total * expert / 8 if found else 0,
        "share": found.active / found.total if found else 0,
    }


def items(found: list[Read]) -> list[dict[str, float | None]]:
    """Reads as the script wants them; no cap is null."""
    return [
        {
            "flops": r.flops,
            "bytes": r.bytes,
            "ratio": r.ratio,
            "cap": None if math.isinf(r.cap) else r.cap,
        }
        for r in found
    ]


def what(name: str, model: ModelConfig) -> str:
    """Which model it is, in words."""
    if isinstance(model.attention, GQAConfig):
        heads = model.attention.n_kv_heads
        return f"Llama 3 70B, {heads} key heads"
    return f"DeepSeek-{name}"


def data() -> dict[str, Any]:
    """Everything that the explorable multiplies."""
    return {
        "models": [
            {
                "name": name,
                "what": what(name, model),
                "linear": 2 * active(model),
                "reads": items(reads(model)),
                "prompt": items(reads(model, absorbed=False)),
                "kept": kept(name, model),
                "window": window_bytes(model),
                "weights": weights(name, model),
            }
            for name, model in compared().items()
        ]
    }
