"""Shares of FLOPs and of time in a pass of the small decoder."""

from stored import rows
from style import MARK, figure, save

LOOKS = {  # key, hue, hatch
    "share of the FLOPs": ("MFLOP", "grey", ""),
    "share of the time": ("ms", "orange", "///"),
}


def data(attention: str = "minseek") -> dict[str, dict[str, float]]:
    """Percent of each part, by what is measured."""
    found = [
        row
        for row in rows("decoder-profile")
        if row["attention"] == attention
    ]
    (whole,) = [row for row in found if row["part"] == "all"]
    return {
        name: {
            row["part"]: 100 * row[key] / whole[key]
            for row in found
            if row is not whole
        }
        for name, (key, *_) in LOOKS.items()
    }


def draw() -> None:
    """Draw two bars for each part."""
    fig, ax = figure(width=74, height=66)
    # Room for the wider face of an e-book beside the names of rows.
    fig.set_layout_engine("constrained", rect=(0.05, 0, 0.95, 1))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    for i, (name, shares) in enumerate(data().items()):
        _, hue, hatch = LOOKS[name]
        places = [y + 0.36 * i for y in range(len(shares))]
        ax.barh(
            places,
            list(shares.values()),
            0.34,
            label=name,
            color=MARK[hue],
            hatch=hatch,
        )
    ax.set_yticks([y + 0.18 for y in range(len(shares))], list(shares))
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    ax.set_xlabel("percent of one pass")
    ax.legend(loc="lower right")
    save(fig, "decoder-time")


if __name__ == "__main__":
    draw()
