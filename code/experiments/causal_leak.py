"""What one head learns of a text, with the causal mask and without.

    python code/experiments/causal_leak.py

Under a minute on one core. Texts of the exam are new; the prompts are
true texts of four letters, which the model continues to sixteen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from record import Row, keep, processor

from minseek.causal import (
    LETTERS,
    OneHead,
    learn,
    legal,
    ring,
    surprises,
    write,
)

WHAT = "one head trained on ring texts, with and without causal mask"
SEEDS, LENGTH, PROMPT, TEXTS = range(8), 16, 4, 500
D, SPREAD = 32, 0.3  # width, and size of the tables at the start
EVERY = 20  # steps whose losses are averaged


@dataclass
class Exam:
    """What a trained model is asked, on ``TEXTS`` new texts."""

    model: OneHead
    text: torch.Tensor
    dice: torch.Generator

    def by_place(self) -> list[float]:
        """Loss at each place, the whole text in view."""
        return rounded(surprises(self.model, self.text).mean(0))

    def of_beginnings(self) -> float:
        """Loss if the model gets no letter after the one it is at."""
        found = [
            surprises(self.model, self.text[:, :n])[:, -1].mean()
            for n in range(3, LENGTH + 1)
        ]
        return round(torch.stack(found).mean().item(), 3)

    def written(self) -> torch.Tensor:
        """Each prompt, continued."""
        prompt = self.text[:, :PROMPT]
        return write(
            self.model, prompt, LENGTH - PROMPT, generator=self.dice
        )

    def read(self) -> dict[str, float]:
        """Mean weight on the letter before and on the letter after."""
        w = self.model.reads(self.model.embed(self.text)).mean(0)
        inner = slice(2, LENGTH - 2)
        return {
            "before": round(w.diagonal(-1)[inner].mean().item(), 3),
            "after": round(w.diagonal(1)[inner].mean().item(), 3),
        }


def rounded(values: torch.Tensor) -> list[float]:
    """To three digits, for the file."""
    return [round(value, 3) for value in values.tolist()]


def run(
    seed: int,
    causal: bool,
    steps: int = 300,
    d: int = D,
    spread: float = SPREAD,
) -> Row:
    """Train one model and examine it."""
    torch.manual_seed(seed)
    model = OneHead(len(LETTERS), LENGTH, d, causal, spread)
    losses = torch.tensor(learn(model, seed, steps, LENGTH))
    dice = torch.Generator().manual_seed(1000 + seed)
    exam = Exam(model, ring(TEXTS, LENGTH, dice), dice)
    with torch.no_grad():
        places = exam.by_place()
        written = exam.written()
        return {
            "seed": seed,
            "causal": causal,
            "steps": steps,
            "loss": round(sum(places) / len(places), 3),
            "beginnings": exam.of_beginnings(),
            "legal": round(
                legal(written)[:, PROMPT - 2 :].float().mean().item(), 3
            ),
            **exam.read(),
            "sample": "".join(LETTERS[i] for i in written[0]),
            "places": places,
            "curve": rounded(losses.view(-1, EVERY).mean(1)),
        }


def rows() -> Iterable[Row]:
    """Every seed of every run."""
    for causal in (True, False):
        for seed in SEEDS:
            yield run(seed, causal)


if __name__ == "__main__":
    keep("causal-leak", WHAT, processor(), rows())
