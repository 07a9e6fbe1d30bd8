"""Attention in plain Python: a dictionary that mixes its answers.

A dictionary compares the question with its keys, finds the equal one
and hands out its value. ``SoftDict`` compares by dot product, gives
each entry a share, and hands out the mean of all values with these
shares. ``minseek.attention`` does the same for many queries at once.
"""

from collections.abc import Sequence
from math import exp

Vector = Sequence[float]


def dot(a: Vector, b: Vector) -> float:
    """Multiply number by number, and add up.

    >>> dot([2, 1, 0], [3, 0, 5])
    6
    """
    if len(a) != len(b):
        raise ValueError(
            f"{len(a)} numbers meet {len(b)};"
            " a dot product needs equally many"
        )
    return sum(x * y for x, y in zip(a, b, strict=True))


class SoftDict:
    """Keys with values; a query reads the mean of all values.

    >>> memory = SoftDict([(2, 0), (0, 1)], [(3, 0), (0, 3)])
    >>> memory[0, 0]  # asks for nothing, and reads all alike
    [1.5, 1.5]
    """

    def __init__(
        self, keys: Sequence[Vector], values: Sequence[Vector]
    ) -> None:
        if len(keys) != len(values) or not keys:
            raise ValueError(
                f"{len(keys)} keys and {len(values)} values;"
                " each key needs its value, and one is the least"
            )
        self.keys, self.values = keys, values

    def weights(self, query: Vector) -> list[float]:
        """The share of each entry: softmax of its score."""
        scores = [dot(query, key) for key in self.keys]
        top = max(scores)
        powers = [exp(score - top) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]

    def __getitem__(self, query: Vector) -> list[float]:
        """The mean of the values, each with its share."""
        shares = self.weights(query)
        return [
            dot(shares, column)
            for column in zip(*self.values, strict=True)
        ]
