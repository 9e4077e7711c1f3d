"""Ends a provider's programs and removes its directory when the process that made it is gone.

Started with the directory as its argument and a pipe as its input. The pipe closes when that
process ends, however it ends: finished, interrupted or killed.
"""

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

# PostgreSQL ends its sessions, and PgBouncer itself at once.
_SIGNS = {"pooler": signal.SIGTERM, "server": signal.SIGINT}
_PATIENCE = 10.0  # seconds for a program to end before it is killed


def main() -> None:
    directory = Path(sys.argv[1])
    sys.stdin.read()
    end(directory)
    shutil.rmtree(directory, ignore_errors=True)


def end(directory: Path) -> None:
    """End the programs whose ids the files NAME.pid hold, the pooler before its server."""
    for file in sorted(directory.glob("*.pid")):
        pid = int(file.read_text())
        if _command(pid).find(str(directory).encode()) < 0:
            continue  # it has ended, and the number may be another's by now
        for sign in (signal.SIGCONT, _SIGNS[file.stem]):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        ends = time.monotonic() + _PATIENCE
        while _command(pid) and time.monotonic() < ends:
            time.sleep(0.02)
        with suppress(ProcessLookupError):
            if _command(pid):
                os.kill(pid, signal.SIGKILL)


def _command(pid: int) -> bytes:
    """The words that the process was started with; of one that has ended, none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


if __name__ == "__main__":
    main()
