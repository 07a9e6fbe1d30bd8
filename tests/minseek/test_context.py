"""Reads, summed token by token, against the other counts of minseek and against a loop."""

import pytest
import torch
from minseek.accounting import (
    Read,
    active,
    cache_bytes,
    decode_flops,
    key_flops,
    prefill_flops,
    published,
    read_bytes,
    reads,
    record_bytes,
    unshared,
)
from minseek.flash import fa1, standard
from minseek.flash.hbm import HBM
from torch.utils.flop_counter import FlopCounterMode

MODELS = [
    "small",
    "llama-3-8b",
    "llama-3-70b",
    "mistral-7b",
    "deepseek-v3",
    "deepseek-v3.2",
    "deepseek-v4-flash",
    "deepseek-v4-pro",
]
CONTEXTS = (1, 127, 128, 4095, 4096, 5000, 2**20)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("n", CONTEXTS)
def test_reads_add_up_to_the_work_of_a_decoding_step(name, n):
    model = published(name)
    work = decode_flops(model, n)
    assert sum(r.flops * r.items(n) for r in reads(model)) == work.core + work.indexer


@pytest.mark.parametrize("ratio", [1, 4, 128])
@pytest.mark.parametrize("cap", [1, 3, 16, float("inf")])
@pytest.mark.parametrize("n", [1, 3, 4, 5, 12, 127, 128, 500, 2049])
def test_a_sum_over_a_prompt_is_that_of_a_loop(ratio, cap, n):
    read = Read("", flops=0, bytes=0, ratio=ratio, cap=cap)
    assert read.summed(n) == sum(read.items(t) for t in range(1, n + 1))


@pytest.mark.parametrize("name", ["small", "mistral-7b", "deepseek-v3.2", "deepseek-v4-pro"])
def test_a_prompt_costs_what_its_tokens_would_cost_one_by_one(name):
    model = published(name)
    assert prefill_flops(model, 5000) == sum(decode_flops(model, n).total for n in range(1, 5001))


def test_dense_mla_expands_its_keys_for_a_prompt():
    model = published("deepseek-v3")
    pairs = 1000 * 1001 / 2
    rest = prefill_flops(model, 1000) - 2 * active(model) * 1000
    assert rest == 61 * key_flops(model.attention) * pairs


@pytest.mark.parametrize("name", ["small", "llama-3-70b", "deepseek-v3"])
def test_dense_attention_reads_its_whole_cache(name):
    model = published(name)
    assert read_bytes(model, 1000) == 1000 * cache_bytes(model)


@pytest.mark.parametrize("name", ["deepseek-v3.2", "deepseek-v4-pro", "deepseek-v4-flash"])
def test_sparse_attention_reads_less_than_it_keeps(name):
    model = published(name)
    assert read_bytes(model, 2**20) < record_bytes(model) * 2**20 / 5


def test_v3_2_reads_all_index_keys_and_2048_records():
    assert read_bytes(published("deepseek-v3.2"), 10**5) == 61 * (132 * 10**5 + 656 * 2048)


def test_sharing_heads_changes_bytes_and_no_flops():
    gqa = published("llama-3-70b")
    (few,), (many,) = reads(gqa), reads(unshared(gqa))
    assert (few.flops, 8 * few.bytes) == (many.flops, many.bytes)


@pytest.mark.parametrize("n", [64, 128])
def test_tiles_multiply_as_much_as_the_whole(n):
    q, k, v = torch.rand(3, n, 16, generator=torch.Generator().manual_seed(0))
    counts = []
    for run in (standard.forward, lambda hbm: fa1.forward(hbm, 32, 16)):
        with FlopCounterMode(display=False) as counter:
            run(HBM(q=q, k=k, v=v))
        counts.append(counter.get_total_flops())
    assert counts[0] == counts[1] == 4 * n * n * 16


def test_mla_has_no_key_heads_to_give_back():
    with pytest.raises(ValueError, match="MLAConfig shares no key heads"):
        unshared(published("deepseek-v3"))
