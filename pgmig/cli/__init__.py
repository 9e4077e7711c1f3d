"""The command line: the only room with click and rich, one file per command.

Nothing is imported before it is needed: `--version` loads no click, `--help` loads no command,
and a command loads the library when it runs.
"""

import atexit
import gc
import os
import sys

_LITTER = 200_000  # objects made and kept before the collector looks for cycles among them


def main() -> int:
    """Run the command that the process's arguments ask for, and give its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from pgmig import __version__

        sys.stdout.write(f"pgmig {__version__}\n")
        return 0
    gc.set_threshold(_LITTER)  # what is imported stays: most commands end before any garbage is
    try:
        from pgmig.cli.app import run

        code = run(arguments)
    except KeyboardInterrupt:  # before a command took care of signals, or after it
        sys.stderr.write("error: interrupted\n")
        code = 1
    _leave(code)
    return code


def _leave(code: int) -> None:
    """End the process without taking it apart object by object, a tenth of a short command's time.

    A reader that left, or a thread that still runs, is left to Python's own way out.
    """
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    # What os._exit leaves out; there is no other name for it.
    atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    os._exit(code)
