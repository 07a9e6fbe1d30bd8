"""Characters per token, by the size of the vocabulary."""

from style import MARK, end_label, figure, save, y_label

from minseek.text import load
from minseek.tokens import BYTES, Tokenizer, train

SIZES = [256, 512, 1024, 2048, 4096]
LEARNED_FROM = 9, 10  # nine tenths; the last tenth is new text


def data(sizes: list[int] = SIZES) -> dict[str, list[float]]:
    """Characters per token of the text learned from and of new text.

    One training is enough: the first merges of a large vocabulary are
    the merges of a small one.
    """
    text = load()
    cut = len(text) * LEARNED_FROM[0] // LEARNED_FROM[1]
    texts = {"learned": text[:cut], "new": text[cut:]}
    merges = train(texts["learned"], max(sizes)).merges
    found: dict[str, list[float]] = {}
    for name, part in texts.items():
        found[name] = [
            len(part) / len(Tokenizer(merges[: n - BYTES]).encode(part))
            for n in sizes
        ]
    return found


def draw() -> None:
    """Draw both texts over the size of the vocabulary."""
    found = data()
    fig, ax = figure(width=74, height=60)
    looks = {"learned": ("blue", "-"), "new": ("orange", "--")}
    for (name, (hue, dash)), lift in zip(
        looks.items(), (0.06, -0.06), strict=True
    ):
        ax.plot(SIZES, found[name], dash, color=MARK[hue], marker="o")
        last = found[name][-1]
        end_label(ax, SIZES[-1], last + lift, name, hue)
    ax.set_xscale("log", base=2)
    ax.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
    ax.set_ylim(0, 3.6)
    ax.set_xlabel("tokens in the vocabulary")
    y_label(ax, "characters per token")
    save(fig, "bpe-compression")


if __name__ == "__main__":
    draw()
