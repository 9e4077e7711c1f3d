"""What a run of pytest pays for a plugin that it does not use."""

import subprocess
import sys

ASKED = """
import sys, pytest
before = set(sys.modules)
import pgmig.pytest_plugin
print(*sorted(name for name in set(sys.modules) - before if name not in sys.stdlib_module_names))
"""


def test_loading_the_plugin_loads_nothing_else_and_warns_of_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASKED], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("pgmig pgmig.pytest_plugin\n", "")
