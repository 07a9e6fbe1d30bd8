"""Shapes of all models of the reference pages, and all cards."""

import tomllib
from importlib.resources import files
from typing import Any

from minseek.accounting import GIB, cache_bytes, chip, published
from minseek.config import GQAConfig, MLAConfig, ModelConfig

MODELS = (
    "llama-2-70b",
    "llama-3-8b",
    "llama-3-70b",
    "llama-3.1-405b",
    "mistral-7b",
    "qwen2.5-72b",
    "deepseek-v2-lite",
    "deepseek-v2",
    "deepseek-v3",
    "deepseek-v3.2",
    "deepseek-v4-flash",
    "deepseek-v4-pro",
)
CARDS = ("a100-40", "a100-80", "h100", "h200", "b200", "b300")
FORMATS = {"FP8": 8, "BF16": 16}  # bits


def model(name: str) -> dict[str, Any]:
    """What a layer keeps of a token: of each key head, or for all.

    ``heads`` is 0 where all heads share it, and is not cut then.
    """
    path = files("minseek") / "configs/SOURCES.toml"
    source = tomllib.loads(path.read_text("utf-8"))[name]
    shape, a = published(name), published(name).attention
    grouped = isinstance(a, GQAConfig)
    numbers = cache_bytes(shape) / 2 / shape.n_layers
    return {
        "name": source["name"].removesuffix("-Instruct"),
        "layers": shape.n_layers,
        "heads": a.n_kv_heads if grouped else 0,
        "width": a.d_head if grouped else numbers,
        "window": (a.window or 0) if grouped else 0,
        "what": what(shape),
        "context": shape.context,
    }


def what(shape: ModelConfig) -> str:
    """What a layer keeps of a token, in words; none for key heads."""
    match shape.attention:
        case MLAConfig(d_latent=c, d_rope=r, indexer=None):
            return f"a latent of {c} and a rotated key of {r}"
        case MLAConfig(d_latent=c, d_rope=r, indexer=i):
            return (
                f"a latent of {c}, a rotated key of {r} and"
                f" an index key of {i.d_head}"
            )
        case GQAConfig():
            return ""
    return "shares of entries that serve several tokens, on average"


def card(name: str) -> dict[str, Any]:
    """A card's name and memory."""
    limits = chip(name)
    return {
        "name": limits.name.split(" ")[0].rstrip(","),
        "bytes": int(limits.memory),
    }


def data() -> dict[str, Any]:
    """Everything that the explorable multiplies."""
    return {
        "gib": GIB,
        "cards": [card(name) for name in CARDS],
        "formats": [{"name": f, "bits": b} for f, b in FORMATS.items()],
        "models": [model(name) for name in MODELS],
    }
