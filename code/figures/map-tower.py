"""DeepSeek-V3 as a tower of layers, every area to one scale."""

import random
from typing import Any

from drawing import SMALL, Drawing, ink, light, wash

from minseek.accounting import (
    expert_weights,
    mla_weights,
    parts,
    published,
)

EXPERT = 1.72  # px that one expert of one layer is wide
FLOOR = 6.0  # px that a layer is high
LEFT, TOP = 92.0, 52.0
SEED = 3

NOTE: dict[str, Any] = {"size": SMALL, "anchor": "start"}


def data(name: str = "deepseek-v3") -> dict[str, float]:
    """What each part of a layer holds, in experts, and the tables."""
    model = published(name)
    expert = expert_weights(model.moe)
    found = parts(model)
    return {
        "layers": model.n_layers,
        "plain layers": model.n_dense_layers,
        "attention": mla_weights(model.attention) / expert,
        "dense FFN": 3 * model.d_model * model.d_ff / expert,
        "shared expert": model.moe.n_shared,
        "routed experts": model.moe.n_experts,
        "visited": model.moe.k,
        "embedding": found["embedding"].total / expert,
        "head": found["head"].total / expert,
    }


def bar(d: Drawing, x: float, y: float, n: float, fill: str) -> float:
    """Draw ``n`` experts' worth of a layer; return where it ends."""
    d.rect(x, y, n * EXPERT, FLOOR - 0.8, fill=fill, corner=0)
    return x + n * EXPERT


def floor(
    d: Drawing, y: float, m: dict[str, float], rng: random.Random
) -> None:
    """Draw a layer with experts, those of one token marked."""
    x = bar(d, LEFT, y, m["attention"], ink("purple"))
    x = bar(d, x + 2, y, m["shared expert"], ink("orange"))
    bar(d, x + 2, y, m["routed experts"], wash("gold"))
    visited = rng.sample(range(m["routed experts"]), m["visited"])
    for i in visited:
        bar(d, x + 2 + i * EXPERT, y, 1, ink("gold"))


def draw() -> None:
    """Draw tables, layers and names."""
    m = data()
    rng = random.Random(SEED)
    d = Drawing("map-tower", height=95)
    layers, plain = m["layers"], m["plain layers"]
    bottom = TOP + layers * FLOOR
    for i in range(layers):
        y = bottom - (i + 1) * FLOOR
        if i >= plain:
            floor(d, y, m, rng)
        else:
            x = bar(d, LEFT, y, m["attention"], ink("purple"))
            bar(d, x + 2, y, m["dense FFN"], ink("green"))
    grey = light("mark-grey")
    bar(d, LEFT, TOP - 14, m["head"], grey)
    bar(d, LEFT, bottom + 8, m["embedding"], grey)
    names(d, m, bottom)
    d.save()


def names(d: Drawing, m: dict[str, float], bottom: float) -> None:
    """Name the parts beside and above them."""
    left = {
        TOP - 9: "head",
        TOP + 12: f"layer {m['layers'] - 1}",
        bottom - m["plain layers"] * FLOOR - 12: "layer 3",
        bottom - 5: "layers 0–2",
        bottom + 15: "embedding",
    }
    for y, text in left.items():
        d.text(LEFT - 8, y, text, anchor="end", size=SMALL)
    right = LEFT + 42
    d.text(
        right,
        TOP - 8,
        f"{m['routed experts']} experts in each of 58 layers; "
        f"marked: the {m['visited']} that a token visits",
        hue="gold",
        **NOTE,
    )
    d.text(LEFT, 14, "attention", hue="purple", **NOTE)
    d.text(LEFT + 62, 14, "shared expert", hue="orange", **NOTE)
    d.text(
        LEFT + m["attention"] * EXPERT + m["dense FFN"] * EXPERT + 10,
        bottom - 5,
        "plain feed-forward networks",
        hue="green",
        **NOTE,
    )
    d.text(
        LEFT + 50,
        bottom + 15,
        "one row of it for a token",
        hue="grey",
        **NOTE,
    )


if __name__ == "__main__":
    draw()
