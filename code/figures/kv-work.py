"""FLOPs of writing n tokens: all again, with a cache, attention."""

from style import INK, MARK, end_label, figure, powers, save, y_label

from minseek.accounting import decode_flops, published

MODEL = "llama-2-70b"
LENGTHS = [2**i for i in range(7, 19)]
CURVES = {
    "everything again": ("orange", "-"),
    "with a cache": ("cyan", "-"),
    "its attention": ("grey", "--"),
}


def data() -> dict[str, dict[int, float]]:
    """FLOPs of all steps up to n, from the first token on.

    Step t has t rows without a cache and one with it; row s reads s
    keys. Sums of 1 to n and of all their partial sums, in closed form.
    """
    model = published(MODEL)
    linear, key = decode_flops(model, 1)[:2]
    found: dict[str, dict[int, float]] = {name: {} for name in CURVES}
    for n in LENGTHS:
        pairs = n * (n + 1) // 2
        triangles = pairs * (n + 2) // 3
        again = pairs * linear + triangles * key
        values = again, n * linear + pairs * key, pairs * key
        for name, value in zip(CURVES, values, strict=True):
            found[name][n] = value
    return found


def draw() -> None:
    """Draw three curves over the number of tokens, both axes log."""
    fig, ax = figure(width=106, height=68)
    for name, curve in data().items():
        hue, dash = CURVES[name]
        n, flops = list(curve), list(curve.values())
        ax.plot(n, flops, dash, color=MARK[hue])
        if dash == "-":
            end_label(ax, n[-1], flops[-1], name, hue)
        else:  # below the line, whose end has no room
            ax.text(n[5], flops[5] / 40, name, color=INK[hue])
    powers(ax.xaxis, 2)
    powers(ax.yaxis)
    ax.set_ylim(1e10, 1e23)
    ax.set_xlabel("tokens written")
    y_label(ax, "FLOPs, all steps together")
    save(fig, "kv-work")


if __name__ == "__main__":
    draw()
