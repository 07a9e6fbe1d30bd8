"""A training run: what it is, and the file it goes on from.

A checkpoint holds all that the next step needs, and the losses so far.
It is taken up only by the run that wrote it, since another's settings
would go on to something that neither of the two describes.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from minseek import checkpoint
from minseek.model import Model


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a training run is, but for the number of its processes."""

    config: str = "mini"
    out: str = "build/mini.pt"
    steps: int = 300
    batch: int = 16  # sequences, of all processes together
    length: int = 64  # tokens of a sequence
    rate: float = 3e-3
    warmup: int = 20  # steps until the rate is reached
    mtp: float = 0.3  # λ of the MTP losses (V3, section 4.2)
    balance: float = 1e-4  # α of the sequence-wise loss (V3, 4.2)
    bias: float = 1e-3  # γ, the step of the routing bias (V3, 4.2)
    every: int = 50  # steps from checkpoint to checkpoint
    seed: int = 0


def save(
    model: Model,
    optimiser: torch.optim.Optimizer,
    run: Run,
    history: list[list[float]],
) -> None:
    """Everything that going on needs, in one whole file."""
    Path(run.out).parent.mkdir(parents=True, exist_ok=True)
    state = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "run": asdict(run),
        "losses": history,
    }
    checkpoint.save(state, run.out)


def restore(
    model: Model, optimiser: torch.optim.Optimizer, run: Run
) -> list[list[float]]:
    """Take up a checkpoint of the same run; its losses so far."""
    if not Path(run.out).exists():
        return []
    state = checkpoint.load(run.out)
    free = {"out", "every"}
    changed = [
        f"{key} {value}, now {getattr(run, key)}"
        for key, value in state["run"].items()
        if key not in free and value != getattr(run, key)
    ]
    if changed:
        raise ValueError(
            f"{run.out} is of another run ({'; '.join(changed)});"
            " delete it or name another --out"
        )
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return state["losses"]
