"""Which merges write "cat sat and it" in a vocabulary of 512."""

from dataclasses import dataclass

from drawing import SMALL, Drawing, light, wash

from minseek.text import load
from minseek.tokens import BYTES, WORD, Tokenizer, train

SENTENCE = "cat sat and it"
SIZE = 512
CELL, HIGH, STEP = 25.0, 34.0, 62.0  # px: a byte, a box, a level
LEFT, BOTTOM = 2.0, 132.0


@dataclass(frozen=True)
class Node:
    """A token over the bytes ``start`` to ``stop``, and its halves."""

    token: int
    start: int
    stop: int
    halves: tuple["Node", ...] = ()

    @property
    def level(self) -> int:
        """How many merges lie one above the other."""
        return 1 + max((n.level for n in self.halves), default=-1)


def grow(tokenizer: Tokenizer, token: int, start: int) -> Node:
    """The tree below one token whose first byte is ``start``."""
    stop = start + len(tokenizer.vocabulary[token])
    if token < BYTES:
        return Node(token, start, stop)
    left, right = tokenizer.merges[token - BYTES]
    first = grow(tokenizer, left, start)
    return Node(
        token,
        start,
        stop,
        (first, grow(tokenizer, right, first.stop)),
    )


def data() -> tuple[Tokenizer, list[Node]]:
    """The tokenizer, and a tree for each token of the sentence."""
    tokenizer = train(load(), SIZE)
    trees: list[Node] = []
    for token in tokenizer.encode(SENTENCE):
        start = trees[-1].stop if trees else 0
        trees.append(grow(tokenizer, token, start))
    return tokenizer, trees


def spelled(tokenizer: Tokenizer, token: int) -> str:
    """What a token stands for, its spaces visible."""
    return tokenizer.vocabulary[token].decode().replace(" ", "_")


def middle(node: Node) -> float:
    """Where the middle of a token's box stands."""
    return LEFT + (node.start + node.stop) / 2 * CELL


def box(
    d: Drawing, tokenizer: Tokenizer, node: Node, top: bool
) -> None:
    """Draw a token's box, its number in it, and lines to its halves."""
    x, y = LEFT + node.start * CELL + 1.5, BOTTOM - node.level * STEP
    width = (node.stop - node.start) * CELL - 3
    for half in node.halves:
        box(d, tokenizer, half, top=False)
        d.line(
            (middle(half), BOTTOM - half.level * STEP),
            (middle(half), y + HIGH),
        )
    hue = "blue" if top else "grey"
    stroke = light("ink-blue") if top else light("mark-grey")
    d.rect(
        x, y, width, HIGH, fill=wash(hue), stroke=stroke,
        stroke_width=1.6 if top else 1,
    )  # fmt: skip
    word = spelled(tokenizer, node.token)
    d.text(middle(node), y + 15, word, strong=True)
    d.text(middle(node), y + 29, str(node.token), size=SMALL)


def draw() -> None:
    """Draw the bytes below and the tokens above."""
    tokenizer, trees = data()
    d = Drawing("bpe-merges", height=38, width=74)
    for tree in trees:
        box(d, tokenizer, tree, top=True)
    at = LEFT
    for word in WORD.findall(SENTENCE):  # pairs never cross this line
        at += len(word) * CELL
        if at < LEFT + len(SENTENCE) * CELL:
            d.line((at, BOTTOM - 2 * STEP), (at, BOTTOM + HIGH + 12))
    d.save()


if __name__ == "__main__":
    draw()
