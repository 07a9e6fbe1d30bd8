"""How many sequences fit: by hand, and laws that any plan keeps."""

from dataclasses import replace

import pytest
from minseek.accounting import (
    Plan,
    cache_bytes,
    chip,
    copied,
    published,
    record_bytes,
    sequence_bytes,
    total,
    weight_bytes,
    window_bytes,
)

NAMES = ("llama-3-8b", "mistral-7b", "deepseek-v3", "deepseek-v3.2", "deepseek-v4-flash")


def test_v3_on_eight_h200_by_hand():
    model, card = published("deepseek-v3"), chip("h200")
    attention = 61 * 187_107_328 + 122 * 7168 + 7168  # V3's layers, two norms each, and the last
    weights = attention + (671_026_419_200 - attention) / 8
    each = int((0.9 * 141e9 - weights) // (32768 * 70272))
    plan = Plan.of(model, card, 32768, cards=8)
    assert copied(model) == attention
    assert plan.weights == weights
    assert plan.fit == 8 * each == 112


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bits", [16, 6, None])
def test_longer_texts_and_larger_reserves_never_fit_more(name, bits):
    model, card = published(name), chip("b200")
    for shared in (False, True):
        for change in ({"tokens": 4096}, {"reserve": 0.4}, {"weight_bits": 16}):
            plain = {"tokens": 2048, "reserve": 0.1, "weight_bits": 8}
            fits = [
                Plan.of(model, card, cards=4, bits=bits, shared=shared, **how).fit
                for how in (plain, plain | change)
            ]
            assert fits[0] >= fits[1]


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_divided_or_copied(name):
    model = published(name)
    assert weight_bytes(model, 1) == weight_bytes(model, 1, shared=True) == total(model)
    assert weight_bytes(model, 4, shared=True) == total(model) / 4
    assert weight_bytes(model, 4) == copied(model) + (total(model) - copied(model)) / 4


def test_windows_and_records():
    mistral, flash = published("mistral-7b"), published("deepseek-v4-flash")
    limit = 4096 * cache_bytes(mistral)
    assert sequence_bytes(mistral, 4096) == sequence_bytes(mistral, 10**6) == limit
    assert sequence_bytes(mistral, 100, bits=None) == 100 * cache_bytes(mistral, 8)
    wanted = 10**6 * record_bytes(flash) + window_bytes(flash)
    assert sequence_bytes(flash, 10**6, bits=None) == wanted
    assert sequence_bytes(flash, 64) == 64 * (cache_bytes(flash) + 43 * 512 * 2)


def test_weights_that_do_not_fit_leave_no_room():
    card = replace(chip("h100"), memory=1e9)
    plan = Plan.of(published("deepseek-v3"), card, 1)
    assert (plan.room, plan.fit) == (0, 0)
