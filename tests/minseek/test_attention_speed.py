"""The experiment on attention's speed: its counts, its stored result, a short run of it."""

import importlib
import json
from pathlib import Path
from queue import SimpleQueue

import pytest
from minseek.accounting import standard_forward
from minseek.flash.counts import fa2_forward

EXPERIMENTS = Path(__file__).parents[2] / "code/experiments"
STORED = EXPERIMENTS / "results/attention-cpu.json"


@pytest.fixture
def speed(monkeypatch):
    monkeypatch.syspath_prepend(EXPERIMENTS)
    return importlib.import_module("attention_speed")


def moved(method, n, b_r, d=64):
    """Megabytes by the closed forms, FP32."""
    forms = {"plain": standard_forward(n, d), "tiled": fa2_forward(n, d, -(-n // b_r))}
    return round(forms[method].total * 4 / 1e6, 1)


@pytest.mark.parametrize("method", ["plain", "tiled", "pytorch"])
def test_a_short_run(speed, method):
    out = SimpleQueue()
    speed.measure(method, 700, out)
    row = out.get()
    assert row["ms"] > 0 and row["extra_MB"] >= 0
    assert row["moved_MB"] == (None if method == "pytorch" else moved(method, 700, speed.B_R))


def test_the_stored_result_is_that_of_this_script(speed):
    stored = json.loads(STORED.read_text("utf-8"))
    assert stored["what"] == speed.WHAT
    assert {"date", "hardware", "load", "versions"} < set(stored)
    found = [(row["n"], row["method"]) for row in stored["rows"]]
    assert found == [(n, method) for n in speed.LENGTHS for method in speed.METHODS]
    for row in stored["rows"]:
        if row["method"] != "pytorch":
            assert row["moved_MB"] == moved(row["method"], row["n"], speed.B_R)


def test_tiles_need_no_memory_that_grows_with_the_square(speed):
    """What is stored: a whole matrix of scores, and tiles whose size does not depend on n."""
    rows = json.loads(STORED.read_text("utf-8"))["rows"]
    longest = max(speed.LENGTHS)
    extra = {row["method"]: row["extra_MB"] for row in rows if row["n"] == longest}
    assert extra["plain"] > longest**2 * 4 / 1e6 > 10 * extra["tiled"]


def test_rows_are_kept_with_what_makes_them_believable(speed, tmp_path, monkeypatch, capsys):
    record = importlib.import_module("record")
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    record.keep("x", "a run", "a chip", iter([{"n": 1, "ms": 2.5}, {"n": 2, "ms": None}]))
    kept = json.loads((tmp_path / "x.json").read_text("utf-8"))
    assert kept["rows"] == [{"n": 1, "ms": 2.5}, {"n": 2, "ms": None}]
    assert kept["what"] == "a run" and kept["versions"]["torch"]
    assert capsys.readouterr().out.split()[:4] == ["n", "ms", "1", "2.5"]
