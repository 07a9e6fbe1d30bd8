"""The smallest language model with attention, and a text to try it on.

One head between two tables: enough to see what the causal mask does,
and what a model learns that is trained without it. The text is made
so that the best possible loss is known.

    b batch   s query position   t key position   v letter of the text
"""

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from minseek.attention import SelfAttention, scores, softmax
from minseek.heads import causal_mask
from minseek.sampling import sample

LETTERS = "abcdefgh"  # in a ring: after h comes a


def weights(q: Tensor, k: Tensor, mask: Tensor | None = None) -> Tensor:
    """Softmax over the keys that the mask (s, t) shows: (..., s, t).

    A hidden score becomes minus infinity, and e to that is 0:

    >>> q = k = torch.zeros(3, 2)
    >>> weights(q, k, causal_mask(3, 3))
    tensor([[1.0000, 0.0000, 0.0000],
            [0.5000, 0.5000, 0.0000],
            [0.3333, 0.3333, 0.3333]])
    """
    s = scores(q, k)
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    return softmax(s)


class OneHead(nn.Module):
    """Token and place in, one head, logits of the next token out.

    >>> model = OneHead(vocabulary=8, length=16, d=4)
    >>> model(torch.tensor([[0, 1, 2]])).shape
    torch.Size([1, 3, 8])
    """

    def __init__(
        self,
        vocabulary: int,
        length: int,
        d: int,
        causal: bool = True,
        spread: float = 0.3,  # of the tables at the start
    ) -> None:
        super().__init__()
        self.causal = causal
        self.token = nn.Parameter(torch.randn(vocabulary, d) * spread)
        self.place = nn.Parameter(torch.randn(length, d) * spread)
        self.head = SelfAttention(d, d, d)
        self.out = nn.Parameter(torch.randn(d, vocabulary) / d**0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (b, s, v) of what follows each token (b, s)."""
        x = self.embed(tokens)
        return (x + self.reads(x) @ (x @ self.head.w_v)) @ self.out

    def embed(self, tokens: Tensor) -> Tensor:
        """A row for the token plus a row for its place: (b, s, d)."""
        length = len(self.place)
        if tokens.shape[-1] > length:
            raise ValueError(
                f"{tokens.shape[-1]} tokens, but this model has rows"
                f" for {length} places"
            )
        return self.token[tokens] + self.place[: tokens.shape[-1]]

    def reads(self, x: Tensor) -> Tensor:
        """How much each position reads of each: (b, s, t)."""
        n = x.shape[-2]
        mask = causal_mask(n, n) if self.causal else None
        return weights(x @ self.head.w_q, x @ self.head.w_k, mask)


def write(
    model: nn.Module,
    tokens: Tensor,
    n: int,
    temperature: float = 1.0,
    generator: Generator | None = None,
) -> Tensor:
    """``n`` more tokens after ``tokens`` (b, s), all read each time.

    >>> after = 99 * torch.eye(3)[[1, 2, 0]]  # 1 after 0, 2 after 1, …
    >>> model = nn.Embedding.from_pretrained(after)
    >>> write(model, torch.tensor([[1]]), 4)
    tensor([[1, 2, 0, 1, 2]])
    """
    with torch.no_grad():
        for _ in range(n):
            logits = model(tokens)[:, -1]  # what follows the last one
            new = sample(logits, temperature, generator=generator)
            tokens = torch.cat([tokens, new[:, None]], dim=1)
    return tokens


def ring(rows: int, length: int, generator: Generator) -> Tensor:
    """Texts (rows, length): each letter follows the last but one.

    It is one or two steps further in the ring, by the toss of a coin.

    >>> g = Generator().manual_seed(0)
    >>> "".join(LETTERS[i] for i in ring(1, 12, g)[0])
    'ehfagbhdafcg'
    """
    v = len(LETTERS)
    text = torch.randint(v, (rows, length), generator=generator)
    steps = torch.randint(1, 3, (rows, length), generator=generator)
    for i in range(2, length):
        text[:, i] = (text[:, i - 2] + steps[:, i]) % v
    return text


def legal(text: Tensor) -> Tensor:
    """Whether each letter from the third on follows the rule."""
    step = (text[:, 2:] - text[:, :-2]) % len(LETTERS)
    return (step == 1) | (step == 2)


def surprises(model: nn.Module, text: Tensor) -> Tensor:
    """−log p of each letter from the third on: (b, s − 2)."""
    logits = model(text[:, :-1])[:, 1:]  # at place t, of letter t + 1
    return F.cross_entropy(logits.mT, text[:, 2:], reduction="none")


def learn(
    model: nn.Module, seed: int, steps: int = 300, length: int = 16
) -> list[float]:
    """Train on fresh texts; the loss of each step."""
    g = Generator().manual_seed(seed)
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(steps):
        loss = surprises(model, ring(32, length, g)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return losses
