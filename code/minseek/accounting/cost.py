"""GPU hours, dollars and tokens of a training run."""


def gpu_hours(gpus: int, days: float) -> float:
    """Hours that a bill counts.

    >>> round(gpu_hours(2048, 3.7))  # V3: 180K per 10^12 tokens
    181862
    """
    return gpus * 24 * days


def dollars(hours: float, price: float = 2.0) -> float:
    """Rent of GPU hours; 2 dollars are DeepSeek's guess for an H800.

    >>> dollars(2664e3 + 119e3 + 5e3) / 1e6  # V3, all of Table 1
    5.576
    """
    return hours * price


def tokens_per_day(batch: int, length: int, step: float) -> float:
    """Tokens of a day whose steps take ``step`` seconds.

    >>> round(tokens_per_day(15360, 4096, 19.926) / 1e9, 1)  # V3
    272.8
    """
    return batch * length * 86_400 / step


def mfu(
    flops_per_token: float, tokens_per_second: float, peak: float
) -> float:
    """Share of the peak that the model's own arithmetic reaches.

    ``peak`` is of all chips together; what is computed twice to save
    memory counts once.

    >>> v3 = tokens_per_day(15360, 4096, 19.926) / 86_400
    >>> round(mfu(250e9, v3, 2048 * 989e12), 2)
    0.39
    """
    return flops_per_token * tokens_per_second / peak
