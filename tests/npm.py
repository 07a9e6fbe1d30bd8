"""Installs packages from npm, at exact versions and without running their scripts."""

import shutil
import subprocess
import sys
from pathlib import Path


def main(folder: str, *packages: str) -> None:
    """Put packages into ``folder/node_modules``."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install Node.js 20 or newer with npm (Debian: nodejs npm)")
    # A package.json makes the folder npm's own; --prefix would hide the machine's settings of npm.
    Path(folder, "package.json").write_text('{"private": true}\n', "utf-8")
    options = ["--silent", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run([npm, "install", *options, *packages], cwd=folder, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
