"""Into how many shares to split the keys: flash2-splits.svg.

One query for each of 12 heads, on the multiprocessors of an A100.
"""

from minseek.accounting import chip
from minseek.flash.occupancy import NEARLY_BEST, efficiency, splits

HEADS, MOST, KEY_BLOCKS = 12, 32, 128


def data() -> dict[str, object]:
    """Share of the places with work per split count; what is chosen."""
    slots = chip("a100-80").sms
    of = [
        round(100 * efficiency(HEADS * s, slots), 1)
        for s in range(1, MOST + 1)
    ]
    return {
        "share": of,
        "best": 1 + of.index(max(of)),
        "chosen": splits(HEADS, slots, KEY_BLOCKS),
    }


def draw() -> None:
    """Draw a bar per split count, two of them marked."""
    from style import INK, MARK, figure, save, y_label

    found = data()
    fig, ax = figure(height=58)
    xs = range(1, MOST + 1)
    marked = {found["best"]: "blue", found["chosen"]: "purple"}
    hues = [MARK[marked.get(s, "grey")] for s in xs]
    ax.bar(xs, found["share"], color=hues, width=0.7)
    ax.axhline(100 * NEARLY_BEST, color=MARK["grey"], lw=1, ls="--")
    limit = f"{100 * NEARLY_BEST:.0f}% of\nthe best"
    ax.text(18.7, 88, limit, color=INK["grey"])
    ax.text(found["best"], 103, "9: all", color=INK["blue"], ha="left")
    ax.text(
        found["chosen"] - 0.3,
        93,
        "8: chosen",
        color=INK["purple"],
        ha="right",
    )
    ax.set_xticks([1, 4, 8, 9, 12, 16, 18, 24, 27, 32])
    ax.set_ylim(0, 116)
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.set_xlabel("shares of the keys, 12 heads, one query")
    y_label(ax, "places with work in the waves of an A100, %")
    save(fig, "flash2-splits")


if __name__ == "__main__":
    draw()
