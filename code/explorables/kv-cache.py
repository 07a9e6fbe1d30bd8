"""Shapes whose cache grows with each token, and the card it fills."""

import tomllib
from importlib.resources import files
from typing import Any

from minseek.accounting import GIB, chip, published
from minseek.config import GQAConfig, MLAConfig, ModelConfig

MODELS = (
    "llama-3.1-405b",
    "qwen2.5-72b",
    "llama-3-8b",
    "deepseek-v2-lite",
    "deepseek-v3",
)
CARD = "h100"
FORMATS = {"FP8": 8, "BF16": 16}  # bits


def model(name: str) -> dict[str, Any]:
    """The factors of a model's bytes per token, and where it ends."""
    path = files("minseek") / "configs/SOURCES.toml"
    source = tomllib.loads(path.read_text("utf-8"))[name]
    shape = published(name)
    return {
        "name": source["name"].removesuffix("-Instruct"),
        "layers": shape.n_layers,
        "numbers": shape.attention.cache_width,
        "what": what(shape),
        "context": shape.context,
    }


def what(shape: ModelConfig) -> str:
    """What a layer keeps of a token."""
    match shape.attention:
        case MLAConfig(d_latent=c, d_rope=r):
            return f"a latent of {c} and a rotated key of {r}"
        case GQAConfig(n_kv_heads=heads, d_head=d):
            return f"keys and values of {heads} heads of {d}"
    raise ValueError("a cache that compresses tokens is not a product")


def data() -> dict[str, Any]:
    """Everything that the explorable multiplies."""
    card = chip(CARD)
    return {
        "gib": GIB,
        "card": {"name": card.name, "bytes": int(card.memory)},
        "formats": [{"name": f, "bits": b} for f, b in FORMATS.items()],
        "models": [model(name) for name in MODELS],
    }
