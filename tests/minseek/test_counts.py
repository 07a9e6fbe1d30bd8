"""Laws of the counted models, and torch's own counter as a witness for the FLOPs."""

from dataclasses import replace

import pytest
import torch
from minseek.accounting import (
    active,
    cache_bytes,
    decode_flops,
    key_flops,
    mtp_parts,
    parts,
    published,
    record_bytes,
    total,
    training_flops,
    window_bytes,
)
from minseek.config import MLAConfig
from torch.utils.flop_counter import FlopCounterMode


def counted(heads: int, s: int, t: int, d_key: int, d_value: int) -> int:
    """FLOPs that torch counts for scores and for what the values give."""
    q, k, v = (torch.empty(heads, n, d) for n, d in ((s, d_key), (t, d_key), (t, d_value)))
    with FlopCounterMode(display=False) as counter:
        torch.empty_like(q @ k.mT) @ v
    return counter.get_total_flops()


@pytest.mark.parametrize("name", ["mini", "llama-3-8b", "deepseek-v4-flash"])
def test_attention_costs_what_torch_counts(name):
    a = published(name).attention
    widths = (a.d_qk, a.d_v) if isinstance(a, MLAConfig) else (a.d_head, a.d_head)
    assert counted(a.n_heads, 3, 5, *widths) == 3 * 5 * key_flops(a)


@pytest.mark.parametrize("name", ["mini", "deepseek-v3"])
def test_absorbed_attention_costs_what_torch_counts(name):
    a = published(name).attention
    ours = key_flops(a, absorbed=True)
    assert counted(a.n_heads, 3, 5, a.d_latent + a.d_rope, a.d_latent) == 3 * 5 * ours


def test_a_token_leaves_out_the_embedding_and_experts_that_it_does_not_visit(model_name):
    model = published(model_name)
    unused = total(model) - active(model) - model.vocab_size * model.d_model
    if not model.moe:
        assert unused == 0
        assert not mtp_parts(model) and total(model, mtp=True) == total(model)
        return
    routed = parts(model)["routed experts"]
    assert unused == routed.total - routed.active
    assert routed.active * model.moe.n_experts == routed.total * model.moe.k


def test_tied_models_store_one_vocabulary_matrix():
    model = published("mini")
    tied = replace(model, tied=True)
    assert total(model) - total(tied) == model.vocab_size * model.d_model
    assert active(model) == active(tied)


def test_training_costs_three_times_a_forward_pass_of_plain_attention():
    model = published("llama-3-8b")
    n = 4096
    work = decode_flops(model, n // 2)  # a token in the middle stands for all
    assert training_flops(model, n) == 3 * work.total


def test_a_window_stops_the_growth():
    model = published("mistral-7b")
    at = [decode_flops(model, n).core for n in (1024, 4096, 131072)]
    assert 4 * at[0] == at[1] == at[2]


def test_choosing_keys_costs_more_than_reading_them_in_long_contexts():
    model = published("deepseek-v3.2")
    short, long = decode_flops(model, 2048), decode_flops(model, 2**17)
    assert short.core == long.core and short.indexer < short.core < long.indexer


def test_v4_keeps_its_windows_beside_a_small_cache():
    pro = published("deepseek-v4-pro")
    assert window_bytes(pro) == 61 * 128 * 584
    assert window_bytes(published("deepseek-v3")) == 0
    assert record_bytes(pro) < cache_bytes(pro) < cache_bytes(published("deepseek-v3"))


def test_records_are_of_deepseek():
    with pytest.raises(ValueError, match="records are of DeepSeek"):
        record_bytes(published("llama-3-8b"))
