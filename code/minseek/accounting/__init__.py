"""FLOPs, bytes, parameters and dollars, counted instead of measured.

Standard library only: the facts ledger recomputes published numbers
with these names, and a web build must not need torch for that.
"""

from minseek.accounting.cache import (
    GIB,
    cache_bytes,
    fp4_index_key,
    fp8_index_key,
    fp8_record,
    gqa_width,
    head_width,
    mha_width,
    record_bytes,
    v4_record,
    window_bytes,
)
from minseek.accounting.cost import (
    dollars,
    gpu_hours,
    mfu,
    tokens_per_day,
)
from minseek.accounting.flops import (
    Work,
    decode_flops,
    index_flops,
    key_flops,
    training_flops,
)
from minseek.accounting.hardware import Chip, chip
from minseek.accounting.models import (
    active,
    mtp_parts,
    parts,
    published,
    total,
)
from minseek.accounting.parameters import (
    CSA,
    Count,
    compressed_weights,
    expert_weights,
    gqa_weights,
    indexer_weights,
    mla_weights,
    projection_weights,
)
from minseek.accounting.roofline import (
    attainable,
    decode_intensity,
    intensity,
    ridge,
)
from minseek.accounting.traffic import (
    BACKWARD,
    FLASH_BACKWARD,
    FORWARD,
    Accesses,
    Blocks,
    fa1_backward,
    fa1_blocks,
    fa1_forward,
    matmul_flops,
    score_bytes,
    standard_backward,
    standard_forward,
)

__all__ = [
    "BACKWARD",
    "CSA",
    "FLASH_BACKWARD",
    "FORWARD",
    "GIB",
    "Accesses",
    "Blocks",
    "Chip",
    "Count",
    "Work",
    "active",
    "attainable",
    "cache_bytes",
    "chip",
    "compressed_weights",
    "decode_flops",
    "decode_intensity",
    "dollars",
    "expert_weights",
    "fa1_backward",
    "fa1_blocks",
    "fa1_forward",
    "fp4_index_key",
    "fp8_index_key",
    "fp8_record",
    "gpu_hours",
    "gqa_weights",
    "gqa_width",
    "head_width",
    "index_flops",
    "indexer_weights",
    "intensity",
    "key_flops",
    "matmul_flops",
    "mfu",
    "mha_width",
    "mla_weights",
    "mtp_parts",
    "parts",
    "projection_weights",
    "published",
    "record_bytes",
    "ridge",
    "score_bytes",
    "standard_backward",
    "standard_forward",
    "tokens_per_day",
    "total",
    "training_flops",
    "v4_record",
    "window_bytes",
]
