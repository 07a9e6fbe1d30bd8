"""Registers of a consumer, stage by stage: flash3-registers.svg."""

ROWS, THREADS = 64, 128  # of one warpgroup
KEYS, D = 176, 128
FILE = 256 * 1024 // 4  # registers of a multiprocessor
GROUPS = 3  # one producer, two consumers
CONSUMER = 240  # after setmaxnreg


def per_thread(columns: int) -> int:
    """FP32 registers for a tile of 64 rows, spread over 128 threads."""
    return ROWS * columns // THREADS


def data() -> dict[str, dict[str, int]]:
    """What must be alive at once; 16-bit P takes half of S."""
    o, s = per_thread(D), per_thread(KEYS)
    return {
        "one stage": {"O": o, "S": s},
        "two stages": {"O": o, "S": s, "P": s // 2},
        "three stages": {"O": o, "S": s, "P": s // 2, "next S": s},
        "limits": {
            "equal": FILE // (GROUPS * THREADS) // 8 * 8,
            "setmaxnreg": CONSUMER,
        },
    }


def draw() -> None:
    """Draw a bar for each number of stages, and both limits."""
    from style import INK, MARK, WASH, figure, save

    found = data()
    limits = found.pop("limits")
    hues = {
        "O": "green",
        "S": "purple",
        "P": "orange",
        "next S": "purple",
    }
    fig, ax = figure(height=52)
    for y, tiles in enumerate(found.values()):
        left = 0
        for name, wide in tiles.items():
            hue = hues[name]
            ax.barh(
                -y,
                wide,
                left=left,
                height=0.62,
                color=WASH[hue],
                edgecolor=INK[hue],
                linewidth=0.8,
            )
            ax.text(
                left + wide / 2,
                -y,
                f"{name}  {wide}",
                ha="center",
                va="center",
                color=INK[hue],
            )
            left += wide
    names = {
        "equal": f"equal shares: {limits['equal']}",
        "setmaxnreg": f"setmaxnreg: {limits['setmaxnreg']}",
    }
    for which, name in names.items():
        at = limits[which]
        line = [at, at], [-2.5, 0.9]
        ax.plot(*line, color=MARK["grey"], lw=1, ls="-", zorder=0)
        side = "right" if which == "equal" else "left"
        at += -3 if which == "equal" else 3
        ax.text(at, 0.62, name, color=INK["grey"], ha=side)
    ax.set_yticks(range(0, -3, -1), list(found))
    ax.set_xlim(0, 300)
    ax.set_ylim(-2.5, 0.9)
    ax.set_xlabel("registers of a thread")
    ax.grid(False)
    save(fig, "flash3-registers")


if __name__ == "__main__":
    draw()
