"""A copy of the example project for each test, and pytest run in it as its owner would."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fixtures.servers import Program, Server

collect_ignore = ["project"]

EXAMPLE = Path(__file__).parent / "project"
NAMES = "SELECT datname FROM pg_database WHERE datname ~ '^pgmig_test_' ORDER BY oid"


@dataclass
class Stranger:
    """A project somewhere, and who works on it.

    The target that its environment names is a database of the same server, in which nothing may
    ever happen.
    """

    folder: Path
    server: Server
    psql: Program
    target: str
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        # Where CI is set, pytest cuts its summary less.
        obeyed = re.compile("PG|PYTEST|COV|CI$|BUILD_NUMBER$")
        clean = {k: v for k, v in os.environ.items() if not obeyed.match(k)}
        targets = ("DATABASE_URL", "PGMIG_DATABASE_URL", "SHOP_DATABASE_URL")
        return {
            **clean,
            **dict.fromkeys(targets, self.target),
            "PGMIG_ENV": "production",
            "PGMIG_SERVER_DIR": str(self.server.local.directory),
            "PGMIG_POSTGRES": str(self.server.bindir),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def start(self, *options: str) -> subprocess.Popen[str]:
        """pytest, in a group of its own."""
        started = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(started)
        return started

    def test(self, *options: str) -> tuple[int, str]:
        """The exit code of pytest, and what it said."""
        return ended(self.start(*options))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def ask(self, query: str, url: str | None = None) -> list[str]:
        done = self.psql(url or self.server.url(), "-A", "-t", "-c", query)
        return done.stdout.split("\n")[:-1]

    def databases(self) -> list[str]:
        """The databases for tests that are on the server, templates or not."""
        return self.ask(NAMES)

    def clones(self) -> list[str]:
        return [name for name in self.databases() if "template" not in name]


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=120)
    return process.returncode, said


@pytest.fixture
def stranger(server: Server, database: str, psql: Program, tmp_path: Path) -> Iterator[Stranger]:
    folder = tmp_path / "shop"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    found = Stranger(folder, server, psql, database)
    found.write("pgmig.toml", f'url = "${{SHOP_DATABASE_URL}}"\n[server]\nmajor = {server.major}\n')
    yield found
    for process in found.started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    for name in found.databases():
        found.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
