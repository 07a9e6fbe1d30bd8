"""What the first model of article 1.5 keeps and writes in each pass."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from minseek.cache import Cache
from minseek.causal import LETTERS, OneHead, learn, ring, weights
from minseek.heads import causal_mask
from minseek.sampling import greedy, sample

PROMPT, LENGTH = 4, 16
WIDTH = 32
DIGITS = 4


def trained() -> OneHead:
    """The article's model with the mask."""
    torch.manual_seed(0)
    model = OneHead(len(LETTERS), LENGTH, WIDTH)
    learn(model, seed=0)
    return model.requires_grad_(False)


def prompt() -> Tensor:
    """The beginning of the article's first fresh text: (1, 4)."""
    fresh = ring(500, LENGTH, torch.Generator().manual_seed(1))
    return fresh[:1, :PROMPT]


def step(
    model: OneHead, new: Tensor, cache: Cache
) -> tuple[Tensor, Tensor]:
    """Logits after the last new token, and the weights it reads by."""
    seen = cache.len
    place = model.place[seen : seen + new.shape[1]]
    x, head = model.token[new] + place, model.head
    k, v = cache.append(x @ head.w_k, x @ head.w_v)
    mask = causal_mask(x.shape[1], k.shape[1])
    reads = weights(x @ head.w_q, k, mask)
    logits = (x + reads @ v) @ model.out
    return logits[:, -1], reads[0, -1]


def passes(
    model: OneHead, choose: Callable[[Tensor], Tensor]
) -> dict[str, Any]:
    """Prefill the prompt, then decode until the model is full."""
    cache = Cache([(WIDTH,), (WIDTH,)], batch=1, room=LENGTH)
    new = text = prompt()
    walk = []
    while text.shape[1] < LENGTH:
        logits, reads = step(model, new, cache)
        new = choose(logits)[:, None]
        text = torch.cat([text, new], dim=1)
        walk.append(
            {"logits": rounded(logits[0]), "reads": rounded(reads)}
        )
    return {"text": text[0].tolist(), "passes": walk}


def rounded(numbers: Tensor) -> list[float]:
    """What a page carries of them."""
    return [round(x, DIGITS) for x in numbers.tolist()]


def data() -> dict[str, Any]:
    """Two texts of one model: letters drawn, and the likeliest."""
    model, dice = trained(), torch.Generator().manual_seed(2)
    drawn = passes(model, lambda x: sample(x, generator=dice))
    return {
        "letters": LETTERS,
        "prompt": PROMPT,
        "width": WIDTH,
        "texts": [drawn, passes(model, greedy)],
    }
