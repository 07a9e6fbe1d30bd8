"""One tile forward on four chips, unit by unit: flash4-cycles.svg."""

from minseek.flash.feeds import Cycles, forward, generations

TILE = (128, 128, 128)
UNITS = {
    "mma": ("products", "blue"),
    "exp": ("exponentials", "orange"),
    "shared": ("shared memory", "grey"),
}


def data() -> dict[str, Cycles]:
    """Clocks of each unit."""
    return {
        name: forward(*TILE, at) for name, at in generations().items()
    }


def draw() -> None:
    """Draw three bars for each chip, products on top."""
    from style import INK, MARK, figure, save

    found = data()
    fig, ax = figure(height=76)
    for row, cycles in enumerate(found.values()):
        for i, (unit, (name, hue)) in enumerate(UNITS.items()):
            at, size = row + (i - 1) * 0.26, getattr(cycles, unit)
            ax.barh(at, size, 0.22, color=MARK[hue])
            word = f"{name} {size:,.0f}" if row == 0 else f"{size:,.0f}"
            ax.annotate(
                word,
                (size, at),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                color=INK[hue],
            )
    ax.set_yticks(range(len(found)), found)
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    ax.set_xlim(0, 5300)
    ax.grid(axis="y", visible=False)
    ax.set_xticks([0, 1024, 2048, 3072, 4096])
    ax.set_xlabel("clocks of one multiprocessor")
    save(fig, "flash4-cycles")


if __name__ == "__main__":
    draw()
