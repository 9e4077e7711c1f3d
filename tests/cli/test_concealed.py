"""What another process of the same account may read of pgmig: nothing that is a secret."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# An ordinary user's process. The change of the user has closed it already: open it first, as a
# program is that the user starts.
_PROGRAM = """
import ctypes, os, subprocess, sys
sys.path.insert(0, sys.argv[1])
from run import conceal as action
from pgmig.cli.concealed import conceal as program
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
def shown():
    line = ["cat", f"/proc/{os.getpid()}/environ"]
    return b"open-sesame" in subprocess.run(line, env={}, capture_output=True).stdout
for conceal in (action, program):
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    print(shown())
    conceal()
    print(shown())
"""


def test_nobody_reads_the_url_in_the_environment() -> None:
    line = [sys.executable, "-c", _PROGRAM, str(ROOT / "action")]
    secret = {"PGMIG_DATABASE_URL": "postgresql://me:open-sesame@db/app"}
    done = subprocess.run(
        line, env=os.environ | secret, cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "False", "True", "False"]
