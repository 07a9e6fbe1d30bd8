"""What the explorables of B.2, B.3 and B.4 compute, against minseek.flash."""

import random
import re
import runpy
from itertools import product
from pathlib import Path

import pytest
from minseek.accounting import chip
from minseek.flash import feeds, occupancy, pipeline

EXPLORABLES = Path(__file__).parents[2] / "code" / "explorables"


def test_work_is_partitioned_as_in_minseek(compute):
    dice = random.Random(0)
    start = {"length": 14, "batch": 1, "heads": 12, "splits": 9, "block": 128}
    corners = [{**start, "length": 7}, {**start, "batch": 64, "heads": 64, "splits": 32}]
    draws = [
        {
            "length": dice.randint(7, 17),
            "batch": dice.randint(1, 64),
            "heads": dice.randint(1, 64) if i % 2 else dice.randint(1, 6),
            "splits": dice.randint(1, 32),
            "block": dice.choice([64, 128]),
        }
        for i in range(100)
    ]
    states, sms = [start, *corners, *draws], chip("a100-80").sms
    for state, found in zip(states, compute("work-partition", states), strict=True):
        n, batch, heads, block = 2 ** state["length"], *map(state.get, ("batch", "heads", "block"))
        one, many = (
            occupancy.fa1_workers(batch, heads),
            occupancy.fa2_workers(batch, heads, n, block),
        )
        assert [k["workers"] for k in found["kernels"]] == [one, many, one, one * found["shares"]]
        assert found["shares"] == min(state["splits"], n // block)
        for kernel in found["kernels"]:
            assert kernel["share"] == pytest.approx(occupancy.efficiency(kernel["workers"], sms))
            assert (kernel["waves"] - 1) * sms + kernel["last"] == kernel["workers"]
        assert found["rule"] == occupancy.splits(one, sms, n // block)


def test_the_squares_are_the_last_wave(machine):
    found = machine("work-partition")
    filled = [chip.locator(".blue").count() for chip in found.locator(".chips svg").all()]
    assert filled == [12, 24, 12, 108]


@pytest.mark.parametrize("schedule", range(4))
@pytest.mark.parametrize("rate", range(3))
def test_the_timeline_is_the_machines(compute, schedule, rate):
    script = runpy.run_path(str(EXPLORABLES / "pipeline-timeline.py"))
    how = [*script["SCHEDULES"].values()][schedule]
    costs = [*script["RATES"].values()][rate]
    run = pipeline.simulate(script["BLOCKS"], how, costs)
    total = max(span.end for span in run.spans)
    assert total == run.now
    states = [{"schedule": schedule, "rate": rate, "step": n} for n in (0, 1, 7, 30, 41, 52, 999)]
    for state, found in zip(states, compute("pipeline-timeline", states), strict=True):
        time = min(128 * state["step"], total)
        assert found["total"] == pytest.approx(total, abs=0.01)
        assert found["time"] == pytest.approx(time, abs=0.01)
        for unit, name in enumerate(script["UNITS"]):
            spans = [s for s in run.spans if s.unit == name]
            busy = sum(max(0, min(s.end, time) - s.start) for s in spans)
            assert found["busy"][unit] == pytest.approx(busy, abs=0.1)
            assert found["shares"][unit] == pytest.approx(busy / time if time else 0, abs=1e-4)
            now = [[s.actor, s.label] for s in spans if s.start <= time < s.end - 0.01]
            shown = found["now"][unit]
            assert [shown[1:3]] == now if shown else not now


def test_the_twin_of_the_timeline_is_its_four_ends(machine):
    found = machine("pipeline-timeline")
    for schedule, row in enumerate(found.locator(".twin tbody tr").all()):
        found.evaluate("(x, schedule) => x.set({ schedule, step: 999 })", schedule)
        seen = re.findall("(?<=after )[0-9,]+", found.locator(".seen").inner_text())
        shares = found.locator(".stage td:last-child").all_text_contents()
        words = row.locator("td").all_text_contents()
        assert words[-4:] == [*seen, *shares]
    assert schedule == 3


def test_feeds_and_speeds_are_minseeks(compute):
    chips = feeds.generations()
    passes, sizes = (feeds.forward, feeds.backward, feeds.backward_pair), (64, 128, 256)
    names = ("share", "chip", "pass", "queries", "keys", "width")
    walk = product((0, 1, 25, 50), range(4), range(3), sizes, sizes, range(1, 5))
    states = [dict(zip(names, state, strict=True)) for state in walk]
    for state, found in zip(states, compute("feeds-and-speeds", states), strict=True):
        share, chosen, step, queries, keys, width = state.values()
        tile = queries, keys, 64 * width
        for at, shown in zip(chips.values(), found["all"], strict=True):
            cycles = feeds.emulated(passes[step](*tile, at), share / 100)
            assert [shown[unit] for unit in cycles._fields] == pytest.approx([*cycles], rel=1e-12)
            assert shown["most"] == pytest.approx(max(cycles), rel=1e-12)
            assert sorted(shown["longest"]) == sorted(cycles.longest.split(", "))
        assert found["mma"] == found["all"][chosen]["mma"]


def test_feeds_and_speeds_start_with_the_tie_of_table_1(machine):
    said = machine("feeds-and-speeds").locator(".seen").inner_text()
    assert "products and exponentials tie and set the time, 1,024 clocks" in said
