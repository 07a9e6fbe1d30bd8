"""FlashAttention-3 as a timeline: who computes while somebody waits.

Standard library only. One block of threads on one multiprocessor of an
H100: two warpgroups with 64 queries each, and all keys. Three units,
shared: loads, tensor core, and the vector units for the softmax. A
product is queued as 8 instructions, a softmax runs in 8 pieces, and two
warpgroups that are at it together alternate. Three switches:

specialized  a producer warp loads ahead. Without it both warpgroups
             meet at each block, since nobody may overwrite a buffer
             that another still reads; so they do the same thing at the
             same time.
ping_pong    a warpgroup queues its products when it has the turn, so
             one multiplies while the other exponentiates.
overlap      inside a warpgroup, P V of one block runs while the softmax
             of the next is computed (Algorithm 2).

The order of the paper's ablation (Table 2) comes out, its sizes do not.
Left out: latencies of memory, ends of waves, clocks that fall under
load. Use it for orders and reasons, not for TFLOP/s.
"""

from collections import Counter, defaultdict
from collections.abc import Generator
from dataclasses import dataclass

from minseek.flash.simulator import Actor, Machine, Signal, Wait

PIECES = 8
GROUPS = 2
BUFFERS = 2


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Cycles of one warpgroup's tile on one H100 multiprocessor.

    Rates per cycle: 4096 FLOPs in 16 bits (8192 in FP8), 16
    exponentials, 128 other vector operations (four a score: scale,
    maximum, sum, cast; and one to rescale o), 50 bytes from the L2
    (12 TB/s for 132 at 1.83 GHz).

    >>> costs = Costs(rows=64, keys=128, d=128)
    >>> costs.product, costs.softmax, round(costs.load)
    (512.0, 832.0, 655)
    >>> fp8 = Costs(rows=64, keys=128, d=128, flops=8192, width=1)
    >>> fp8.product, fp8.softmax, round(fp8.load)
    (256.0, 832.0, 328)
    """

    rows: int = 64
    keys: int = 176
    d: int = 128
    gap: float = 128  # from the end of a product to what needs it
    flops: int = 4096  # of the tensor cores in a cycle
    width: int = 2  # bytes of a key's or value's element

    @property
    def product(self) -> float:
        """Q K^T of a tile, and as long for P V."""
        return 2 * self.rows * self.keys * self.d / self.flops

    @property
    def softmax(self) -> float:
        """Exponentials and the rest, one after the other."""
        scores = self.rows * self.keys
        return scores / 16 + 4 * scores / 128 + self.rows * self.d / 128

    @property
    def load(self) -> float:
        """One block of keys or of values."""
        return self.keys * self.d * self.width / 50


PAPER = Costs()  # 8448 keys are 48 blocks of 176


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Which of the three ideas are in use."""

    specialized: bool = True
    ping_pong: bool = True
    overlap: bool = True


class Block:
    """Two warpgroups, the loads, and the signals between them.

    >>> how = Schedule(ping_pong=False, overlap=False)
    >>> simulate(8, how).now > simulate(8, Schedule()).now
    True
    """

    def __init__(self, n_blocks: int, how: Schedule, costs: Costs):
        if n_blocks < 1:
            raise ValueError(f"{n_blocks} blocks of keys make no work")
        self.n_blocks, self.how, self.costs = n_blocks, how, costs
        self.machine = Machine()
        self.signals: dict[str, Signal] = defaultdict(Signal)
        self.arrived: Counter[str] = Counter()
        self.turns = [Signal(fired=True), Signal()]

    def loads(self) -> Actor:
        """Fill two buffers for keys and two for values, in turn."""
        for j in range(self.n_blocks):
            for x in "KV":
                if j >= BUFFERS:
                    yield self.signals[f"read {x}{j - BUFFERS}"]
                cycles = self.costs.load
                yield self.machine.take(
                    "load", "TMA", f"{x}{j}", cycles
                )
                self.machine.fire(self.signals[f"full {x}{j}"])

    def warpgroup(self, w: int) -> Actor:
        """Products and softmaxes of one warpgroup, in its order."""
        last, gap = self.n_blocks - 1, self.costs.gap
        yield (yield from self.product(w, "K", 0)) + gap
        yield from self.softmax(w, 0)
        for j in range(1, self.n_blocks):
            yield from self.begin(w)
            if self.how.overlap:
                s = yield from self.product(w, "K", j)
                pv = yield from self.product(w, "V", j - 1)
            else:
                pv = yield from self.product(w, "V", j - 1)
                yield pv + gap
                s = yield from self.product(w, "K", j)
            self.end(w)
            yield s + gap
            yield from self.softmax(w, j)
            yield pv + gap
            self.arrive(f"read V{j - 1}")
            if not self.how.specialized:
                self.arrive(f"met {j}")
                yield self.signals[f"met {j}"]
        yield from self.begin(w)
        pv = yield from self.product(w, "V", last)
        self.end(w)
        yield pv

    def product(
        self, w: int, x: str, j: int
    ) -> Generator[Wait, None, float]:
        """Queue S = Q K^T or P V; returns when it will be done."""
        yield self.signals[f"full {x}{j}"]
        label, cycles = f"{x}{j}", self.costs.product / PIECES
        for _ in range(PIECES):
            done = self.machine.take("tensor", f"WG{w}", label, cycles)
            yield self.machine.now  # the other may queue one, too
        return done

    def softmax(self, w: int, j: int) -> Actor:
        """Exponentiate a tile of scores; its keys are read by then."""
        self.arrive(f"read K{j}")
        cycles = self.costs.softmax / PIECES
        for _ in range(PIECES):
            yield self.machine.take(
                "softmax", f"WG{w}", f"P{j}", cycles
            )

    def begin(self, w: int) -> Actor:
        """Wait for the turn to queue products."""
        if self.how.ping_pong:
            yield self.turns[w]
            self.turns[w] = Signal()

    def end(self, w: int) -> None:
        """Hand the turn on; what is queued stays in front."""
        self.machine.fire(self.turns[1 - w])

    def arrive(self, name: str) -> None:
        """Fire a signal when both warpgroups have come here."""
        self.arrived[name] += 1
        if self.arrived[name] == GROUPS:
            self.machine.fire(self.signals[name])


def simulate(
    n_blocks: int, how: Schedule, costs: Costs = PAPER
) -> Machine:
    """Run one block of threads to its end."""
    block = Block(n_blocks, how, costs)
    block.machine.run(
        [block.loads(), *(block.warpgroup(w) for w in range(GROUPS))]
    )
    return block.machine


def tensor_share(
    n_blocks: int, how: Schedule, costs: Costs = PAPER
) -> float:
    """Share of the time in which the tensor core has work.

    >>> all_three, no_overlap = Schedule(), Schedule(overlap=False)
    >>> alone = Schedule(specialized=False, ping_pong=False)
    >>> for how in (all_three, no_overlap, alone):
    ...     print(round(tensor_share(48, how), 2))
    0.98
    0.9
    0.76
    """
    machine = simulate(n_blocks, how, costs)
    return machine.busy("tensor") / machine.now
