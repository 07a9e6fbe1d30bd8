"""How many entries a state of fixed size holds, and a lookup."""

import random
from collections.abc import Iterable
from statistics import mean

from style import MARK, end_label, figure, powers, save, y_label

from minseek.lookup import SoftDict, dot

WIDTH, ASKED = 32, 64
ENTRIES, SEEDS = [1, 2, 4, 8, 16, 32, 64, 128, 256], range(5)
LOOK = {  # name in words, hue, dash
    "lookup": ("lookup", "blue", "-"),
    "state": ("state", "orange", "--"),
}


def signs(dice: random.Random, n: int, width: int) -> list[list[int]]:
    """Draw n vectors of +1 and −1."""
    return [
        [dice.choice((-1, 1)) for _ in range(width)] for _ in range(n)
    ]


def state_recalls(n: int, width: int, seed: int) -> float:
    """Share of signs right, read from one sum of keys times signs."""
    dice = random.Random(seed)
    keys, values = signs(dice, n, width), signs(dice, n, 1)
    columns = zip(*keys, strict=True)
    flat = [sign for (sign,) in values]
    state = [dot(flat, column) for column in columns]
    asked = [dice.randrange(n) for _ in range(ASKED)]
    return mean(dot(state, keys[i]) * flat[i] > 0 for i in asked)


def lookup_recalls(n: int, seed: int) -> float:
    """Share of signs right, read from a soft dictionary."""
    dice = random.Random(seed)
    keys, values = signs(dice, n, WIDTH), signs(dice, n, 1)
    memory = SoftDict(keys, values)
    asked = [dice.randrange(n) for _ in range(ASKED)]
    return mean(memory[keys[i]][0] * values[i][0] > 0 for i in asked)


def data(
    entries: Iterable[int] = ENTRIES, seeds: Iterable[int] = SEEDS
) -> dict[str, list[list[float]]]:
    """For each memory and number of entries, a share for each seed."""
    entries, seeds = list(entries), list(seeds)
    return {
        "lookup": [
            [lookup_recalls(n, s) for s in seeds] for n in entries
        ],
        "state": [
            [state_recalls(n, WIDTH, s) for s in seeds] for n in entries
        ],
    }


def draw() -> None:
    """Draw both memories, the spread of the seeds as a band."""
    found = data()
    fig, ax = figure(width=74, height=58)
    for name, (words, hue, dash) in LOOK.items():
        rows = found[name]
        low, high = [min(r) for r in rows], [max(r) for r in rows]
        middle = [mean(r) for r in rows]
        colour = MARK[hue]
        ax.fill_between(ENTRIES, low, high, color=colour, alpha=0.15)
        ax.plot(
            ENTRIES, middle, color=colour, linestyle=dash, marker="o"
        )
        end_label(ax, ENTRIES[-1], middle[-1], words, hue)
    powers(ax.xaxis, 2)
    ax.set_xticks(ENTRIES[::2], [str(n) for n in ENTRIES[::2]])
    ax.axhline(0.5, color=MARK["grey"], linewidth=0.8)
    ax.annotate(
        "guessing", (1, 0.5), xytext=(0, 3), textcoords="offset points"
    )
    ax.set_ylim(0.4, 1.03)
    ax.set_xlabel("entries")
    y_label(ax, "share of entries recalled")
    save(fig, "recall")


if __name__ == "__main__":
    draw()
