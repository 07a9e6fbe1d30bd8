"""Run the scripts of a folder: python code/each.py FOLDER [NAME …].

One process each, one after the other: a figure's bytes must not hang on
the figures drawn before it, and some experiments measure time. Left out
are tools, which have no main part, and what asks for arguments.
"""

import subprocess
import sys
from pathlib import Path

CODE = Path(__file__).parent


def runs_by_itself(script: Path) -> bool:
    """Whether it has a main part and asks for nothing."""
    text = script.read_text("utf-8")
    return '"__main__"' in text and "sys.argv" not in text


def main(folder: str, *names: str) -> int:
    """Run all, or those of these names; return how many failed."""
    paths = sorted((CODE / folder).glob("*.py"))
    found = {path.stem: path for path in filter(runs_by_itself, paths)}
    if unknown := [name for name in names if name not in found]:
        known = f"it has {', '.join(found)}"
        sys.exit(f"code/{folder} has no script {unknown[0]}: {known}")
    failed = 0
    for name in names or found:
        print(f"{name} …", flush=True)
        run = subprocess.run([sys.executable, found[name]])
        failed += run.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
