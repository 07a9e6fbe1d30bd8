"""FlashAttention-3: which part saves the accuracy of FP8, and who waits for whom."""

import doctest
from itertools import groupby, pairwise
from statistics import mean

import pytest
import torch
from minseek.flash import fa3, pipeline, simulator
from minseek.flash.pipeline import Costs, Schedule, simulate
from minseek.flash.simulator import Machine, Signal
from torch.nn.functional import scaled_dot_product_attention as sdpa

N, D, BLOCK = 1024, 128, 128
# Shah et al., Table 3, FP8: RMSE on synthetic data with outliers, sizes not given.
PUBLISHED = {"all": 9.1e-3, "no blocks": 9.3e-3, "no rotation": 2.4e-2, "neither": 2.4e-2}
# Shah et al., Table 2: batch 4, 8448 tokens, 16 heads, d 128, not causal, FP16, in TFLOP/s.
ABLATION = {
    661: Schedule(),
    582: Schedule(overlap=False),
    570: Schedule(specialized=False, ping_pong=False),
}


def generator(seed):
    return torch.Generator().manual_seed(seed)


def rmse(seed, block, rotate):
    q, k, v = fa3.with_outliers(N, D, generator(seed))
    truth = sdpa(q.double(), k.double(), v.double())
    if rotate:
        signs = fa3.random_signs(D, generator(0))
        q, k = fa3.incoherent(q, signs), fa3.incoherent(k, signs)
    return (fa3.forward(q, k, v, block, block) - truth).square().mean().sqrt().item()


@pytest.mark.parametrize("module", [fa3, pipeline, simulator])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def test_the_rotation_saves_the_accuracy_of_fp8():
    """The finding of Table 3: the rotation gives the gain, blocks give next to nothing.

    Published 9.1e-3 (all), 9.3e-3 (no blocks), 2.4e-2 (no rotation), 2.4e-2 (neither): a gain
    of 2.6. Here, on the same distribution with 1024 keys, the gain is 1.4 to 2.5 by draw; it
    grows with the keys (experiments/fp8_outliers.py). The paper does not say how many it has.
    """
    variants = {"all": (BLOCK, True), "no blocks": (N, True)}
    variants |= {"no rotation": (BLOCK, False), "neither": (N, False)}
    ours = {name: [rmse(seed, *how) for seed in range(4)] for name, how in variants.items()}
    print({name: f"{mean(ours[name]):.1e}, published {PUBLISHED[name]:.1e}" for name in ours})
    for all_, no_blocks, no_rotation, neither in zip(*ours.values(), strict=True):
        assert min(neither / no_blocks, no_rotation / all_) > 1.2  # rotating helps, each time
        assert 0.8 < no_blocks / all_ < 1.2  # blocks help sometimes, and little


def test_a_few_products_with_outliers_make_the_error():
    """With every entry beyond 6 left unrounded, and with only those rounded."""
    q, k, v = (x.double() for x in fa3.with_outliers(N, D, generator(0)))
    truth = sdpa(q, k, v)

    def error(rounded):
        q8, k8 = (
            torch.where(rounded(x), fa3.quantize(x, N).values.double() * x.abs().max() / 448, x)
            for x in (q, k)
        )
        return (sdpa(q8, k8, v) - truth).square().mean().sqrt().item()

    everything = error(lambda x: x.abs() >= 0)
    few = error(lambda x: x.abs() > 6)
    assert (q.abs() > 6).double().mean() < 0.001 and few > everything / 2


@pytest.mark.parametrize(
    "n, t, d_v, b_c", [(1, 1, 1, 1), (5, 7, 3, 2), (4, 64, 16, 16), (3, 9, 2, 99)]
)
def test_the_two_stages_are_attention(n, t, d_v, b_c):
    g = generator(0)
    q, k = (5 * torch.randn(rows, 8, dtype=torch.float64, generator=g) for rows in (n, t))
    v = torch.randn(t, d_v, dtype=torch.float64, generator=g)
    truth = sdpa(q[None], k[None], v[None])[0]
    assert (fa3.pipelined(q, k, v, b_c) - truth).abs().max() < 1e-13


def test_the_outliers_are_as_many_and_as_large_as_in_the_paper():
    x = torch.stack(fa3.with_outliers(2048, 128, generator(0)))
    assert 1.08 < x.var() < 1.12  # 1 + 0.001 * 100
    assert 0.0004 < (x.abs() > 6).double().mean() < 0.0007  # of N(0, 101), 55 % are beyond 6


def test_the_published_gain():
    assert round(PUBLISHED["neither"] / PUBLISHED["all"], 1) == 2.6  # abstract
    assert round(3.2e-4 / 1.9e-4, 1) == 1.7  # Table 3, FP16: standard over FlashAttention


@pytest.mark.parametrize("d", [1, 2, 8, 128])
def test_the_fast_transform_is_the_matrix(d):
    h = torch.ones(1, 1)
    while len(h) < d:
        h = torch.cat([torch.cat([h, h], 1), torch.cat([h, -h], 1)])
    x = torch.rand(3, d, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(fa3.hadamard(x), x @ h * d**-0.5)
    torch.testing.assert_close(fa3.hadamard(fa3.hadamard(x)), x)


def test_an_outlier_is_spread_over_its_row():
    x = torch.zeros(1, 128)
    x[0, 17] = 100
    assert (
        fa3.incoherent(x, fa3.random_signs(128, generator(0)))
        .abs()
        .allclose(torch.tensor(100 / 128**0.5))
    )


def test_values_beyond_the_range_saturate():
    q8 = fa3.quantize(torch.tensor([[3.0, -7.0], [0.0, 0.0]]), 1)
    assert q8.values[0].tolist() == [192, -448] and not q8.values[1].float().any()


@pytest.mark.parametrize("b_r, b_c", [(1, 1), (3, 5), (64, 64)])
def test_small_whole_numbers_survive_fp8(b_r, b_c):
    """E4M3 holds 0..16 exactly, so only the probabilities are rounded: by at most 2^-4."""
    g = torch.Generator().manual_seed(0)
    q, k, v = (torch.randint(0, 2, (17, 8), generator=g).float() for _ in range(3))
    v += 1
    v = v[:, :5]  # as wide as it likes
    truth = sdpa(q, k, v)
    assert (fa3.forward(q, k, v, b_r, b_c) / truth - 1).abs().max() < 2**-4


@pytest.mark.parametrize("gap", [16, 64, 128, 256, 512])
@pytest.mark.parametrize("keys, n_blocks", [(128, 66), (176, 48)])
def test_the_order_of_the_ablation(gap, keys, n_blocks):
    """Both ideas together, then without the overlap, then without specialized warps.

    The order holds for every gap we tried, and for both sizes; the sizes do not: see below.
    """
    costs = Costs(keys=keys, gap=gap)
    cycles = [simulate(n_blocks, how, costs).now for how in ABLATION.values()]
    assert cycles == sorted(cycles) and len(set(cycles)) == 3


def test_the_model_knows_orders_not_speeds():
    """Published 661, 582 and 570 TFLOP/s; the model says 968, 887 and 748.

    It knows no latencies, no power limit and no other blocks, and its block-wide barrier is
    kept by warps that never drift apart: so all is faster, and the last step is larger.
    """
    flops, clock, sms = 4 * 128 * 8448 * 128, 1.83e9, 132  # one block of threads on each SM
    model = {p: flops * sms / simulate(48, how).now * clock / 1e12 for p, how in ABLATION.items()}
    print({published: round(ours) for published, ours in model.items()})
    assert all(ours > published for published, ours in model.items())
    assert list(model.values()) == sorted(model.values(), reverse=True)


def test_the_ablation_table_is_consistent():
    flops = 4 * 4 * 8448**2 * 16 * 128  # Table 2: milliseconds beside TFLOP/s
    assert [round(flops / ms / 1e9) for ms in (3.538, 4.021, 4.105)] == list(ABLATION)


def test_without_a_gap_ping_pong_alone_fills_the_tensor_core():
    """The readers' question: why overlap inside a warpgroup too? Because products have ends."""
    both, ping_pong = Schedule(), Schedule(overlap=False)
    share = {
        (how, gap): pipeline.tensor_share(48, how, Costs(gap=gap))
        for how in (both, ping_pong)
        for gap in (0, 256)
    }
    assert share[both, 0] - share[ping_pong, 0] < 0.01
    assert share[both, 256] - share[ping_pong, 256] > 0.1


def test_turns_make_sure_of_what_is_luck_without_them():
    """Section 3.1 reports 570 -> 620-640 TFLOP/s for ping-pong, at 8192 tokens.

    Two warpgroups that are free to go may stay in step, or drift apart and alternate anyway:
    here it depends on the size of a tile. With turns they alternate for both.
    """
    share = {
        (keys, turns): pipeline.tensor_share(
            48, Schedule(overlap=False, ping_pong=turns), Costs(keys=keys, gap=64)
        )
        for keys in (128, 176)
        for turns in (False, True)
    }
    assert share[128, True] / share[128, False] > 1.2 > share[176, True] / share[176, False] > 1
    assert min(share[128, True], share[176, True]) > 0.9


@pytest.mark.parametrize("d", [64, 128, 512])
def test_nobody_queues_out_of_turn(d):
    """P V of one block and S of the next are one turn, also where the softmax is short."""
    machine = simulate(12, Schedule(overlap=False), Costs(d=d))
    actors = [s.actor for s in machine.spans if s.unit == "tensor"][2 * pipeline.PIECES :]
    turns = [len(list(run)) for _, run in groupby(actors)]
    assert turns == [2 * pipeline.PIECES] * 22 + [pipeline.PIECES] * 2


def test_neither_one_both():
    plain = simulate(48, Schedule(specialized=False, ping_pong=False, overlap=False)).now
    one = [simulate(48, Schedule(overlap=False)).now, simulate(48, ABLATION[570]).now]
    assert simulate(48, Schedule()).now < min(one) and max(one) < plain


@pytest.mark.parametrize("how", ABLATION.values())
def test_a_timeline_obeys_its_dependencies(how):
    machine = simulate(6, how)
    end, start = {}, {}
    for span in machine.spans:
        key = span.unit, span.actor, span.label
        start.setdefault(key, span.start)
        end[key] = span.end
    for w in ("WG0", "WG1"):
        for j in range(6):
            assert end["load", "TMA", f"K{j}"] <= start["tensor", w, f"K{j}"]
            assert end["load", "TMA", f"V{j}"] <= start["tensor", w, f"V{j}"]
            if j < 5:  # the last tile has a softmax as well
                assert end["tensor", w, f"K{j}"] <= start["softmax", w, f"P{j}"]
            assert end["softmax", w, f"P{j}"] <= start["tensor", w, f"V{j}"]
        for j in range(4):  # two buffers: a third block waits for the first
            assert end["tensor", w, f"V{j}"] <= start["load", "TMA", f"V{j + 2}"]
    for unit in ("load", "tensor", "softmax"):
        spans = sorted((s.start, s.end) for s in machine.spans if s.unit == unit)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_every_product_is_computed():
    costs = Costs()
    busy = 2 * 2 * 6 * costs.product  # two warpgroups, S and P V, six blocks
    assert simulate(6, Schedule()).busy("tensor") == pytest.approx(busy)


def test_costs_follow_from_the_chip():
    """Section 3.1: exponentials may take half the time of the products at d 128."""
    costs = Costs(keys=128)
    assert 64 * 128 / 16 / (2 * costs.product) == 0.5
    assert round(132 * 4096 * 1.83e9 / 1e12, 1) == 989.4
    assert round(132 * 16 * 1.83e9 / 1e12, 1) == 3.9
    assert round(12e12 / 132 / 1.83e9) == 50


def test_a_signal_wakes_all_who_wait():
    machine, signal, log = Machine(), Signal(), []

    def waiter(name):
        yield signal
        log.append((name, machine.now))

    def caller():
        yield 7.0
        machine.fire(signal)

    machine.run([waiter("a"), waiter("b"), caller()])
    assert log == [("a", 7.0), ("b", 7.0)]


@pytest.mark.parametrize("d", [0, 3, 12, 100])
def test_a_width_that_is_no_power_of_two_is_refused(d):
    with pytest.raises(ValueError, match=f"width {d} is not a power of two"):
        fa3.hadamard(torch.ones(2, d))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: fa3.quantize(torch.ones(2, 2), 0), "0 rows"),
        (lambda: fa3.incoherent(torch.ones(2, 8), torch.ones(1)), "width 8 .* not .1,"),
        (lambda: fa3.forward(torch.ones(2, 8), *torch.ones(2, 3, 4), 1, 1), "width 8 .* 4"),
        (lambda: simulate(0, Schedule()), "0 blocks"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_actors_that_would_wait_for_ever_are_an_error():
    def waiter():
        yield Signal()

    with pytest.raises(RuntimeError, match="2 actors wait for what nobody fires"):
        Machine().run([waiter(), waiter()])
