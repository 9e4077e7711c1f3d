"""Where the contests are: a server, a database for each side, a folder of scripts for each."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from benchmarks.apply.peers import Pair, Side, sides
from benchmarks.contest import Command
from pgmig import db
from pgmig.shadow.server import LocalServer
from pgmig.shadow.server.layout import PORT


class Arena:
    """The server, the sides, and their databases and folders."""

    def __init__(self, server: LocalServer, directory: Path, programs: Path) -> None:
        self.server = server
        self.directory = directory
        self.psql = Path(str(server.status().bindir)) / "psql"
        self.sides: dict[str, Side] = sides(self.psql, programs)
        with db.connect(server.url()) as conn:
            self.version = conn.info.parameter_status("server_version")

    def url(self, side: str, port: int | None = None) -> str:
        """The URL of a side's database: by the socket, or by TCP where a wire listens."""
        name = database(side)
        if port is not None:
            return f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable"
        sockets = quote(str(self.server.place().sockets), safe="")
        # dbmate takes the folder of the socket in `host` as libpq does.
        return f"postgresql://postgres@/{name}?host={sockets}&port={PORT}&sslmode=disable"

    def fresh(self, side: str) -> None:
        """Make the side's database anew, empty."""
        name = database(side)
        with db.connect(self.server.url()) as conn:
            conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            conn.execute(f"CREATE DATABASE {name}".encode())
            conn.execute("CHECKPOINT")

    def write(self, what: str, pairs: Callable[[], Iterable[Pair]], *names: str) -> None:
        """Write the scripts of a contest for these sides."""
        for name in names:
            folder = self.folder(what, name)
            folder.mkdir(parents=True)
            self.sides[name].write(folder, pairs())

    def command(self, what: str, side: str, port: int | None = None) -> Command:
        """What runs the scripts of a contest on the side's database."""
        return self.sides[side].command(self.folder(what, side), self.url(side, port))

    def folder(self, what: str, side: str) -> Path:
        """Where the scripts of a contest are, in the form of a side."""
        return self.directory / what / database(side)


def database(side: str) -> str:
    """The name of a side's database."""
    return "bench_" + re.sub(r"\W.*", "", side).lower()
