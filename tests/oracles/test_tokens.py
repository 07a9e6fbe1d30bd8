"""Our byte-pair encoding against tokenizers and tiktoken, our sampling against transformers'."""

import json
import random
from collections import Counter
from itertools import pairwise

import pytest
import tiktoken
import torch
from minseek.sampling import keep_top_k, keep_top_p, probabilities
from minseek.text import load
from minseek.tokens import BYTES, WORD, Tokenizer, merge, train
from tiktoken._educational import bpe_train
from tokenizers import Tokenizer as Theirs
from tokenizers import decoders, models, pre_tokenizers, trainers
from transformers.generation.logits_process import (
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
TEXTS = [
    "The cat's  on\n\n  the mat; it'll stay.\n",
    "Grüße, 東京 и Ελλάδα, naïve cafés, __init__ 42 007",
    "🙂👩‍👩‍👧 hello    world\t\n",
    load()[-40_000:],
]


@pytest.fixture(scope="module")
def ours() -> Tokenizer:
    return train(load(), 1000)


def bytes_as_letters() -> dict[int, str]:
    """Their alphabet: printable bytes as they are, the others moved past 255 (GPT-2)."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [byte for byte in range(BYTES) if byte not in kept]
    return {b: chr(b) for b in kept} | {b: chr(BYTES + i) for i, b in enumerate(moved)}


LETTERS = bytes_as_letters()


def spelled(word: bytes) -> str:
    return "".join(LETTERS[byte] for byte in word)


def with_our_ranks(ours: Tokenizer) -> Theirs:
    """A tokenizer of theirs whose vocabulary and merges are ours."""
    names = [spelled(word) for word in ours.vocabulary]
    merges = [(names[left], names[right]) for left, right in ours.merges]
    theirs = Theirs(models.BPE({name: i for i, name in enumerate(names)}, merges))
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    theirs.decoder = decoders.ByteLevel()
    return theirs


@pytest.mark.parametrize("text", TEXTS)
def test_encoding_equals_tokenizers_and_tiktoken(ours: Tokenizer, text: str) -> None:
    ranks = {word: i for i, word in enumerate(ours.vocabulary)}
    assert len(ranks) == 1000  # no token twice, or ranks would not be ours
    tik = tiktoken.Encoding("ours", pat_str=GPT2, mergeable_ranks=ranks, special_tokens={})
    tokens = ours.encode(text)
    assert tokens == tik.encode(text) == with_our_ranks(ours).encode(text).ids
    assert ours.decode(tokens) == tik.decode(tokens) == with_our_ranks(ours).decode(tokens) == text


def trained_by_tokenizers(text: str, size: int) -> list[tuple[bytes, bytes]]:
    theirs = Theirs(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    theirs.train_from_iterator([text], trainer)
    back = {letter: byte for byte, letter in LETTERS.items()}
    merges = json.loads(theirs.to_str())["model"]["merges"]
    return [tuple(bytes(back[c] for c in half) for half in pair) for pair in merges]


def halves(ours: Tokenizer) -> list[tuple[bytes, bytes]]:
    return [(ours.vocabulary[left], ours.vocabulary[right]) for left, right in ours.merges]


def weighted_words(seed: int) -> str:
    """Real words, each as often as a random number says, so that the best counts do not tie."""
    r = random.Random(seed)
    words = r.sample(sorted({w for w in WORD.findall(load()) if w.startswith(" ")}), 300)
    return "".join(word * r.randint(1, 200) for word in words)


def steps_without_ties(text: str, most: int) -> int:
    """For how many merges the best pair is the only best, counted anew each time."""
    words = Counter(WORD.findall(text))
    split = {word: [*word.encode()] for word in words}
    for step in range(most):
        counts = Counter()
        for word, tokens in split.items():
            for pair in pairwise(tokens):
                counts[pair] += words[word]
        (best, first), (_, second) = counts.most_common(2)
        if first == second:
            return step
        split = {word: merge(tokens, best, BYTES + step) for word, tokens in split.items()}
    return most


@pytest.mark.parametrize("seed", range(4))
def test_training_without_ties_equals_both(seed: int) -> None:
    text = weighted_words(seed)
    steps = steps_without_ties(text, 40)
    assert steps >= 20
    ours = train(text, BYTES + steps)
    assert halves(ours) == trained_by_tokenizers(text, BYTES + steps)
    ranks = bpe_train(text, BYTES + 6, GPT2, visualise=None)  # it takes a second a step
    assert ours.vocabulary[: BYTES + 6] == sorted(ranks, key=ranks.__getitem__)


def times(pair: tuple[bytes, bytes], merges: list[tuple[bytes, bytes]], text: str) -> int:
    """How often a pair stands in a text after these merges."""
    ranks = {a + b: BYTES + i for i, (a, b) in enumerate(merges)}
    number = {bytes([i]): i for i in range(BYTES)} | ranks
    so_far = Tokenizer(tuple((number[a], number[b]) for a, b in merges))
    wanted, words = (number[pair[0]], number[pair[1]]), Counter(WORD.findall(text))
    return sum(n * [*pairwise(so_far.encode_word(w))].count(wanted) for w, n in words.items())


def test_training_on_a_real_text_differs_first_at_a_tie() -> None:
    ours, theirs = halves(train(load(), 2000)), trained_by_tokenizers(load(), 2000)
    first = next(i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b)
    assert first > 200
    both = [times(pair, ours[:first], load()) for pair in (ours[first], theirs[first])]
    assert both[0] == both[1] > 0


@pytest.mark.parametrize("seed", range(3))
def test_sampling_equals_transformers(seed: int) -> None:
    logits = 3 * torch.randn(9, 100, generator=torch.Generator().manual_seed(seed))
    for k in (1, 5, 100):
        assert torch.equal(keep_top_k(logits, k), TopKLogitsWarper(k)(None, logits))
    for p in (0.1, 0.5, 0.95):
        assert torch.equal(keep_top_p(logits, p), TopPLogitsWarper(p)(None, logits))
    shaped = TopPLogitsWarper(0.9)(
        None, TopKLogitsWarper(20)(None, TemperatureLogitsWarper(0.6)(None, logits))
    )
    torch.testing.assert_close(probabilities(logits, 0.6, 20, 0.9), shaped.softmax(-1))
