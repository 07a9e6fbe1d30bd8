"""Parameters of V3 that n tokens touch together, by three rules."""

from style import INK, MARK, figure, save, y_label

from minseek.accounting import active, expert_weights, published

MOST = 256
RULES = {  # how tokens choose: hue, dash
    "avoiding each other": ("orange", "--"),
    "blind": ("blue", "-"),
    "all the same": ("green", "-."),
}

LABELS = {  # beside which point, how far off, and on which side
    "avoiding each other": (17, -5, 4, "right"),
    "blind": (40, 5, -12, "left"),
    "all the same": (70, 0, 6, "left"),
}


def data(most: int = MOST) -> dict[str, list[float]]:
    """Billions touched by 1, 2, ... ``most`` tokens, by rule."""
    model = published("deepseek-v3")
    e, k = model.moe.n_experts, model.moe.k
    expert = model.n_moe_layers * expert_weights(model.moe)
    others = active(model) - k * expert
    tokens = range(1, most + 1)
    experts = {
        "avoiding each other": [min(e, n * k) for n in tokens],
        "blind": [e * (1 - (1 - k / e) ** n) for n in tokens],
        "all the same": [k for _ in tokens],
    }
    return {
        rule: [(others + n * expert) / 1e9 for n in counts]
        for rule, counts in experts.items()
    }


def draw() -> None:
    """Draw the three rules over the number of tokens."""
    found = data()
    fig, ax = figure(width=110, height=58)
    tokens = range(1, MOST + 1)
    for rule, (hue, dash) in RULES.items():
        ax.plot(tokens, found[rule], dash, color=MARK[hue])
        n, *shift, side = LABELS[rule]
        ax.annotate(
            rule,
            (n, found[rule][n - 1]),
            xytext=shift,
            textcoords="offset points",
            ha=side,
            color=INK[hue],
        )
    ax.set_xscale("log", base=2)
    ticks = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    ax.set_xticks(ticks, [str(n) for n in ticks])
    ax.set_ylim(0, 700)
    ax.set_xlabel("tokens processed together")
    y_label(ax, "billion parameters touched")
    save(fig, "map-touched")


if __name__ == "__main__":
    draw()
