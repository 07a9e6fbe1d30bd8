"""MTP modules as the draft of speculative decoding (V3, 5.4.3).

When the model has read all tokens but the newest, the first module
joins its hidden states with the tokens one ahead, the newest included,
and guesses what follows; the second joins the first's with that guess.
A pass of the model has made those hidden states already; here they are
computed again, which costs time and keeps the code short.
"""

import torch
from torch import Generator, Tensor

from minseek.model import Model
from minseek.sampling import probabilities
from minseek.speculative import Draft, draw


def mtp_draft(
    model: Model, temperature: float = 1.0, rng: Generator | None = None
) -> Draft:
    """A draft of as many guesses as the model has MTP modules."""

    def draft(tokens: Tensor, gamma: int) -> tuple[Tensor, Tensor]:
        if not 1 <= gamma <= len(model.mtp) or len(tokens) < 2:
            raise ValueError(
                f"{gamma} guesses after {len(tokens)} tokens asked of"
                f" {len(model.mtp)} MTP modules; each makes one, and"
                " two tokens are needed"
            )
        with torch.no_grad():
            h, q = model.hidden(tokens[None, :-1]), []
            for k in range(gamma):
                h = model.mtp[k](
                    h, model.embedding(tokens[None, k + 1 :])
                )
                logits = model.head(h)[0, -1]
                q.append(probabilities(logits, temperature))
                tokens = torch.cat([tokens, draw(q[-1][None], rng)])
        return tokens[-gamma:], torch.stack(q)

    return draft
