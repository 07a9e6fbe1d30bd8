"""Tables of counts against dictionaries, and where they must end up."""

import doctest
from collections import Counter
from math import log

import pytest
import torch
from minseek import ngrams
from minseek.ngrams import table_loss
from minseek.text import load

BOOK = load().encode()[:3000]


def by_hand(known: bytes, exam: bytes, order: int) -> float:
    """The same with dictionaries, byte for byte."""
    counts = [Counter(known[i : i + n + 1] for i in range(len(known) - n)) for n in (0, 1, 2)]
    before = [Counter(known[i : i + n] for i in range(len(known) - n)) for n in (0, 1, 2)]
    losses = []
    for i in range(order, len(exam)):
        share = (counts[0][exam[i : i + 1]] + 0.1) / (len(known) + 25.6)
        for n in range(1, order + 1):
            seen = counts[n][exam[i - n : i + 1]]
            share = (seen + 5 * share) / (before[n][exam[i - n : i]] + 5)
        losses.append(-log(share))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_table_is_what_a_dictionary_says(order):
    known, exam = BOOK[:2500], BOOK[2500:]
    ours = table_loss(torch.tensor([*known]), torch.tensor([*exam]), order)
    assert ours == pytest.approx(by_hand(known, exam, order), rel=1e-5)


def test_a_text_that_repeats_needs_a_table_of_order_one():
    text = torch.tensor([*b"abcd" * 200])
    assert table_loss(text, text, 0) > 1.3 and table_loss(text, text, 1) < 0.04


def test_docstrings_print_what_they_say():
    assert doctest.testmod(ngrams).failed == 0
