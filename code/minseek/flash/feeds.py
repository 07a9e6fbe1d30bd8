"""Feeds and speeds: which unit of a multiprocessor sets the time.

Standard library only. For one tile, the cycles that each unit needs if
it never waits (FlashAttention-4, sections 3.1.1 and 3.2.2). Operands
have 2 bytes, dq has 4. An instruction multiplies 128 rows; its first
operand may lie in tensor memory, the second comes from shared memory,
each time. Left out: latencies, registers, tensor memory's own traffic.

    m queries of a tile   n keys of a tile   d head width
"""

from math import ceil, log2
from typing import NamedTuple

from minseek.accounting import Chip, chip

ROWS = 128  # of an instruction


class Rates(NamedTuple):
    """What one multiprocessor does in one clock.

    >>> B200.flops * 148 * 1.85e9 / 1e15  # all of them: "2.25 PFLOPS"
    2.2429696
    """

    flops: int
    exponentials: int = 16
    shared_bytes: int = 128


B200 = Rates(8192)  # FlashAttention-4, section 2.2
B300 = B200._replace(exponentials=32)  # the same section, item 2


def rates(card: Chip) -> Rates:
    """Of a chip's published peak: a power of two each clock.

    >>> [rates(chip(x)).flops for x in ("v100", "a100-40", "h100")]
    [1024, 2048, 4096]
    """
    known = card.sms, card.clock, card.exp
    if not (card.sms and card.clock and card.exp):
        raise ValueError(
            f"{card.name}: sms, clock and exp are {known}; all needed"
        )
    each = card.fp16 / card.sms / card.clock
    return Rates(2 ** round(log2(each)), card.exp)


def generations() -> dict[str, Rates]:
    """Rates of four cards, from the A100 to the B300.

    >>> found = generations()
    >>> found["B200"] == B200, B300.exponentials == chip("b300").exp
    (True, True)
    """
    return {
        "A100": rates(chip("a100-40")),
        "H100": rates(chip("h100")),
        "B200": rates(chip("b200")),
        "B300": B300,
    }


class Cycles(NamedTuple):
    """Time of each unit; the longest is the tile's at best."""

    mma: float
    shared: float
    exp: float

    @property
    def longest(self) -> str:
        """Names of the slowest units.

        >>> Cycles(1024, 768, 1024).longest
        'mma, exp'
        """
        pairs = self._asdict().items()
        return ", ".join(x for x, t in pairs if t == max(self))

    @property
    def excess(self) -> float:
        """By how much the slowest unit exceeds the tensor core.

        >>> Cycles(mma=1024, shared=1280, exp=1024).excess
        0.25
        """
        return max(self) / self.mma - 1


def forward(m: int, n: int, d: int, at: Rates = B200) -> Cycles:
    """One tile forward: S = Q K^T, its exponentials, P V.

    >>> forward(128, 128, 128)  # Table 1
    Cycles(mma=1024.0, shared=768.0, exp=1024.0)
    >>> forward(128, 128, 128, Rates(4096)).longest  # an H100
    'mma'
    """
    _positive(m, n, d)
    times = ceil(m / ROWS)  # K and V are read for each 128 queries
    read = 2 * (m * d + times * 2 * n * d)
    return _cycles(4 * m * n * d, read, m * n, at)


def backward(m: int, n: int, d: int, at: Rates = B200) -> Cycles:
    """One tile backward, one multiprocessor: Table 3, "1-CTA".

    S, dP and dQ read both operands from shared memory, dV and dK one;
    dS goes in, and dQ in and out again.

    >>> backward(128, 128, 128)
    Cycles(mma=2560.0, shared=3328.0, exp=1024.0)
    """
    _positive(m, n, d)
    operands = (
        2 * (m * d + n * d)  # S and dP
        + (m * n + n * d)  # dQ = dS K
        + 2 * m * d  # dV = P^T dO, dK = dS^T Q
    )
    moved = 2 * operands + 2 * m * n + 2 * 4 * m * d
    return _cycles(10 * m * n * d, moved, m * n, at)


def backward_pair(m: int, n: int, d: int, at: Rates = B200) -> Cycles:
    """The same with two multiprocessors per product: "2-CTA".

    Per multiprocessor, which holds n keys and half of each second
    operand. For dQ the two swap halves of dS, so that each makes m/2
    rows from 2n keys. The paper prints 384 cycles for the swap and does
    not derive them; that they are three passes over half a tile is our
    reading.

    >>> backward_pair(128, 128, 128)
    Cycles(mma=2560.0, shared=2688.0, exp=1024.0)
    """
    _positive(m, n, d)
    operands = (
        2 * (n * d + m * d // 2)  # the keys are the first operand
        + (m // 2 * 2 * n + 2 * n * d // 2)
        + 2 * m * d // 2
    )
    swap = 3 * m * n // 2
    moved = 2 * (operands + m * n + swap) + 2 * 4 * (m // 2) * d
    return _cycles(10 * m * n * d, moved, m * n, at)


def emulated(cycles: Cycles, share: float) -> Cycles:
    """A share of the exponentials moved to the multiply-add units.

    >>> emulated(forward(128, 128, 128), 0.25).exp
    768.0
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is not a share of the exponentials")
    return cycles._replace(exp=cycles.exp * (1 - share))


def _cycles(flops: int, n_bytes: int, exps: int, at: Rates) -> Cycles:
    return Cycles(
        flops / at.flops,
        n_bytes / at.shared_bytes,
        exps / at.exponentials,
    )


def _positive(m: int, n: int, d: int) -> None:
    if min(m, n, d) < 1:
        raise ValueError(f"a tile of {m} × {n} × {d} has no work")
