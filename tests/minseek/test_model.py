"""A decoder is causal, decodes as it reads, loads by name, and says what does not fit."""

import doctest
from dataclasses import replace

import pytest
import torch
from minseek import block, hf, losses, mtp
from minseek import model as module
from minseek.config import ModelConfig, load
from minseek.hf import published, translate
from minseek.losses import mtp_losses, total
from minseek.model import Model, generate
from minseek.moe import Routing
from minseek.mtp_draft import mtp_draft
from minseek.speculative import decode

MINI = ModelConfig.from_hf(load("mini"))
LLAMA = ModelConfig.from_hf(
    {
        "model_type": "llama",
        "vocab_size": 61,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 32,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": True,
    }
)


def make(cfg=MINI, seed=0):
    torch.manual_seed(seed)
    return Model(cfg)


def tokens(b=2, s=12, v=61, seed=0):
    return torch.randint(v, (b, s), generator=torch.Generator().manual_seed(seed))


def as_published(model):
    """The weights of a model under Hugging Face's names, experts one by one."""
    state = {}
    for name, tensor in model.state_dict().items():
        key = published(name, model.cfg)
        if "*" not in key:
            state[key] = tensor
        for e, one in enumerate(tensor if "*" in key else []):
            state[key.replace("*", str(e))] = one
    return state


@pytest.mark.parametrize("cfg", [MINI, LLAMA], ids=["mini", "llama"])
def test_a_later_token_changes_nothing_before_it(cfg):
    model, one, two = make(cfg), tokens(), tokens()
    two[:, 7] = 60 - two[:, 7]
    a, b = model(one), model(two)
    torch.testing.assert_close(a[:, :7], b[:, :7])
    assert not torch.allclose(a[:, 7:], b[:, 7:])


@pytest.mark.parametrize("absorb", [False, True])
def test_decoding_equals_reading(absorb):
    model, x = make(), tokens()
    caches = model.caches(2, 12)
    steps = [model(x[:, :5], caches)]
    steps += [model(x[:, i : i + 1], caches, absorb) for i in range(5, 12)]
    torch.testing.assert_close(torch.cat(steps, 1), model(x), rtol=0, atol=1e-5)


def test_the_latent_cache_holds_48_numbers_per_token_and_layer():
    caches = make().caches(1, 10)
    assert [sum(rows.numel() for rows in cache.rows) for cache in caches] == [480] * 3


@pytest.mark.parametrize("cfg", [MINI, LLAMA], ids=["mini", "llama"])
def test_greedy_generation_is_the_argmax_of_each_pass(cfg):
    model, x = make(cfg), tokens(s=3)
    text = generate(model, x, 6, temperature=0)
    for _ in range(6):
        x = torch.cat([x, model(x)[:, -1:].argmax(-1)], 1)
    assert torch.equal(text, x)


@pytest.mark.parametrize("seed", range(2))
def test_mtp_drafts_leave_greedy_text_as_it_is(seed):
    model, x = make(replace(MINI, n_mtp=2), seed), tokens(b=1, s=3, seed=seed)
    plain = generate(model, x, 8, temperature=0)
    with torch.no_grad():
        text, passes = decode(
            lambda t: model(t[None])[0], mtp_draft(model, 0), x[0], 8, gamma=2, temperature=0
        )
    assert torch.equal(text, plain[0]) and 3 <= passes <= 8


def test_mtp_predicts_one_token_further_at_each_depth():
    model, x = make(replace(MINI, n_mtp=2)), tokens()
    routings: list[Routing] = []
    whole = mtp_losses(model, x, routings)
    assert len(whole) == 3 and len(routings) == 2 + 2
    changed = x.clone()
    changed[:, -1] = 60 - changed[:, -1]
    h = model.hidden(x[:, :-1])
    first = model.mtp[0](h[:, :-1], model.embedding(x[:, 1:-1]))
    logits = model.head(first)
    expected = -logits.log_softmax(-1).gather(-1, x[:, 2:, None]).mean()
    torch.testing.assert_close(whole[1], expected)
    torch.testing.assert_close(total(whole, 0.3), whole[0] + 0.15 * (whole[1] + whole[2]))


def test_every_parameter_learns():
    model = make()
    total(mtp_losses(model, tokens(8, 33)), 0.3).backward()
    silent = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@pytest.mark.parametrize("cfg", [MINI, LLAMA], ids=["mini", "llama"])
def test_published_names_lead_back_to_the_same_model(cfg):
    model, x = make(cfg), tokens()
    other = Model.from_hf_state_dict(cfg, as_published(model))
    assert torch.equal(other(x), model(x))


def test_a_tied_head_need_not_be_published():
    model = make(LLAMA)
    state = as_published(model)
    del state["lm_head.weight"]
    assert torch.equal(Model.from_hf_state_dict(LLAMA, state)(tokens()), model(tokens()))


def test_copies_of_the_embedding_in_mtp_layers_are_left_alone():
    model = make()
    state = as_published(model)
    state["model.layers.3.embed_tokens.weight"] = state["model.embed_tokens.weight"]
    state["model.layers.3.shared_head.head.weight"] = state["lm_head.weight"]
    assert translate(state, model.state_dict(), MINI).keys() == model.state_dict().keys()


def test_all_that_does_not_fit_is_named_in_one_error():
    model = make()
    state = as_published(model)
    del state["model.layers.1.mlp.experts.5.up_proj.weight"]
    state["model.layers.9.surprise"] = torch.ones(1)
    state["model.norm.weight"] = torch.ones(127)
    with pytest.raises(ValueError, match="do not fit") as error:
        Model.from_hf_state_dict(MINI, state)
    said = str(error.value)
    assert "1 missing (model.layers.1.mlp.experts.5.up_proj.weight)" in said
    assert "1 unknown (model.layers.9.surprise)" in said
    assert "1 misshapen (model.norm.weight (127,), not (128,))" in said
    assert "\n" not in said


def test_errors_carry_the_numbers():
    model = make()
    with pytest.raises(ValueError, match="tokens run from 3 to 512, this model knows 0 to 511"):
        model(torch.tensor([[3, 512]]))
    with pytest.raises(ValueError, match=r"tokens are \(3,\); needed is \(b, s\)"):
        model(torch.tensor([1, 2, 3]))
    with pytest.raises(ValueError, match="position 256 asked of a model with a context of 256"):
        model(torch.zeros(1, 257, dtype=torch.long))
    with pytest.raises(ValueError, match="2 tokens are too few for 1 MTP modules"):
        mtp_losses(model, torch.tensor([[1, 2]]))
    with pytest.raises(ValueError, match="2 guesses after 3 tokens asked of 1 MTP modules"):
        mtp_draft(model)(torch.tensor([1, 2, 3]), 2)
    with pytest.raises(ValueError, match="3 hash layers and 4 residual streams are V4's"):
        Model(replace(ModelConfig.from_hf(load("deepseek-v4-flash")), vocab_size=8))


def test_nan_weights_are_named_when_a_token_is_drawn():
    model = make(LLAMA)
    model.norm.gain.data[3] = torch.nan
    with pytest.raises(ValueError, match="2 of 2 rows of logits have NaN"):
        generate(model, tokens(), 1)


@pytest.mark.parametrize("module", [block, hf, losses, module, mtp])
def test_docstrings_print_what_they_say(module):
    assert doctest.testmod(module).failed == 0
