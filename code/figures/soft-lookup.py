"""One query, three keys, three values: a lookup in numbers."""

from typing import Any

from drawing import SMALL, Drawing, ink, light, wash

from minseek.lookup import SoftDict, dot

WORDS = ["cat", "sat", "and"]
QUERY = (1, 0)
KEYS = [(2, 0), (0, 1), (-1, 1)]
VALUES = [(3, 0), (0, 3), (-2, 1)]
TOP, ROW, HIGH = 84.0, 50.0, 32.0  # px
KEY, SCORE, WEIGHT, VALUE = 34.0, 100.0, 132.0, 208.0  # left edges
CELL, BAR = 50.0, 60.0


def data() -> dict[str, Any]:
    """Scores, weights, weighed values, and their sum."""
    memory = SoftDict(KEYS, VALUES)
    weights = memory.weights(QUERY)
    weighed = [
        [weight * x for x in value]
        for weight, value in zip(weights, VALUES, strict=True)
    ]
    return {
        "scores": [dot(QUERY, key) for key in KEYS],
        "weights": weights,
        "weighed": weighed,
        "output": memory[QUERY],
    }


def pair(vector: Any, digits: int = 0) -> str:
    """Write a vector, with a true minus."""
    words = ", ".join(f"{x:.{digits}f}" for x in vector)
    return f"({words})".replace("-", "−")


class Cells(Drawing):
    """A drawing that knows how to set a vector."""

    def vector(
        self, x: float, y: float, words: str, hue: str, w: float = CELL
    ) -> None:
        """Set a vector in its round box."""
        self.rect(
            x, y, w, HIGH, fill=wash(hue), stroke=ink(hue), corner=5
        )
        self.text(x + w / 2, y + 21, words)


def draw() -> None:
    """Draw the query above, a row for each word, the answer below."""
    found = data()
    d = Cells("soft-lookup", height=57, width=74)
    d.text(KEY - 6, 31, "it", anchor="end", strong=True)
    d.vector(KEY, 10, pair(QUERY), "blue")
    d.text(KEY + CELL + 10, 31, "query", hue="blue", anchor="start")
    heads = {KEY: "key", VALUE: "value"}
    for x, name in heads.items():
        hue = "orange" if name == "key" else "green"
        d.text(x + CELL / 2, TOP - 12, name, hue=hue)
    d.text(SCORE + 8, TOP - 12, "score", hue="grey")
    d.text(WEIGHT, TOP - 12, "weight", hue="grey", anchor="start")
    times = VALUE + CELL + 8
    d.text(times, TOP - 12, "× weight", hue="grey", anchor="start")
    for i, word in enumerate(WORDS):
        y = TOP + i * ROW
        d.text(KEY - 6, y + 21, word, anchor="end")
        d.vector(KEY, y, pair(KEYS[i]), "orange")
        d.arrow((KEY + CELL, y + HIGH / 2), (SCORE, y + HIGH / 2))
        score = f"{found['scores'][i]}".replace("-", "−")
        d.text(SCORE + 8, y + 21, score)
        weight = found["weights"][i]
        d.rect(WEIGHT, y + 22, BAR, 6, fill=light("sunk"))
        d.rect(WEIGHT, y + 22, BAR * weight, 6, fill=light("mark-blue"))
        d.text(WEIGHT, y + 15, f"{weight:.3f}", anchor="start")
        d.arrow((WEIGHT + BAR, y + HIGH / 2), (VALUE, y + HIGH / 2))
        d.vector(VALUE, y, pair(VALUES[i]), "green")
        d.text(
            times, y + 20, pair(found["weighed"][i], 2),
            size=SMALL, anchor="start",
        )  # fmt: skip
    bottom = TOP + 3 * ROW
    d.line((times, bottom - 8), (times + 82, bottom - 8))
    d.text(WEIGHT, bottom + 21, "sum 1.000", anchor="start")
    d.text(times - 8, bottom + 21, "output", anchor="end", strong=True)
    d.vector(times, bottom, pair(found["output"], 2), "green", 82)
    d.save()


if __name__ == "__main__":
    draw()
