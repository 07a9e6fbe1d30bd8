"""Published limits of accelerators, from hardware.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Chip:
    """Limits of one accelerator; None is what nobody was found to say.

    >>> chip("h800").nvlink / chip("h100").nvlink
    0.4444444444444444
    """

    name: str
    memory: float  # bytes
    bandwidth: float  # of that memory, bytes per second
    fp16: float  # dense matrix products, FLOP/s, as the next three
    bf16: float | None = None
    fp8: float | None = None
    fp4: float | None = None
    fp32: float | None = None  # FLOP/s outside the tensor cores
    sms: int | None = None  # multiprocessors
    clock: float | None = None  # Hz, of the tensor cores
    shared: int | None = None  # bytes per multiprocessor, at most
    l2: int | None = None  # bytes
    exp: int | None = None  # exponentials per clock and multiprocessor
    nvlink: float | None = None  # bytes per second, both directions

    @classmethod
    def from_toml(cls, rows: Mapping[str, Any]) -> Self:
        """Read one table of hardware.toml: a name, and its limits."""
        limits = {k: row for k, row in rows.items() if k != "name"}
        return cls(
            name=rows["name"],
            **{key: row["value"] for key, row in limits.items()},
        )


def chip(name: str) -> Chip:
    """Read one chip; hardware.toml names the source of each value.

    >>> chip("a100-40").bandwidth / 1e9
    1555.0
    """
    path = files("minseek") / "hardware.toml"
    chips = tomllib.loads(path.read_text("utf-8"))
    if name not in chips:
        raise ValueError(
            f"no chip {name!r}; there are {', '.join(chips)}"
        )
    return Chip.from_toml(chips[name])
