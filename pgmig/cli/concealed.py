"""What this process holds, kept from others of its account."""

import ctypes
import os
import sys

_SET_DUMPABLE = 4  # PR_SET_DUMPABLE, prctl(2)


def conceal() -> None:
    """Close the environment and memory of this process to others of its account.

    The local server runs as the account that runs pgmig, unless that is root, and a script's
    COPY ... FROM PROGRAM as well: proc(5) would show it our variables. Only Linux has these files.
    """
    if sys.platform == "linux" and os.geteuid() != 0:
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
