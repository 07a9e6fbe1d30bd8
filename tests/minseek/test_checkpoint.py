"""A checkpoint is whole whatever interrupts its writing."""

import doctest
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from minseek import checkpoint as module
from minseek.checkpoint import load, save

# Writes one checkpoint after another; each holds one number, many times.
WRITER = """
import sys, torch
from minseek.checkpoint import save
for i in range(1, 10**6):
    save({"x": torch.full((200_000,), i)}, sys.argv[1])
    print(i, flush=True)
"""


def test_what_is_saved_is_loaded(tmp_path):
    save({"step": 3, "x": torch.arange(4)}, tmp_path / "x.pt")
    state = load(tmp_path / "x.pt")
    assert state["step"] == 3 and torch.equal(state["x"], torch.arange(4))
    assert [path.name for path in tmp_path.iterdir()] == ["x.pt"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_leaves_the_last_one(tmp_path, monkeypatch, step):
    save({"step": 1}, tmp_path / "x.pt")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail) if step == "fsync" else monkeypatch.setattr(
        module.Path, "replace", fail
    )
    with pytest.raises(OSError, match="disk full"):
        save({"step": 2}, tmp_path / "x.pt")
    monkeypatch.undo()
    assert load(tmp_path / "x.pt") == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["x.pt"]


def test_a_killed_writer_leaves_a_whole_one(tmp_path):
    path = tmp_path / "x.pt"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True
    ) as writer:
        for _ in range(3):
            last = int(writer.stdout.readline())
        time.sleep(0.003)  # into the middle of a write
        writer.send_signal(signal.SIGKILL)
    x = load(path)["x"]
    assert x.shape == (200_000,) and x.min() == x.max() >= last


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_checkpoint_is_one_sentence(tmp_path, share):
    save({"x": torch.arange(1000)}, tmp_path / "x.pt")
    whole = (tmp_path / "x.pt").read_bytes()
    (tmp_path / "x.pt").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"x.pt has \d+ bytes and is no whole checkpoint") as error:
        load(tmp_path / "x.pt")
    assert "\n" not in str(error.value)


def test_docstrings_print_what_they_say():
    assert doctest.testmod(module).failed == 0
