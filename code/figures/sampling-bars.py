"""What temperature and top-p make of the logits 3, 2, 1, 0."""

import torch
from drawing import SMALL, Drawing, ink, light, wash

from minseek.sampling import probabilities

WORDS = ["sat", "and", "cat", "it"]
LOGITS = [3.0, 2.0, 1.0, 0.0]
SETTINGS = {  # name: temperature, top-p
    "τ = 0.5": (0.5, None),
    "τ = 1": (1.0, None),
    "τ = 2": (2.0, None),
    "τ = 1, p = 0.9": (1.0, 0.9),
}
LONG, ROW, COLUMN = 92.0, 22.0, 180.0  # px: probability 1, a bar


def data() -> dict[str, list[float]]:
    """The distribution of each setting."""
    logits = torch.tensor(LOGITS)
    return {
        name: probabilities(logits, temperature, p=p).tolist()
        for name, (temperature, p) in SETTINGS.items()
    }


def draw() -> None:
    """Draw four groups of bars, two by two."""
    d = Drawing("sampling-bars", height=52, width=74)
    for i, (name, shares) in enumerate(data().items()):
        x, y = 32 + i % 2 * COLUMN, 22 + i // 2 * 124
        d.text(x, y, name, strong=True, anchor="start")
        for j, (word, share) in enumerate(
            zip(WORDS, shares, strict=True)
        ):
            top = y + 12 + j * ROW
            d.text(x - 7, top + 13, word, anchor="end", size=SMALL)
            if share:
                d.rect(
                    x, top, share * LONG, ROW - 5,
                    fill=wash("blue"), stroke=ink("blue"), corner=0,
                )  # fmt: skip
            number = f"{share:.3f}" if share else "dropped"
            hue = None if share else "grey"
            at = x + share * LONG + 6
            d.text(
                at,
                top + 13,
                number,
                anchor="start",
                size=SMALL,
                hue=hue,
            )
        d.rect(x - 1, y + 9, 1, 4 * ROW, fill=light("mark-grey"))
    d.save()


if __name__ == "__main__":
    draw()
