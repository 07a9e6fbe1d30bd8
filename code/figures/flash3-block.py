"""One block of threads of FlashAttention-3: flash3-block.svg.

Sizes are those of the released kernel at width 128 in 16 bits.
"""

QUERIES, KEYS, D, BYTES = 128, 176, 128, 2
STAGES, GROUPS = 2, 2
REGISTERS = {"producer": 24, "consumer": 240}
THREADS = 128


def data() -> dict[str, int]:
    """Bytes of the tiles in shared memory; registers in all."""
    q, k = QUERIES * D * BYTES, KEYS * D * BYTES
    consumers = GROUPS * REGISTERS["consumer"]
    return {
        "q": q,
        "k": k,
        "shared": q + 2 * STAGES * k,
        "registers": THREADS * (REGISTERS["producer"] + consumers),
    }


def draw() -> None:
    """Draw memory below, the block above, and who moves what."""
    from drawing import SMALL, Drawing

    found = data()
    d = Drawing("flash3-block", height=77)
    d.frame(
        4, 26, 587, 252, "one block of threads on one multiprocessor"
    )
    d.box(
        20,
        52,
        120,
        64,
        "producer warp",
        hue="cyan",
        note="24 registers a thread",
    )
    for i, (x, hue) in enumerate(((200, "blue"), (400, "orange"))):
        d.box(
            x,
            52,
            176,
            64,
            f"consumer warpgroup {i + 1}",
            hue=hue,
            note="S, P, O: 64 rows, 240 registers",
        )
    d.arrow((392, 104), (380, 104))
    d.arrow((380, 72), (396, 72))
    d.text(388, 44, "turns", hue="grey", size=SMALL)
    d.text(200, 172, "shared memory", hue="grey", anchor="start")
    tiles(d, found)
    d.arrow((80, 120), (80, 308), "TMA: starts copies")
    d.frame(4, 312, 587, 50, heavy=True)
    d.text(
        297,
        342,
        "main memory: Q, K, V, O of the head, 8448 × 128 each",
        hue="grey",
    )
    d.save()


def tiles(d, found: dict[str, int]) -> None:
    """Draw Q once, K and V twice each, and the arrows to the units."""
    from drawing import SMALL

    kib = lambda n: f"{n // 1024} KB"  # noqa: E731
    names = (("Q", "blue"), *(2 * (("K", "orange"), ("V", "green"))))
    for i, (name, hue) in enumerate(names):
        x = 200 + 78 * i
        tall = 44 if name == "Q" else 60
        d.tensor(x, 192, 62, tall, name, "", "", hue=hue)
        size = kib(found["q"] if name == "Q" else found["k"])
        d.text(x + 31, 192 + tall + 15, size, hue="grey", size=SMALL)
    d.arrow((346, 188), (346, 120), "WGMMA")
    d.arrow((488, 188), (488, 120), "WGMMA")
    d.arrow((240, 308), (240, 256))
    d.arrow((426, 308), (426, 272))


if __name__ == "__main__":
    draw()
