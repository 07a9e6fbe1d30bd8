"""What the capacity planner divides: weights, caches and cards."""

import runpy
from pathlib import Path
from typing import Any

from minseek.accounting import (
    cache_bytes,
    copied,
    published,
    record_bytes,
    total,
    window_bytes,
)
from minseek.config import CompressedConfig, MLAConfig, ModelConfig

SHARED = runpy.run_path(str(Path(__file__).with_name("kv-cache.py")))
MODELS, CARDS = SHARED["MODELS"], SHARED["CARDS"]
FORMATS = {"BF16": 16, "FP8 records": None, "6 bits": 6}
WEIGHTS = {"BF16": 16, "FP8": 8, "4 bits": 4}


def model(name: str) -> dict[str, Any]:
    """Shape of a model's cache, and weights by who keeps them.

    The width of a latent layer counts its rope and index keys.
    """
    shape, a = published(name), published(name).attention
    kept = SHARED["model"](name)
    own = {k: kept[k] for k in ("name", "layers", "heads", "context")}
    own["width"], own["window"] = kept["width"], kept["window"]
    indexed = isinstance(a, MLAConfig) and a.indexer
    own["rope"] = a.d_rope if isinstance(a, MLAConfig) else 0
    own["index"] = a.indexer.d_head if indexed else 0
    own["copied"] = copied(shape)
    own["divided"] = total(shape) - copied(shape)
    if isinstance(a, CompressedConfig):
        own |= entries(shape, a)
    return own


def entries(shape: ModelConfig, a: CompressedConfig) -> dict[str, Any]:
    """Bytes of V4 in each format: per token, and of all windows."""
    numbers = shape.n_layers * a.window * a.d_head
    return {
        "window": a.window,
        "entries": [
            cache_bytes(shape, bits) if bits else record_bytes(shape)
            for bits in FORMATS.values()
        ],
        "windows": [
            numbers * bits / 8 if bits else window_bytes(shape)
            for bits in FORMATS.values()
        ],
    }


def data() -> dict[str, Any]:
    """Everything that the explorable divides."""
    return {
        "cards": [SHARED["card"](name) for name in CARDS],
        "formats": [{"name": f, "bits": b} for f, b in FORMATS.items()],
        "weights": [{"name": f, "bits": b} for f, b in WEIGHTS.items()],
        "models": [model(name) for name in MODELS],
    }
