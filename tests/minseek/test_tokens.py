"""Byte-pair encoding: nothing is lost, training is its definition, and errors name the numbers."""

import doctest
import random

import pytest
from minseek import tokens as module
from minseek.text import load
from minseek.tokens import BYTES, WORD, Tokenizer, merge, train, train_plain

TEXTS = [
    "",
    " ",
    "?",
    "The cat's  on\n\n  the mat; it'll stay.\n",
    "Grüße, 東京 и Ελλάδα, naïve cafés",
    "e\u0301 \u200d ½² ③ ١٢٣ _x_ __init__\t\r\n",
    "🙂👩‍👩‍👧 hello\x00\x1f\u2028world",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train(load(), 600)


@pytest.mark.parametrize("text", [*TEXTS, load()[:20_000]])
def test_decoding_undoes_encoding(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert Tokenizer(()).encode(text) == [*text.encode()]


@pytest.mark.parametrize("seed", range(5))
def test_decoding_undoes_encoding_of_any_text(tokenizer: Tokenizer, seed: int) -> None:
    r = random.Random(seed)
    anything = (chr(r.choice([r.randrange(0xD800), r.randrange(0x250)])) for _ in range(2000))
    text = "".join(anything)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert "".join(WORD.findall(text)) == text


@pytest.mark.parametrize("seed", range(5))
def test_training_equals_its_definition(seed: int) -> None:
    r = random.Random(seed)
    text = " ".join("".join(r.choices("abcd", k=r.randint(1, 6))) for _ in range(200))
    assert train(text, 320) == train_plain(text, 320)


def test_training_on_a_real_text_equals_its_definition() -> None:
    assert train(load()[:30_000], 300) == train_plain(load()[:30_000], 300)


def test_the_worked_example_of_wikipedia() -> None:
    """aaabdaaabac: aa, then ab (ties go to older tokens), then the two together."""
    tokenizer = train("aaabdaaabac", BYTES + 3)
    assert tokenizer.vocabulary[BYTES:] == [b"aa", b"ab", b"aaab"]
    assert tokenizer.encode("aaabdaaabac") == [258, 100, 258, 97, 99]


def test_more_tokens_make_texts_shorter(tokenizer: Tokenizer) -> None:
    text = load()[:20_000]
    lengths = [len(Tokenizer(tokenizer.merges[:n]).encode(text)) for n in (0, 50, 200, 344)]
    assert lengths == sorted(lengths, reverse=True) and lengths[-1] < lengths[0] / 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a cat sat", ["a", " cat", " sat"]),
        ("it's  2x_y!", ["it", "'s", " ", " 2", "x", "_", "y", "!"]),
        ("\n\n    if", ["\n\n   ", " if"]),
        ("end  ", ["end", "  "]),
    ],
)
def test_words_take_one_space_with_them(text: str, words: list[str]) -> None:
    assert WORD.findall(text) == words


def test_no_token_reaches_across_words(tokenizer: Tokenizer) -> None:
    assert all(len(WORD.findall(word.decode())) == 1 for word in tokenizer.vocabulary[BYTES:])


def test_pairs_are_merged_in_the_order_learned() -> None:
    either = Tokenizer(((98, 99), (97, 98)))  # bc before ab
    assert either.encode("abc") == [97, 256]
    assert Tokenizer(either.merges[::-1]).encode("abc") == [256, 99]


@pytest.mark.parametrize(
    ("tokens", "merged"), [([], []), ([1], [1]), ([1, 2, 1, 2], [9, 9]), ([2, 1, 1, 2], [2, 1, 9])]
)
def test_merge_goes_from_the_left(tokens: list[int], merged: list[int]) -> None:
    assert merge(tokens, (1, 2), 9) == merged


def test_errors_carry_the_numbers(tokenizer: Tokenizer) -> None:
    for train_it in (train, train_plain):
        with pytest.raises(ValueError, match="the text has pairs for 258 tokens, 300 asked"):
            train_it("aaa", 300)
        with pytest.raises(ValueError, match="a vocabulary of 255 has no room for 256 bytes"):
            train_it("aaa", 255)
    with pytest.raises(ValueError, match=r"token 257 joins \(257, 0\); it can join 0 to 256"):
        Tokenizer(((97, 97), (257, 0)))
    with pytest.raises(ValueError, match="token 600 of 600 tokens"):
        tokenizer.decode([5, 600])
    with pytest.raises(ValueError, match="token -1 of 600 tokens"):
        tokenizer.decode([-1])


def test_bytes_that_are_no_text_are_marked(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode([0xE2, 0x82]) == "\ufffd"


def test_docstrings_print_what_they_say() -> None:
    assert doctest.testmod(module).failed == 0
