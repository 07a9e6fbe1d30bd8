"""Four schedules of FlashAttention-3, three speeds of tensor cores."""

from typing import Any

from minseek.flash.pipeline import Costs, Schedule, simulate
from minseek.flash.simulator import Machine

BLOCKS, KEYS = 4, 128
UNITS = ("load", "tensor", "softmax")
SCHEDULES = {
    "No overlap": Schedule(
        specialized=False, ping_pong=False, overlap=False
    ),
    "Ping-pong": Schedule(overlap=False),
    "Intra-warpgroup": Schedule(specialized=False, ping_pong=False),
    "Both": Schedule(),
}
RATES = {
    "2,048 (A100)": Costs(keys=KEYS, flops=2048),
    "4,096 (H100)": Costs(keys=KEYS),
    "8,192 (H100, FP8)": Costs(keys=KEYS, flops=8192, width=1),
}


def spans(machine: Machine) -> list[list[Any]]:
    """Unit, actor, label, start and end; pieces in a row are one."""
    found: list[list[Any]] = []
    for s in sorted(machine.spans, key=lambda s: (s.unit, s.start)):
        what = [UNITS.index(s.unit), s.actor, s.label]
        start, end = round(s.start, 2), round(s.end, 2)
        if found and found[-1][:3] == what and found[-1][4] == start:
            found[-1][4] = end
        else:
            found.append([*what, start, end])
    return found


def data() -> dict[str, Any]:
    """The timeline of each schedule at each rate."""
    return {
        "blocks": BLOCKS,
        "schedules": list(SCHEDULES),
        "rates": list(RATES),
        "runs": [
            [
                spans(simulate(BLOCKS, how, costs))
                for costs in RATES.values()
            ]
            for how in SCHEDULES.values()
        ],
    }
