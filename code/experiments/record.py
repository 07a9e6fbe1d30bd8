"""How a long run is kept: rows, and what one must know to believe them.

A result is a small file in `results/` with hardware, load, versions and
date. `load` is the number of processes that wanted a core when the run
began: quote no time from a result in which it is not far below 1.
"""

import json
import os
import platform
from collections.abc import Iterable
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("torch", "triton", "tokenizers")
WIDTH = 12
Row = dict[str, Any]


def processor() -> str:
    """The CPU's name."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    named = (x for x in lines if x.startswith("model name"))
    return next(named, "model name: CPU").split(":")[1].strip()


def versions() -> dict[str, str | None]:
    """Of Python and of what decides a result; None: not installed."""
    of: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            of[package] = version(package)
        except PackageNotFoundError:
            of[package] = None
    return of


def printed(rows: Iterable[Row]) -> list[Row]:
    """All rows, each shown when it comes."""
    kept: list[Row] = []
    for row in rows:
        if not kept or list(row) != list(kept[-1]):
            print(*(f"{x:>{WIDTH}}" for x in row))
        print(*(f"{x!s:>{WIDTH}}" for x in row.values()), flush=True)
        kept.append(row)
    return kept


def keep(
    name: str, what: str, hardware: str, rows: Iterable[Row]
) -> None:
    """Run, show and store: one row of the file for one of the table."""
    head = {
        "what": what,
        "date": date.today().isoformat(),
        "hardware": hardware,
        "load": round(os.getloadavg()[0], 2),
        "versions": versions(),
    }
    lines = ",\n".join(f"  {json.dumps(row)}" for row in printed(rows))
    text = json.dumps(head, indent=1).removesuffix("\n}")
    path = RESULTS / f"{name}.json"
    path.write_text(f'{text},\n "rows": [\n{lines}\n ]\n}}\n', "utf-8")
    print(f"Stored in {path}")
