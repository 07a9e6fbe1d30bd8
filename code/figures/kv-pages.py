"""Four sequences in a pool of pages: a table each, and the holes."""

from typing import Any

import torch
from drawing import SMALL, Drawing, ink, light, wash

from minseek.paged import PagedCache, Pool

PAGE, PAGES, ACROSS = 4, 12, 4
STEPS = [("A", 10), ("B", 6), ("C", 9), ("A", 0), ("D", 18)]
LEFT, POOL, TOP = 30.0, 344.0, 70.0
CELL, ROW, SIDE, TALL = 44.0, 42.0, 58.0, 46.0  # px


def data() -> dict[str, Any]:
    """The tables, the filled rows and the free pages at the end.

    A writes 10 tokens, B 6 and C 9; A ends; D writes 18.
    """
    pool, found = Pool([(1,)], PAGES, PAGE), {}
    for name, length in STEPS:
        cache = found.setdefault(name, PagedCache(pool, batch=1))
        if length:
            cache.append(torch.zeros(1, length, 1))
        else:
            cache.rewind(0)
    return {
        "tables": {k: c.table[0] for k, c in found.items() if c.len},
        "lengths": {k: c.len for k, c in found.items() if c.len},
        "free": pool.free,
        "rows": PAGE,
        "pages": PAGES,
    }


def filled(length: int, i: int) -> int:
    """Rows that page ``i`` of a sequence of that length holds."""
    return min(PAGE, length - i * PAGE)


def draw() -> None:
    """Draw the tables on the left, the pool on the right."""
    found = data()
    d = Drawing("kv-pages", height=52)
    d.text(LEFT - 22, 18, "tables", anchor="start", strong=True)
    note = "page of tokens 0 to 3, 4 to 7, …"
    d.text(LEFT - 22, 38, note, anchor="start", hue="grey")
    d.text(POOL, 18, "pool", anchor="start", strong=True)
    note = f"{PAGES} pages of {PAGE} rows"
    d.text(POOL, 38, note, anchor="start", hue="grey")
    place = {}
    for i, (name, pages) in enumerate(found["tables"].items()):
        y = TOP + i * ROW * 1.35
        d.text(LEFT - 14, y + ROW / 2 + 4, name, strong=True)
        for j, page in enumerate(pages):
            at = LEFT + j * CELL, y
            d.rect(
                *at, CELL, ROW, fill=wash("grey"), stroke=ink("grey")
            )
            middle = at[0] + CELL / 2
            d.text(middle, y + ROW / 2 + 5, str(page), strong=True)
            place[page] = name, j, filled(found["lengths"][name], j)
    for page in range(PAGES):
        draw_page(d, page, place.get(page))
    d.save()


def draw_page(
    d: Drawing, page: int, owner: tuple[str, int, int] | None
) -> None:
    """Draw a page: its number, whose it is, and its filled rows."""
    x = POOL + page % ACROSS * SIDE
    y = TOP + page // ACROSS * (TALL + 6)
    w = SIDE - 6
    if owner:
        name, i, rows = owner
        full = TALL * rows / PAGE
        d.rect(x, y, w, full, fill=wash("cyan"), corner=0)
        first = i * PAGE
        last = first + rows - 1
        span = f"{first}–{last}" if rows > 1 else str(first)
        d.text(x + w / 2, y + TALL - 9, f"{name} {span}", size=SMALL)
    edge = ink("cyan") if owner else light("mark-grey")
    d.rect(x, y, w, TALL, stroke=edge, corner=0)
    d.text(x + w / 2, y + 17, str(page), strong=True)


if __name__ == "__main__":
    draw()
