"""The training loop: on one process or several, begun or resumed.

A batch is drawn from seed and step alone, and each process computes
its part; DDP makes the gradients those of the whole batch, and loads
are summed before they move a bias.
"""

from collections.abc import Iterator

import torch
import torch.distributed as dist
from torch import Tensor, nn

from minseek.balance import load, sequence_loss, step_bias
from minseek.losses import mtp_losses, total
from minseek.model import Model
from minseek.moe import MoE, Routing
from minseek.run import Run, restore, save


class Objective(nn.Module):
    """Tokens in, losses and loads out: what DDP has to wrap."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Losses (1 + MTP,), balance loss (), loads (layers, e)."""
        routings: list[Routing] = []
        losses = mtp_losses(self.model, rows, routings)
        if not routings:  # no layer has experts
            nothing = losses[0].new_zeros(0)
            return torch.stack(losses), nothing.sum(), nothing
        uneven = [sequence_loss(*routing) for routing in routings]
        loads = [load(r.expert, r.scores.shape[-1]) for r in routings]
        return (
            torch.stack(losses),
            torch.stack(uneven).mean(),
            torch.stack(loads),
        )


def world() -> tuple[int, int]:
    """This process's rank and how many there are."""
    if dist.is_initialized():
        return dist.get_rank(), dist.get_world_size()
    return 0, 1


def together(x: Tensor) -> Tensor:
    """The sum over all processes."""
    if dist.is_initialized():
        dist.all_reduce(x)
    return x


def rows(data: Tensor, run: Run, step: int) -> Tensor:
    """This process's part of a step's batch: (batch / n, length).

    Step and seed decide alone, so that a resumed run and one of
    several processes see what an undisturbed single one sees.
    """
    rank, n = world()
    if run.batch % n:
        raise ValueError(
            f"a batch of {run.batch} does not split into {n} processes"
        )
    rng = torch.Generator("cpu").manual_seed(run.seed * 10**6 + step)
    last = len(data) - run.length
    start = torch.randint(
        last, (run.batch, 1), generator=rng, device="cpu"
    )
    index = start + torch.arange(run.length, device="cpu")
    return data[index][rank::n]


def train(
    objective: nn.Module, model: Model, data: Tensor, run: Run
) -> Iterator[tuple[int, list[float]]]:
    """Steps done and the last one's losses, from a checkpoint on."""
    experts = [m for m in model.modules() if isinstance(m, MoE)]
    optimiser = torch.optim.AdamW(
        model.parameters(),
        run.rate,
        betas=(0.9, 0.95),
        weight_decay=0.1,
    )
    history = restore(model, optimiser, run)
    device = model.embedding.weight.device
    for step in range(len(history), run.steps):
        warm = min(1.0, (step + 1) / run.warmup)
        cool = min(1.0, 1.2 - step / run.steps)
        optimiser.param_groups[0]["lr"] = run.rate * warm * cool
        losses, uneven, loads = objective(
            rows(data, run, step).to(device)
        )
        (total(list(losses), run.mtp) + run.balance * uneven).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        for moe, count in zip(experts, together(loads), strict=True):
            bias = moe.router.bias
            if bias is not None:
                bias.copy_(step_bias(bias, count, run.bias))
        history.append(
            (together(losses.detach()) / world()[1]).tolist()
        )
        done = step + 1
        if world()[0] == 0 and (
            done % run.every == 0 or done == run.steps
        ):
            save(model, optimiser, run, history)
        yield done, history[-1]
