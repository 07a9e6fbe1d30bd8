"""Rotary positions, as a config.json gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from minseek.config.files import take

OPTIONAL = ("beta_fast", "beta_slow", "mscale", "mscale_all_dim")


@dataclass(frozen=True, kw_only=True)
class Yarn:
    """Reading further than trained (Peng et al., YaRN, section 3).

    With m(a) = 0.1 a ln s + 1, DeepSeek's code multiplies the cos and
    sin tables by m(mscale) / m(mscale_all_dim), and the scores by the
    square of m(mscale_all_dim).
    """

    factor: float  # s, how many times further
    original_context: int  # L, positions of the first training
    beta_fast: float = 32  # turns within L: faster pairs stay
    beta_slow: float = 1  # slower pairs are stretched by s
    mscale: float = 1
    mscale_all_dim: float = 0


@dataclass(frozen=True, kw_only=True)
class Rope:
    """Rotary positions: the base of the wavelengths, and their stretch.

    Files spell it ``rope_theta`` and ``rope_scaling``, since 2025 also
    ``rope_parameters``, which holds both:

    >>> new = {"rope_theta": 10000.0, "rope_type": "default"}
    >>> Rope.from_hf({"rope_parameters": new}) == Rope.from_hf({})
    True
    """

    base: float = 10_000.0
    yarn: Yarn | None = None
    unknown: str | None = None  # a stretch that nothing here computes
    still: bool = False  # nothing turns: a layer without positions

    @classmethod
    def from_hf(cls, hf: Mapping[str, Any]) -> Self:
        """Read either spelling."""
        said = hf.get("rope_parameters") or hf.get("rope_scaling") or {}
        base = said.get("rope_theta") or hf.get("rope_theta", 10_000.0)
        kind = said.get("rope_type", said.get("type", "default"))
        if kind == "default":
            return cls(base=base)
        if kind != "yarn":
            return cls(base=base, unknown=kind)
        needed = take(
            said,
            factor="factor",
            original_context="original_max_position_embeddings",
        )
        given = {key: said[key] for key in OPTIONAL if key in said}
        return cls(base=base, yarn=Yarn(**needed, **given))


PLAIN, STILL = Rope(), Rope(still=True)
