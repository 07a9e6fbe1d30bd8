"""What explorables compute, in Chromium, against what minseek computes here, in float64.

And their twins, which an author typed, against what explorables show.
"""

import random
import re
import runpy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from minseek.accounting import Count, active, parts, published, total
from minseek.attention import attention, scores, softmax
from minseek.causal import write
from minseek.config import Rope
from minseek.flash import fa1, standard
from minseek.flash.hbm import HBM, blocks
from minseek.flash.online import merge_all, partial
from minseek.lookup import SoftDict
from minseek.rope import rotate
from minseek.text import load
from minseek.tokens import BYTES, Tokenizer, train

ROOT = Path(__file__).parents[2]
FIGURES, EXPLORABLES = ROOT / "code/figures", ROOT / "code/explorables"
NUMBERS = re.compile(r"−?\d+(?:\.\d+)?")


@pytest.fixture
def toy(monkeypatch) -> dict[str, torch.Tensor]:
    """The matrices of the figure of article 1.4."""
    monkeypatch.syspath_prepend(str(FIGURES))
    made = runpy.run_path(str(FIGURES / "self-attention-shapes.py"))["data"]()
    return {name: matrix.double() for name, matrix in made.items()}


def near(value: torch.Tensor) -> Any:
    return pytest.approx(value.tolist(), rel=1e-12, abs=1e-15)


def test_softmax_is_minseeks(compute, toy):
    states = [{"row": row, "divide": n} for row, n in product(range(4), range(-4, 7))]
    for state, found in zip(states, compute("softmax", states), strict=True):
        q, scale = toy["Q"][state["row"], None], 2 ** (-state["divide"] / 2)
        (scaled,) = scores(q, toy["K"], scale)
        weights = softmax(scaled)
        assert found["scores"] == scores(q, toy["K"], 1.0)[0].tolist()
        assert found["scaled"] == near(scaled)
        assert found["shifted"] == near(scaled - scaled.max())
        assert found["powers"] == near((scaled - scaled.max()).exp())
        assert found["weights"] == near(weights)
        for weighed, value, weight in zip(found["weighed"], toy["V"], weights, strict=True):
            assert weighed == near(weight * value)
        assert found["output"] == near(attention(q, toy["K"], toy["V"], scale)[0])


def test_tokens_are_minseeks(compute):
    merges = train(load(), 512).merges
    texts = ["the end of it", "cat sat and it", "die Kuh und er"]
    states = [{"text": i, "merges": n} for i in range(3) for n in (0, 1, 15, 64, 200, 256)]
    for state, found in zip(states, compute("tokens", states), strict=True):
        n, text = state["merges"], texts[state["text"]]
        tokens = Tokenizer(merges[:n]).encode(text)
        assert [token for word in found["words"] for token in word] == tokens
        assert found["count"] == len(tokens)
        assert found["ratio"] == pytest.approx(len(text) / len(tokens), rel=1e-12)
        assert found["newest"] == (BYTES + n - 1 if n else None)
        assert found["halves"] == (list(merges[n - 1]) if n else [])


def test_soft_lookup_is_minseeks(compute, monkeypatch):
    monkeypatch.syspath_prepend(str(FIGURES))
    figure = runpy.run_path(str(FIGURES / "soft-lookup.py"))
    memory = SoftDict(figure["KEYS"], figure["VALUES"])
    states = [
        {"thing": x, "action": y, "hard": 0} for x, y in product(range(-30, 31, 15), repeat=2)
    ]
    for state, found in zip(states, compute("soft-lookup", states), strict=True):
        query = [state["thing"] / 10, state["action"] / 10]
        assert found["query"] == query
        assert found["weights"] == pytest.approx(memory.weights(query), rel=1e-12)
        assert found["output"] == pytest.approx(memory[query], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("query", "weights"), [((1, 0), [1, 0, 0]), ((0, 1), [0, 0.5, 0.5]), ((-3, 1), [0, 0, 1])]
)
def test_a_hard_lookup_reads_the_best_keys_alone(compute, query, weights):
    thing, action = query
    (found,) = compute("soft-lookup", [{"thing": 10 * thing, "action": 10 * action, "hard": 1}])
    assert found["weights"] == weights


def test_the_query_follows_a_drag(machine):
    found = machine("soft-lookup")
    grip = found.locator(".grip")
    grip.scroll_into_view_if_needed()
    box, mouse = grip.bounding_box(), found.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 76, y - 38)  # two units to the left, one up
    mouse.up()
    mouse.move(x, y)
    assert found.evaluate("x => x.state") == {"thing": -10, "action": 10, "hard": 0}


def numbers(cells: list[str]) -> list[str]:
    return [number for cell in cells for number in NUMBERS.findall(cell)]


@pytest.mark.parametrize(
    "which",
    [
        "context-cost",
        "feeds-and-speeds",
        "kv-cache",
        "latent-rank",
        "parameters",
        "rope-clocks",
        "soft-lookup",
        "softmax",
        "tokens",
        "work-partition",
    ],
)
def test_a_twin_has_the_numbers_of_the_start(machine, which):
    found = machine(which)
    twin = numbers(found.locator(".twin td:not(:first-child)").all_text_contents())
    assert twin == numbers(found.locator(".stage td").all_text_contents()) and len(twin) > 5


@pytest.fixture
def four() -> dict[str, torch.Tensor]:
    """The row of article B.1 and three queries more, as columns."""
    columns = {"q": [1, 2, 0, -1], "k": [1, 2, 6, 3], "v": [9, 3, 2, 5]}
    made = {name: torch.tensor(c, dtype=torch.float64)[:, None] for name, c in columns.items()}
    return {**made, "k": made["k"].log()}


@pytest.mark.parametrize("columns", [1, 2, 4])
@pytest.mark.parametrize("rows", [1, 2, 4])
def test_tiles_end_and_cost_as_in_fa1(compute, four, rows, columns):
    last = {"step": 4 // rows * 4 // columns, "rows": rows, "columns": columns}
    (found,) = compute("flash-tiles", [last])
    hbm, plain = HBM(**four), HBM(**four)
    fa1.forward(hbm, rows, columns)
    standard.forward(plain)
    for name in "mlo":
        assert [state[name] for state in found["states"]] == near(hbm[name].flatten())
    assert found["moved"] == found["whole"] == hbm.accesses().total
    assert found["held"] == hbm.peak
    assert found["standard"] == plain.accesses().total


@pytest.mark.parametrize("columns", [1, 2, 4])
@pytest.mark.parametrize("rows", [1, 2, 4])
def test_every_tile_merges_as_online_softmax_does(compute, four, rows, columns):
    s, order = four["q"] @ four["k"].T, list(product(blocks(4, columns), blocks(4, rows)))
    states = [{"step": n + 1, "rows": rows, "columns": columns} for n in range(len(order))]
    for done, found in enumerate(compute("flash-tiles", states), 1):
        for i in range(4):
            met = [keys for keys, queries in order[:done] if i in range(4)[queries]]
            if not met:
                assert found["states"][i]["l"] == 0
                continue
            whole = merge_all(partial(s[i : i + 1, keys], four["v"][keys]) for keys in met)
            state = [found["states"][i][name] for name in "mlo"]
            assert state == near(torch.cat([part.flatten() for part in whole]))


def test_the_twin_of_the_tiles_is_their_whole_walk(machine):
    found, walk = machine("flash-tiles"), []
    for step in range(1, 5):
        found.evaluate("(x, step) => x.set({ step })", step)
        keys = numbers([found.locator(".seen").inner_text().partition(".")[0]])
        for row in found.locator("table:nth-child(2) .now").all():
            walk.append([str(step), *keys, *numbers(row.locator("th, td").all_text_contents())])
    rows = found.locator(".twin tbody tr").all()
    assert [numbers(row.locator("td").all_text_contents()) for row in rows] == walk


def test_generation_is_minseeks_without_a_cache(compute):
    made = runpy.run_path(str(EXPLORABLES / "generation.py"))
    model, prompt = made["trained"](), made["prompt"]()
    dice = torch.Generator().manual_seed(2)
    texts = [write(model, prompt, 12, generator=dice), write(model, prompt, 12, temperature=0)]
    states = [
        {"pass": n, "cache": cache, "choice": choice}
        for n, cache, choice in product(range(1, 13), (0, 1), (0, 1))
    ]
    for state, found in zip(states, compute("generation", states), strict=True):
        text, n = texts[state["choice"]], 3 + state["pass"]
        logits, reads = model(text[:, :n]), model.reads(model.embed(text[:, :n]))
        for name, rows in (("logits", logits), ("shares", logits.softmax(-1)), ("reads", reads)):
            assert found[name] == pytest.approx(rows[0, -1].tolist(), abs=1e-3)
        assert [*found["text"], found["next"]] == text[0, : n + 1].tolist()
        kept = state["cache"] == 1
        assert found["computed"] == (1 if kept and state["pass"] > 1 else n)
        assert (found["withCache"], found["without"]) == (n, sum(range(4, n + 1)))
        assert found["numbers"] == kept * 2 * n * model.head.w_k.shape[1]


def test_the_twin_of_generation_is_its_whole_walk(machine):
    found, letters = machine("generation"), "abcdefgh"
    rows = found.locator(".twin tbody tr").all()
    assert len(rows) == 12
    for number, row in enumerate(rows, 1):
        found.evaluate("(x, pass) => x.set({ pass })", number)
        r = found.evaluate("x => x.constructor.compute(x.state)")
        read = [letters[i] for i in r["text"]]
        shown = dict(
            zip(
                letters, found.locator("table:nth-child(2) tr").all_text_contents()[1:], strict=True
            )
        )
        likeliest = sorted(letters, key=lambda a: -r["shares"][letters.index(a)])[:2]
        next = letters[r["next"]]
        assert next in found.locator(".stage .now").inner_text()
        assert [cell.strip() for cell in row.locator("th, td").all_text_contents()] == [
            str(number),
            " ".join(read[-r["computed"] :]),
            *map(str, (r["computed"], r["n"], r["n"])),
            ", ".join(f"{a} {shown[a][-4:]}" for a in likeliest),
            next,
        ]


def test_parameters_are_minseeks(compute):
    model = published("deepseek-v3")
    found = parts(model)
    rest = [found.pop(name) for name in ("router", "router bias", "norms", "final norm")]
    small = Count(*map(sum, zip(*rest, strict=True)))
    order = ("embedding", "attention", "dense FFN", "shared experts", "routed experts")
    counts = [*(found.pop(name) for name in order), small, found.pop("head")]
    assert not found
    for view, shown in enumerate(compute("parameters", [{"view": 0}, {"view": 1}])):
        assert shown["stored"] == [count.total for count in counts]
        assert shown["used"] == [count.active for count in counts]
        assert (shown["all"], shown["active"]) == (total(model), active(model))
        whole = (total(model), active(model))[view]
        assert shown["shares"] == pytest.approx([count[view] / whole for count in counts])
        for area in shown["areas"]:
            assert area["width"] * area["height"] == pytest.approx(shown["shares"][area["i"]])
        assert max(a["x"] + a["width"] for a in shown["areas"]) == pytest.approx(1)


def test_clocks_turn_as_in_minseek(compute):
    script, dice = runpy.run_path(str(EXPLORABLES / "rope-clocks.py")), random.Random(0)
    corners = [
        {"key": k, "distance": d, "base": b} for k, d, b in product((0, 1000), (0, 256), (0, 1))
    ]
    draws = [
        {"key": dice.randint(0, 1000), "distance": dice.randint(0, 256), "base": dice.randint(0, 1)}
        for _ in range(50)
    ]
    states = corners + draws
    up = torch.tensor([1.0, 0.0], dtype=torch.float64).repeat(script["WIDTH"] // 2)
    for state, found in zip(states, compute("rope-clocks", states), strict=True):
        rope = published([*script["MODELS"]][state["base"]]).attention.rope

        def turned(position, base=rope.base):
            return rotate(up[None, None, None], torch.tensor([position]), Rope(base=base)).flatten()

        q, k = turned(state["key"] + state["distance"]), turned(state["key"])
        assert found["products"] == pytest.approx((q * k).view(-1, 2).sum(1).tolist(), abs=1e-12)
        assert found["score"] == pytest.approx((q @ k).item(), abs=1e-12)
        assert found["score"] == pytest.approx((turned(state["distance"]) @ up).item(), abs=1e-11)
        for name, vector in (("queries", q), ("keys", k)):
            cosines = torch.tensor(found[name], dtype=torch.float64).cos()
            assert cosines.tolist() == pytest.approx(vector[0::2].tolist(), abs=1e-12)


def test_the_sum_stays_when_the_key_moves(machine):
    found = machine("rope-clocks")
    total = found.locator(".stage tr:last-child td:last-child")
    before, hands = total.inner_text(), found.locator(".clock line").first.get_attribute("x2")
    found.locator("input[type=range]").first.press("ArrowRight")
    assert found.locator(".clock line").first.get_attribute("x2") != hands
    assert total.inner_text() == before
    found.locator("input[type=range]").last.press("ArrowRight")
    assert total.inner_text() != before
