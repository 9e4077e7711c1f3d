"""The command line: the only room with click and rich, one file per command.

Nothing is imported before it is needed: `--version` loads no click, `--help` loads no command,
and a command loads the library when it runs.
"""

import sys


def main() -> int:
    """Run the command that the process's arguments ask for, and give its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from pgmig import __version__

        sys.stdout.write(f"pgmig {__version__}\n")
        return 0
    try:
        from pgmig.cli.app import run

        return run(arguments)
    except KeyboardInterrupt:  # before a command took care of signals, or after it
        sys.stderr.write("error: interrupted\n")
        return 1
