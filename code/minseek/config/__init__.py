"""Shapes of models: what a config.json says, in the names of this book.

Published files disagree in their names (``kv_lora_rank`` here, "d_c"
in the paper) and leave out what their code takes for granted. Both end
here: each class reads its part of a Hugging Face ``config.json`` by
``from_hf`` and is frozen, so that a shape is a value. Standard library
only. Left out: dropout, initial weights and number formats, which no
shape depends on.
"""

from minseek.config.attention import (
    GQAConfig,
    IndexerConfig,
    MLAConfig,
)
from minseek.config.compressed import CompressedConfig
from minseek.config.files import load
from minseek.config.model import ModelConfig
from minseek.config.moe import MoEConfig
from minseek.config.rope import Rope, Yarn

__all__ = [
    "CompressedConfig",
    "GQAConfig",
    "IndexerConfig",
    "MLAConfig",
    "MoEConfig",
    "ModelConfig",
    "Rope",
    "Yarn",
    "load",
]
