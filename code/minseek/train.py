"""Train a miniature DeepSeek-V3: ``python -m minseek.train``.

Latent attention, experts balanced by bias, one MTP module; about a
million parameters, two minutes on two CPU cores. What it learns from
is The Devil's Dictionary. The same script runs on several processes,
``torchrun --nproc-per-node 2 -m minseek.train``: each computes a part
of every batch, and gradients and loads are those of the whole batch,
so that the losses are the same. Interrupted, it goes on where it was.
"""

import argparse
import os
import sys
from dataclasses import fields
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from minseek import text, tokens
from minseek.config import ModelConfig, load
from minseek.model import Model, generate
from minseek.progress import Progress
from minseek.run import Run
from minseek.training import Objective, train, world


def learn(run: Run) -> None:
    """Train and show what the model writes then."""
    rank, _ = world()
    cfg = ModelConfig.from_hf(load(run.config))
    words = tokens.train(text.load(), cfg.vocab_size)
    data = torch.tensor(words.encode(text.load()), device="cpu")
    torch.manual_seed(run.seed)
    model = Model(cfg)
    objective: nn.Module = Objective(model)
    if dist.is_initialized():
        objective = DistributedDataParallel(objective)
    progress = Progress(run.steps)
    for done, losses in train(objective, model, data, run):
        if rank == 0:
            values = " ".join(f"{value:.3f}" for value in losses)
            progress.show(done, f"loss {values}")
    if rank == 0:
        start = torch.tensor([words.encode("\n\nLOVE, n.  ")])
        sample = generate(model, start, 120, temperature=0.7)
        print(words.decode(sample[0].tolist()).strip())


def arguments() -> Run:
    """A run from the command line: an option for each field."""
    parser = argparse.ArgumentParser(
        prog="python -m minseek.train",
        description="Train a miniature DeepSeek-V3 on one small text.",
    )
    for field in fields(Run):
        parser.add_argument(
            f"--{field.name}",
            type=type(field.default),
            default=field.default,
        )
    values: dict[str, Any] = vars(parser.parse_args())
    return Run(**values)


def main() -> None:
    """Join the other processes, if there are any, and learn."""
    run = arguments()
    if torch.cuda.is_available():
        torch.set_default_device(int(os.environ.get("LOCAL_RANK", 0)))
    if "WORLD_SIZE" in os.environ:
        dist.init_process_group()
    try:
        learn(run)
    except (ValueError, FileNotFoundError) as error:
        raise SystemExit(f"minseek.train: {error}") from error
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()
    if "WORLD_SIZE" in os.environ:
        # DDP keeps the group's threads alive. One that lets go of a
        # tensor while Python ends would abort this process (pull
        # request 179291 of PyTorch tells how): so Python does not end.
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
