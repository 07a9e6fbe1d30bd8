"""Draw every figure again: python code/figures.

One process each, so that a figure's bytes do not hang on the figures
drawn before it.
"""

import subprocess
import sys
from pathlib import Path

TOOLS = {"__main__", "drawing", "style", "svg", "toy"}


def main() -> int:
    """Run each script; return how many failed."""
    failed = 0
    for script in sorted(Path(__file__).parent.glob("*.py")):
        if script.stem not in TOOLS:
            print(f"{script.stem} …", flush=True)
            run = subprocess.run([sys.executable, script])
            failed += run.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
