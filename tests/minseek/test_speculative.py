"""Speculative decoding samples what the model alone would sample: tested on counts."""

import doctest
from itertools import product

import pytest
import torch
from minseek import speculative as module
from minseek import speedup as speedup_module
from minseek.speculative import decode, drafter, draw, residual, verify
from minseek.speedup import acceptance, speedup, tokens_per_pass
from torch import Tensor


def rng(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def markov(v: int, seed: int):
    """A model whose next token depends on the last one only."""
    table = torch.randn(v, v, generator=rng(seed))
    return lambda tokens: table[tokens]


def chi_square(counts: Tensor, p: Tensor) -> float:
    """Σ (seen − expected)² / expected, over cells that can be seen."""
    expected = p * counts.sum()
    return ((counts - expected) ** 2 / expected).sum().item()


@pytest.mark.parametrize("gamma", [1, 3])
@pytest.mark.parametrize("seed", range(2))
def test_samples_of_three_tokens_are_distributed_as_the_models(gamma, seed):
    v, n = 3, 1200
    model, g = markov(v, seed), rng(seed)
    draft = drafter(markov(v, seed + 100), rng=g)
    counts = torch.zeros(v, v, v)
    for _ in range(n):
        tokens, _ = decode(model, draft, torch.tensor([0]), 3, gamma, rng=g)
        counts[tuple(tokens[1:])] += 1
    p = model(torch.arange(v)).softmax(-1)
    exact = p[0][:, None, None] * p[:, :, None] * p[None]
    # 26 degrees of freedom: 99.9% of honest samples stay below 54.1
    assert chi_square(counts, exact) < 54.1


def test_the_test_sees_a_wrong_rule():
    """Drawing from p after a rejection, in place of the residual, is caught by the same bound."""
    p, q, g = torch.tensor([0.2, 0.3, 0.5]), torch.tensor([0.6, 0.3, 0.1]), rng(0)
    counts = torch.zeros(2, 3)
    for _ in range(2000):
        guess = draw(q[None], g)
        counts[0, verify(torch.stack([p, p]), q[None], guess, g)[0]] += 1
        kept = torch.rand(1, generator=g) < p[guess] / q[guess]
        counts[1, guess if kept else draw(p[None], g)] += 1
    assert chi_square(counts[0], p) < 13.8 < chi_square(counts[1], p)  # 2 degrees of freedom


@pytest.mark.parametrize("seed, gamma", list(product(range(3), [1, 2, 5])))
def test_greedy_decoding_is_the_models_greedy_decoding(seed, gamma):
    model, other = markov(7, seed), markov(7, seed + 100)
    tokens, plain = torch.tensor([1, 2]), torch.tensor([1, 2])
    for _ in range(20):
        plain = torch.cat([plain, model(plain)[-1].argmax()[None]])
    ours, passes = decode(model, drafter(other, 0), tokens, 20, gamma, temperature=0)
    assert torch.equal(ours, plain)
    assert 20 / (gamma + 1) <= passes <= 20


@pytest.mark.parametrize("seed", range(3))
def test_tokens_per_pass_follow_the_formula(seed):
    g, gamma, n = rng(seed), 3, 1000
    p, q = torch.rand(2, 6, generator=g).softmax(-1)
    p = (3 * p.log()).softmax(-1)
    total = 0
    for _ in range(n):
        guess = draw(q.expand(gamma, -1), g)
        total += len(verify(p.expand(gamma + 1, -1), q.expand(gamma, -1), guess, g))
    expected = tokens_per_pass(acceptance(p, q).item(), gamma)
    assert total / n == pytest.approx(expected, abs=0.15)


def test_the_formula_is_the_papers():
    for alpha, gamma in product([0.1, 0.5, 0.9], [1, 4, 9]):
        paper = (1 - alpha ** (gamma + 1)) / (1 - alpha)
        assert tokens_per_pass(alpha, gamma) == pytest.approx(paper)
    assert tokens_per_pass(1.0, 4) == 5
    assert speedup(0.0, 4, 0.05) < 1 < speedup(0.5, 1, 0.05)


@pytest.mark.parametrize("seed", range(3))
def test_kept_and_residual_make_p(seed):
    p, q = torch.randn(2, 9, generator=rng(seed), dtype=torch.float64).softmax(-1)
    kept = torch.minimum(p, q)
    torch.testing.assert_close(kept + (1 - acceptance(p, q)) * residual(p, q), p)


def test_errors_carry_the_numbers():
    silent = lambda tokens: torch.full((len(tokens), 5), torch.nan)  # noqa: E731
    with pytest.raises(ValueError, match="1 of 1 rows of logits have NaN"):
        decode(silent, drafter(silent), torch.tensor([0]), 3, 1)
    half = torch.full((3, 2), 0.5)
    with pytest.raises(ValueError, match=r"1 guesses need .* q is \(2, 2\) and p is \(3, 2\)"):
        verify(half, half[:2], torch.tensor([0]))


@pytest.mark.parametrize("module", [module, speedup_module])
def test_docstrings_print_what_they_say(module):
    assert doctest.testmod(module).failed == 0
