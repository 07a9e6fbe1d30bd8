"""Tokens one and two back at once: one head, two heads, four heads.

    python code/experiments/two_heads.py

A layer learns to name the token one back and the token two back. Where
it reads depends on positions, what it reads on tokens, and the answer
is linear in what it read. All layers have equally many weights.
"""

from collections.abc import Iterable
from math import sqrt

import torch
from record import Row, keep, processor
from torch import Tensor, nn

from minseek.attention import scores, softmax
from minseek.heads import join, split

WORDS, LENGTH, WIDTH = 16, 8, 32
BATCH, STEPS, RATE = 64, 400, 0.02
HEADS, SEEDS = (1, 2, 4), range(5)
FURTHER = range(100, 110)  # once more, for one head and two
WHAT = (
    f"name the tokens one and two back: {WORDS} words, {LENGTH} tokens,"
    f" width {WIDTH}, batch {BATCH}, Adam at {RATE}, {STEPS} steps"
)


class TwoBack(nn.Module):
    """One layer of attention and two linear answers, or a wider end."""

    def __init__(self, heads: int, hidden: int = 0) -> None:
        super().__init__()
        self.heads = heads
        self.place, self.word = (
            nn.Parameter(torch.randn(rows, WIDTH))
            for rows in (LENGTH, WORDS)
        )
        self.w_q, self.w_k, self.w_v, self.w_o = (
            nn.Parameter(torch.randn(WIDTH, WIDTH) / sqrt(WIDTH))
            for _ in range(4)
        )
        answer = 2 * WORDS
        self.end: nn.Module = nn.Linear(WIDTH, answer)
        if hidden:
            self.end = nn.Sequential(
                nn.Linear(WIDTH, hidden),
                nn.ReLU(),
                nn.Linear(hidden, answer),
            )

    def weights(self) -> Tensor:
        """Where each head reads, (h, t, t)."""
        q, k = (
            split(self.place @ w, self.heads)
            for w in (self.w_q, self.w_k)
        )
        return softmax(scores(q, k))

    def forward(
        self, tokens: Tensor, kept: Tensor | None = None
    ) -> Tensor:
        """Tokens (b, t) to scores of words (b, t - 2, 2, words)."""
        v = split(self.word[tokens] @ self.w_v, self.heads)
        o = self.weights() @ v  # (b, h, t, d/h)
        if kept is not None:
            o = o * kept[:, None, None]
        answers = self.end(join(o) @ self.w_o)[:, 2:]
        return answers.unflatten(-1, (2, WORDS))


def batch(size: int, g: torch.Generator) -> tuple[Tensor, Tensor]:
    """Random tokens (b, t), and for each from 2 on those before it."""
    tokens = torch.randint(WORDS, (size, LENGTH), generator=g)
    return tokens, torch.stack((tokens[:, 1:-1], tokens[:, :-2]), -1)


def train(
    heads: int, seed: int, steps: int = STEPS, hidden: int = 0
) -> TwoBack:
    """Train one layer; the seed sets its weights and its data."""
    g = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = TwoBack(heads, hidden)
    adam = torch.optim.Adam(model.parameters(), RATE)
    for _ in range(steps):
        tokens, wanted = batch(BATCH, g)
        loss = nn.functional.cross_entropy(
            model(tokens).flatten(0, 2), wanted.flatten()
        )
        adam.zero_grad()
        loss.backward()
        adam.step()
    return model


@torch.no_grad()
def accuracy(model: TwoBack, kept: Tensor | None = None) -> list[float]:
    """Share of right answers, one back and two back, on new tokens."""
    g = torch.Generator().manual_seed(1000)
    tokens, wanted = batch(2000, g)
    right = model(tokens, kept).argmax(-1) == wanted
    return [round(x, 3) for x in right.float().mean((0, 1)).tolist()]


def row(heads: int, seed: int, hidden: int = 0) -> Row:
    """One trained layer: right answers, also without one head each."""
    model = train(heads, seed, hidden=hidden)
    one, two = accuracy(model)
    without = [
        round(sum(accuracy(model, 1 - head)) / 2, 3)
        for head in torch.eye(heads)
    ]
    return {
        "heads": heads,
        "hidden": hidden,
        "seed": seed,
        "one_back": one,
        "two_back": two,
        "without": without,
        "weights": [
            [[round(x, 3) for x in r] for r in head]
            for head in model.weights().tolist()
        ],
    }


def rows() -> Iterable[Row]:
    """All heads, and one before a hidden layer; then further seeds."""
    for seed in SEEDS:
        for heads in HEADS:
            yield row(heads, seed)
        yield row(1, seed, hidden=128)
    for seed in FURTHER:
        for heads in (1, 2):
            yield row(heads, seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("two-heads", WHAT, processor(), rows())
