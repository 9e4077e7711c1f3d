"""pgmig, loaded at once and started by a line on its input, so that a crowd begins together."""

import sys

import pgmig.commands.up
from pgmig.cli import app

if __name__ == "__main__":
    assert pgmig.commands.up is not None
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.exit(app.run(sys.argv[1:]))
