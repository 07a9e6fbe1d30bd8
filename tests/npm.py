"""Installs packages from npm, at exact versions and without running their scripts."""

import shutil
import subprocess
import sys


def main(folder: str, *packages: str) -> None:
    """Put packages into ``folder/node_modules``."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install Node.js 20 or newer with npm (Debian: nodejs npm)")
    options = ["--silent", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run([npm, "install", *options, "--prefix", folder, *packages], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
