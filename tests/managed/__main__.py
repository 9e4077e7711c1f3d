"""Runs the managed service until Ctrl-C: `python -m tests.managed`.

No password is printed: the lines to paste name a pass file, which vanishes with the service.
"""

import contextlib
import shlex
import signal
import sys
import threading
from types import FrameType

from tests.managed.provider import Provider, managed


def main() -> None:
    done = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        done.set()

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop)
    with contextlib.suppress(BrokenPipeError), managed() as provider:
        sys.stdout.write(told(provider))
        sys.stdout.flush()
        done.wait()


def told(provider: Provider) -> str:
    """What the service's console shows of the database."""
    pass_file = shlex.quote(str(provider.pass_file))
    direct, pooled = (
        shlex.quote(provider.url(pooled=each, password=None)) for each in (False, True)
    )
    return f"""A managed PostgreSQL, until Ctrl-C. Direct and through the pooler:

export PGPASSFILE={pass_file}
export PGMIG_DATABASE_URL={direct}
export PGMIG_DATABASE_URL={pooled}
"""


if __name__ == "__main__":
    main()
