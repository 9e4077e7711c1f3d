"""`python -m pgmig`: the same as the console script."""

import sys

from pgmig.cli import main

if __name__ == "__main__":
    sys.exit(main())
