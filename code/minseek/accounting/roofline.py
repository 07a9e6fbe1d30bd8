"""Rooflines: whether arithmetic or memory sets the time of a step."""

from minseek.accounting.flops import key_flops
from minseek.config import GQAConfig, MLAConfig


def intensity(flops: float, n_bytes: float) -> float:
    """Arithmetic intensity: FLOPs done for each byte moved.

    >>> from minseek.accounting import matmul_flops, standard_forward
    >>> n, d = 1024, 64
    >>> moved = 2 * standard_forward(n, d).total
    >>> round(intensity(matmul_flops(n, d, products=2), moved), 1)
    30.1
    """
    return flops / n_bytes


def ridge(peak: float, bandwidth: float) -> float:
    """Intensity at which a chip's arithmetic and its memory tie.

    Below peak / bandwidth FLOPs per byte the memory sets the time.

    >>> round(ridge(312e12, 1555e9))  # A100 with 40 GB, FP16
    201
    """
    return peak / bandwidth


def attainable(at: float, peak: float, bandwidth: float) -> float:
    """FLOPs per second that the roofline allows at intensity ``at``.

    >>> attainable(20, 312e12, 1555e9) / 1e12
    31.1
    """
    return min(peak, at * bandwidth)


def decode_intensity(a: MLAConfig | GQAConfig) -> float:
    """FLOPs of one new token for each byte of BF16 cache that it reads.

    Sharing raises it: all query heads of a group read the same key.
    Absorbed MLA has one key for all heads and uses most of it twice, as
    key and as value: about 2 h.

    >>> from minseek.accounting import published
    >>> decode_intensity(published("llama-3-70b").attention)
    8.0
    >>> round(decode_intensity(published("deepseek-v3").attention), 1)
    241.8
    """
    return key_flops(a, absorbed=True) / (2 * a.cache_width)
