"""The type checker stops SQL that is put together from values."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

CODE = """
from pgmig.db import Connection, fetch

def table(conn: Connection, name: str) -> object:
    return fetch(conn, f"SELECT * FROM {name}")

def one(conn: Connection) -> object:
    return fetch(conn, "SELECT 1")
"""


def test_a_query_that_is_no_literal_is_a_type_error(tmp_path: Path) -> None:
    file = tmp_path / "composed.py"
    file.write_text(CODE)
    checker = Path(sys.executable).parent / "basedpyright"
    done = subprocess.run(
        [checker, "--pythonpath", sys.executable, file],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    errors = [line for line in done.stdout.splitlines() if " - error: " in line]
    assert len(errors) == 1
    assert "composed.py:5:" in errors[0]
    assert "LiteralString" in done.stdout
