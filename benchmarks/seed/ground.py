"""Where the contests are: files of rows, and a database for each run."""

import subprocess
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from urllib.parse import quote

from benchmarks.contest import PGMIG, Command
from pgmig import db
from pgmig.shadow.server import LocalServer
from pgmig.shadow.server.layout import PORT

_TABLE = (
    "CREATE TABLE big"
    " (id bigint PRIMARY KEY, name text NOT NULL, made timestamptz, cost numeric(10, 2))"
)
_HEADER = "id,name,made,cost\n"
_FULL, _RUN = "bench_full", "bench_run"


class Rows(Enum):
    """Files of rows, by the folder that each is in."""

    ALL = "all"
    CHANGED = "changed"
    TENTH = "tenth"


class Ground:
    """The server, the files, and the database that a run finds."""

    def __init__(self, server: LocalServer, directory: Path, rows: int) -> None:
        self.server = server
        self.rows = rows
        self._directory = directory
        self._psql = str(Path(str(server.status().bindir)) / "psql")
        for kind in Rows:
            self._write(kind)
        with db.connect(server.url()) as conn:
            self.version = conn.info.parameter_status("server_version")
        self._make_full()

    def file(self, rows: Rows) -> Path:
        """The file of rows."""
        return self._directory / rows.value / "seeds" / "public.big.csv"

    def seed(self, rows: Rows) -> Command:
        """What puts the rows of a file into the database of the run."""
        settings = self._directory / rows.value / "pgmig.toml"
        return (*PGMIG, "seed", "--quiet", "--config", str(settings), "--url", self.url(_RUN))

    def copy(self, rows: Rows) -> Command:
        """The same by psql, which only adds."""
        return self._copy(rows, _RUN)

    def _copy(self, rows: Rows, database: str) -> Command:
        copy = f"\\copy big from '{self.file(rows)}' with (format csv, header)"
        stop = ("-v", "ON_ERROR_STOP=1")
        return (self._psql, "-X", "-q", *stop, "-d", self.url(database), "-c", copy)

    def refresh(self, *, is_full: bool) -> None:
        """Make the database of the run anew: with the table empty or with all rows."""
        with db.connect(self.server.url()) as conn:
            conn.execute(f"DROP DATABASE IF EXISTS {_RUN} WITH (FORCE)".encode())
            template = _FULL if is_full else "template0"
            conn.execute(f"CREATE DATABASE {_RUN} TEMPLATE {template}".encode())
        with db.connect(self.url(_RUN)) as conn:
            if not is_full:
                conn.execute(_TABLE.encode())
            conn.execute("CHECKPOINT")

    def url(self, database: str) -> str:
        """The URL of a database, by the socket."""
        sockets = quote(str(self.server.place().sockets), safe="")
        return f"postgresql://postgres@/{database}?host={sockets}&port={PORT}&sslmode=disable"

    def _write(self, kind: Rows) -> None:
        """The settings and the file of one folder."""
        path = self.file(kind)
        path.parent.mkdir(parents=True)
        (path.parents[1] / "pgmig.toml").touch()
        with path.open("w", encoding="ascii") as file:
            file.write(_HEADER)
            file.writelines(_lines(kind, self.rows))

    def _make_full(self) -> None:
        """The template whose table has all rows."""
        with db.connect(self.server.url()) as conn:
            conn.execute(f"CREATE DATABASE {_FULL} TEMPLATE template0".encode())
        with db.connect(self.url(_FULL)) as conn:
            conn.execute(_TABLE.encode())
            subprocess.run(self._copy(Rows.ALL, _FULL), check=True)
            conn.execute("VACUUM ANALYZE big")


def _lines(kind: Rows, count: int) -> Iterator[str]:
    """The rows; of those changed every hundredth has another name."""
    for n in range(count // 10 if kind is Rows.TENTH else count):
        name = "renamed" if kind is Rows.CHANGED and n % 100 == 0 else "customer"
        yield f"{n},{name} number {n},2026-01-01 00:00:00+00,{n % 1000}.50\n"
