"""A project of scripts in a folder of the test's own, and what its database holds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.servers import Program


@dataclass(frozen=True)
class Project:
    """A migrations directory that a test fills."""

    directory: Path

    def add(self, label: str, up: str, down: str | None = None) -> Path:
        """Writes both halves, the way down only when it is given; gives the up half."""
        path = self.directory / f"{label}.up.sql"
        path.write_text(up)
        if down is not None:
            (self.directory / f"{label}.down.sql").write_text(down)
        return path

    def table(self, version: int) -> str:
        """Adds a script that makes the table t1, t2, ...; gives its label."""
        label = f"{version:04d}_t{version}"
        self.add(label, f"CREATE TABLE t{version} (id int);", f"DROP TABLE t{version};")
        return label

    def tables(self, *versions: int) -> None:
        for version in versions:
            self.table(version)

    def without_transaction(self, label: str, *statements: str, down: str = "SELECT 1") -> Path:
        text = "-- pgmig: transaction=off\n" + "".join(f"{s};\n" for s in statements)
        return self.add(label, text, down)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    directory = tmp_path / "migrations"
    directory.mkdir()
    return Project(directory)


@pytest.fixture
def ask(psql: Program, database: str) -> Callable[[str], list[str]]:
    """The rows of a query in the test's database, as psql prints them without alignment."""

    def run(query: str) -> list[str]:
        return psql(database, "-At", "-c", query).stdout.splitlines()

    return run
