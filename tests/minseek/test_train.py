"""Training goes on where it was interrupted, and several processes lose what one loses."""

import doctest
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from minseek import checkpoint, progress
from minseek import train as script
from minseek.config import ModelConfig, load
from minseek.model import Model
from minseek.progress import Progress
from minseek.run import Run
from minseek.training import Objective, rows, train

CODE = Path(script.__file__).parents[1]
MINI = ModelConfig.from_hf(load("mini"))
DATA = torch.arange(4000) * 7 % 512
RUN = Run(steps=6, batch=4, length=16, warmup=2, every=2)


def losses(run):
    torch.manual_seed(run.seed)
    model = Model(MINI)
    return [step for _, step in train(Objective(model), model, DATA, run)]


def launch(out, processes, *options):
    """Run the script on a few steps, alone or under torchrun; its losses."""
    command = [sys.executable, "-m", "minseek.train"]
    if processes > 1:
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        command += [f"--nproc-per-node={processes}", "-m", "minseek.train"]
    options = ["--steps=3", "--batch=4", "--length=16", f"--out={out}", *options]
    path = os.pathsep.join([str(CODE), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    return subprocess.run([*command, *options], env=environment, capture_output=True, text=True)


def test_a_repeated_text_is_learnt(tmp_path):
    history = losses(replace(RUN, steps=25, batch=8, out=str(tmp_path / "x.pt")))
    assert history[-1][0] < history[0][0] - 0.4 and history[-1][1] < history[0][1] - 0.4


def test_an_interrupted_run_goes_on_as_if_nothing_had_been(tmp_path):
    whole = losses(replace(RUN, out=str(tmp_path / "whole.pt")))
    run = replace(RUN, out=str(tmp_path / "cut.pt"))
    torch.manual_seed(0)
    model = Model(MINI)
    for done, _ in train(Objective(model), model, DATA, run):
        if done == 3:
            break  # one step after the checkpoint of step 2
    assert len(checkpoint.load(run.out)["losses"]) == 2
    torch.manual_seed(99)  # a new process knows nothing of the first weights
    model = Model(MINI)
    rest = [step for _, step in train(Objective(model), model, DATA, run)]
    assert rest == whole[2:]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_model_without_experts_trains_too(tmp_path, processes):
    out = tmp_path / "x.pt"
    result = launch(out, processes, "--config=small")
    assert result.returncode == 0, result.stderr
    history = checkpoint.load(out)["losses"]
    assert len(history) == 3 and all(len(step) == 1 for step in history)
    assert history[-1][0] < history[0][0]


def test_two_processes_lose_what_one_loses(tmp_path):
    one, two = tmp_path / "one.pt", tmp_path / "two.pt"
    alone, both = launch(one, 1), launch(two, 2)
    assert alone.returncode == both.returncode == 0, alone.stderr + both.stderr
    torch.testing.assert_close(
        torch.tensor(checkpoint.load(two)["losses"]),
        torch.tensor(checkpoint.load(one)["losses"]),
        rtol=1e-4,
        atol=1e-4,
    )
    bias = [checkpoint.load(path)["model"]["blocks.1.ffn.router.bias"] for path in (one, two)]
    assert torch.equal(*bias) and bias[0].abs().max() > 0
    assert alone.stdout.startswith("LOVE, n.")
    assert "3/3" in alone.stderr


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    run = replace(RUN, steps=1, out=str(tmp_path / "x.pt"))
    losses(run)
    with pytest.raises(ValueError, match=r"x.pt is of another run \(steps 1, now 2\); delete"):
        losses(replace(run, steps=2))


def test_a_batch_depends_on_seed_and_step_alone():
    first = rows(DATA, RUN, 3)
    assert torch.equal(rows(DATA, RUN, 3), first)
    assert not torch.equal(rows(DATA, RUN, 4), first)
    assert not torch.equal(rows(DATA, replace(RUN, seed=1), 3), first)


def test_a_config_of_another_kind_is_one_sentence(tmp_path):
    result = launch(tmp_path / "x.pt", 1, "--config=none")
    assert result.returncode == 1
    assert result.stderr.startswith("minseek.train: no config 'none'; there are ")
    assert result.stderr.count("\n") == 1


def test_progress_is_ten_lines_in_a_log():
    log = io.StringIO()
    bar = Progress(50, log)
    for done in range(1, 51):
        bar.show(done, "loss 1.0")
    assert len(log.getvalue().splitlines()) == 10
    assert "50/50  loss 1.0  0 s left" in log.getvalue().splitlines()[-1]


def test_docstrings_print_what_they_say():
    assert doctest.testmod(progress).failed == 0
