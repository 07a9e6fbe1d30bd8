"""``python -m press html|pdf|epub``."""

import sys

from press.build import main

if __name__ == "__main__":
    sys.exit(main())
