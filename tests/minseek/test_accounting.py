"""The numbers that papers print about attention's work and traffic."""

import doctest
import pkgutil
from importlib import import_module

import pytest
from minseek import accounting
from minseek.accounting import (
    BACKWARD,
    FLASH_BACKWARD,
    FORWARD,
    fa1_backward,
    fa1_blocks,
    fa1_forward,
    gqa_width,
    matmul_flops,
    published,
    ridge,
    score_bytes,
    shard_bytes,
    standard_backward,
    standard_forward,
)

N, D, HEADS = 1024, 64, 1024  # GPT-2 medium at batch 64, FP16


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(accounting.__path__)])
def test_examples(name):
    assert doctest.testmod(import_module(f"minseek.accounting.{name}")).failed == 0


def test_figure_2_needs_825_and_962_gflop():
    standard = matmul_flops(N, D, FORWARD + BACKWARD, HEADS) / 1e9
    flash = matmul_flops(N, D, FORWARD + FLASH_BACKWARD, HEADS) / 1e9
    assert (round(standard, 1), round(flash, 1)) == (824.6, 962.1)


def test_standard_traffic_of_figure_2_is_18_8_passes():
    assert round(40.3e9 / score_bytes(N, HEADS), 1) == 18.8


@pytest.mark.parametrize(("b_c", "gigabytes"), [(256, 5.10), (384, 4.03)])
def test_flash_traffic_of_figure_2(b_c, gigabytes):
    t_c = -(-N // b_c)
    elements = fa1_forward(N, D, t_c).matrices + fa1_backward(N, D, t_c).matrices
    assert round(2 * HEADS * elements / 1e9, 2) == gigabytes


@pytest.mark.parametrize(
    "kib, d, blocks", [(192, 64, (64, 384)), (100, 64, (64, 200)), (192, 128, (128, 192))]
)
def test_block_sizes_of_the_paper(kib, d, blocks):
    assert fa1_blocks(kib * 1024 // 2, d) == blocks


@pytest.mark.parametrize("d", [16, 64, 128])
def test_flash_moves_less_exactly_when_memory_exceeds_three_d_squared(d):
    n = 64 * d
    for m, less in ((2 * d * d, False), (4 * d * d, True)):
        t_c = -(-n // fa1_blocks(m, d).b_c)
        assert (fa1_forward(n, d, t_c).matrices < standard_forward(n, d).matrices) is less


def test_backward_moves_seven_passes():
    assert standard_backward(N, 0).total == 7 * N * N


def test_ridge_of_an_a100():
    assert round(ridge(312e12, 1555e9)) == 201


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("cards", "heads"), [(1, 8), (2, 4), (3, 3), (8, 1), (16, 1)])
def test_the_fullest_card_has_whole_key_heads(cards, heads, bits):
    assert shard_bytes(published("llama-2-70b"), cards, bits) == 80 * gqa_width(heads) * bits / 8


@pytest.mark.parametrize("name", ["deepseek-v2-lite", "deepseek-v3.2", "deepseek-v4-pro"])
def test_what_all_heads_share_is_on_every_card(name):
    assert shard_bytes(published(name), 8) == accounting.cache_bytes(published(name))
