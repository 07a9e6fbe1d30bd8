"""How fast eight pairs turn, with the bases of two models."""

from typing import Any

import torch

from minseek.accounting import published
from minseek.config import Rope
from minseek.rope import frequencies

WIDTH = 16
MODELS = {"llama-3-8b": "Llama 3", "deepseek-v3": "DeepSeek-V3"}


def data() -> dict[str, Any]:
    """Radians from token to token, for each base."""
    bases = {n: published(n).attention.rope.base for n in MODELS}
    return {
        "bases": [
            {
                "base": int(base),
                "of": MODELS[name],
                "theta": frequencies(
                    WIDTH, Rope(base=base), torch.float64
                ).tolist(),
            }
            for name, base in bases.items()
        ]
    }
