"""`make managed-db`: what it prints works, shows no secret, and nothing stays behind it."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.managed import customer


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_the_service_says_how_to_reach_it_and_leaves_nothing(
    sign: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.managed"],
        cwd=customer.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        told = [program.stdout.readline() for _ in range(5)]
        lines = (line.removeprefix("export ").split("=", 1) for line in told if "export" in line)
        shown = [(name, text.strip().strip("'")) for name, text in lines]
        (_, pass_file), *urls = shown
        monkeypatch.setenv("PGPASSFILE", pass_file)
        for _, url in urls:
            with psycopg.connect(url, prepare_threshold=None) as conn:
                query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                assert conn.execute(query).fetchone() == (True,)
        passwords = {line.rpartition(":")[2] for line in Path(pass_file).read_text().split()}
        assert not any(password in line for line in told for password in passwords)
        home = Path(pass_file).parent
        pids = [int(file.read_text()) for file in home.glob("*.pid")]
        program.send_signal(sign)
        program.stdout.read()  # the guard has it too, and ends last
    assert len(pids) == 2
    assert not home.exists()
    assert not any(_runs(pid, home) for pid in pids)


def _runs(pid: int, home: Path) -> bool:
    try:
        return str(home) in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
