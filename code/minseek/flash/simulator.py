"""A clock, units that do one thing at a time, and actors that wait.

Standard library only. An actor is a generator: it takes a unit for some
cycles, which returns when the unit will be done, and yields a time or a
signal to wait for. A unit serves in the order in which it is taken, so
an actor may queue work and go on: that is asynchrony. What is left out:
everything that is not a unit, a queue or a wait.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple


class Span(NamedTuple):
    """One use of a unit, for the drawing of a timeline."""

    unit: str
    actor: str
    label: str
    start: float
    end: float


@dataclass(eq=False)
class Signal:
    """Fired once; whoever waits goes on, whoever comes later passes."""

    fired: bool = False
    waiting: list["Actor"] = field(default_factory=list)


Wait = float | Signal
Actor = Iterator[Wait]


class Machine:
    """Runs actors on shared units and keeps the timeline.

    >>> def two_steps(machine, name):
    ...     yield machine.take("load", name, "x", 5)
    ...     yield machine.take("add", name, "x", 2)
    >>> machine = Machine()
    >>> machine.run(two_steps(machine, name) for name in "ab")
    12.0
    >>> [(s.unit, s.actor, s.start, s.end) for s in machine.spans[2:]]
    [('add', 'a', 5.0, 7.0), ('add', 'b', 10.0, 12.0)]
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.spans: list[Span] = []
        self._free: defaultdict[str, float] = defaultdict(float)
        self._ready: list[tuple[float, int, Actor]] = []
        self._asleep = 0  # actors that wait for a signal
        self._count = 0  # equal times: first come, first served

    def take(
        self, unit: str, actor: str, label: str, cycles: float
    ) -> float:
        """Queue work on a unit; returns the time when it is done."""
        start = max(self.now, self._free[unit])
        self._free[unit] = end = start + cycles
        self.spans.append(Span(unit, actor, label, start, end))
        return end

    def fire(self, signal: Signal) -> None:
        """Let everybody go on who waits for this."""
        signal.fired = True
        self._asleep -= len(signal.waiting)
        while signal.waiting:
            self._wake(self.now, signal.waiting.pop(0))

    def run(self, actors: Iterable[Actor]) -> float:
        """Until nobody can go on; returns the time of the end."""
        for actor in actors:
            self._wake(0.0, actor)
        while self._ready:
            self.now, _, actor = heappop(self._ready)
            until = next(actor, None)
            if not isinstance(until, Signal):
                if until is not None:
                    self._wake(until, actor)
            elif until.fired:
                self._wake(self.now, actor)
            else:
                until.waiting.append(actor)
                self._asleep += 1
        if self._asleep:
            raise RuntimeError(
                f"{self._asleep} actors wait for what nobody fires"
            )
        return self.now

    def busy(self, unit: str) -> float:
        """Cycles for which a unit had work."""
        return sum(
            s.end - s.start for s in self.spans if s.unit == unit
        )

    def _wake(self, at: float, actor: Actor) -> None:
        late = max(self.now, at)
        heappush(self._ready, (late, self._count, actor))
        self._count += 1
