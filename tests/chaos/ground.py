"""The ground that runners die on: histories, databases, runners as processes, and what is compared.

Whatever happens to a run, the same command again must give what an undisturbed run gives: the
schema as pg_dump and pgmig's own fingerprint tell it, every row, and the history. That is `Facts`.
"""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgmig import catalog, db
from pgmig.commands.up import up
from pgmig.engine import lease
from pgmig.snapshot.fingerprint import whole
from tests.fixtures.servers import Server
from tests.fixtures.wire import Message, Wire

ROOT = Path(__file__).parents[2]
PGMIG = Path(sys.executable).parent / "pgmig"
PATIENCE = 120.0  # seconds for a runner to end, and for what a dead one left to end

# One row each: what the server itself says, beside what pg_dump leaves out.
_STATES = """
SELECT 'index', i.indexrelid::regclass::text, i.indisvalid AND i.indisready
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'pgmig')
UNION ALL SELECT 'constraint', conrelid::regclass::text || '.' || conname, convalidated
FROM pg_constraint WHERE connamespace <> 'pg_catalog'::regnamespace
    AND connamespace <> 'information_schema'::regnamespace
    AND connamespace <> coalesce(to_regnamespace('pgmig'), 0)
UNION ALL SELECT 'partition', inhrelid::regclass::text, NOT inhdetachpending FROM pg_inherits
ORDER BY 1, 2
"""
_HISTORY = """
SELECT id, version, name, direction, kind, outcome, up_checksum, down_checksum, is_transactional,
    statements
FROM pgmig.history ORDER BY id
"""
_PROGRESS = "SELECT history_id, statement, outcome, checksum FROM pgmig.progress ORDER BY 1, 2"
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'
"""
_LOCKED = """
SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND d.datname = current_database()
"""


@dataclass(frozen=True)
class History:
    """A directory of scripts, and the command that runs them on a database."""

    name: str
    directory: Path
    roles: Path | None = None  # a file that makes the roles it names
    command: tuple[str, ...] = ("up",)
    is_applied: bool = False  # the command finds everything applied


EXAMPLE = History(
    "example", ROOT / "migrations", ROOT / "tests" / "example" / "legacy" / "00_roles.sql"
)
ONLINE = History("online", Path(__file__).parent / "online")
DOWN = replace(EXAMPLE, name="example-down", command=("down", "0", "--yes"), is_applied=True)


@dataclass(frozen=True)
class Facts:
    """What a database holds, with nothing in it that two equal runs may differ in."""

    schema: str
    rows: tuple[str, ...]
    states: tuple[object, ...]
    history: tuple[object, ...]
    progress: tuple[object, ...]
    fingerprint: str
    left: tuple[object, ...]

    def differences(self, other: "Facts") -> Iterator[str]:
        """In what `other`, which should be the same, is not."""
        for name in self.__dataclass_fields__:
            expected, found = getattr(self, name), getattr(other, name)
            if expected != found:
                yield f"{name}: {_first_difference(expected, found)}"


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing happened to."""

    facts: Facts
    trace: tuple[Message, ...]
    seconds: float  # from its first connection to its end


@dataclass(frozen=True)
class Ended:
    """How a runner ended."""

    code: int
    told: str

    @property
    def is_wrong(self) -> bool:
        """Neither done, nor behind another runner, nor killed; or not told in words."""
        return self.code not in {0, 5, -signal.SIGKILL} or "Traceback" in self.told

    def __str__(self) -> str:
        return f"exit {self.code}: {self.told.strip()}"


@dataclass
class Ground:
    """Databases of one server, and runners on them."""

    server: Server
    folder: Path  # where runners start: it holds no settings
    ready: set[str] = field(default_factory=set[str])

    @contextmanager
    def database(self, history: History, *, is_on_disk: bool = False) -> Generator[str]:
        """The URL of a new database on a server that has the history's roles."""
        name = f"chaos_{uuid.uuid4().hex[:12]}"
        copy = " STRATEGY FILE_COPY" if self.server.major >= 15 else ""
        with self.admin() as conn:
            if history.roles is not None and history.name not in self.ready:
                conn.execute(history.roles.read_bytes())
                self.ready.add(history.name)
            conn.execute(f'CREATE DATABASE "{name}" TEMPLATE template0{copy}'.encode())
            if is_on_disk:
                # The local server answers before a commit is on disk: a server that is stopped
                # hard would lose the last ones, which is not what is tried here.
                conn.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on'.encode())
        url = self.server.url(name)
        if history.is_applied:
            up(url, history.directory)
        yield url
        with self.admin() as conn:
            conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """A session of the superuser in the database postgres."""
        return psycopg.connect(self.server.url(), autocommit=True)

    def start(self, url: str, history: History, *words: str) -> "subprocess.Popen[str]":
        """The history's command, such as `pgmig up`, as a process."""
        where = ("--url", url, "--migrations", str(history.directory))
        return subprocess.Popen(
            [str(PGMIG), *history.command, *where, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env=environment(),
        )

    def again(self, url: str, history: History, patience: str = "2s") -> list[Ended]:
        """Run the command until it does not say any more that another runner is at work.

        `patience` is how long each waits for another runner.
        """
        ends: list[Ended] = []
        until = time.monotonic() + PATIENCE
        while not ends or (ends[-1].code == 5 and time.monotonic() < until):
            ends.append(ended(self.start(url, history, "--runner-timeout", patience)))
        return ends

    def facts(self, url: str) -> Facts:
        """What the database holds when nobody is at work in it any more."""
        self.wait_until_alone(url)
        plain = ("--exclude-schema=pgmig", "--restrict-key=x", "-d", url)
        rows = self.server.run("pg_dump", "--data-only", *plain).stdout.splitlines()
        with closing(db.connect(url)) as conn:
            fingerprint = whole(catalog.read(conn))
            return Facts(
                schema=self.server.run("pg_dump", "-s", *plain).stdout,
                rows=tuple(sorted(rows)),
                states=tuple(conn.execute(_STATES).fetchall()),
                history=tuple(conn.execute(_HISTORY).fetchall()),
                progress=tuple(conn.execute(_PROGRESS).fetchall()),
                fingerprint=fingerprint,
                left=self._left(conn),
            )

    def _left(self, conn: db.Connection) -> tuple[object, ...]:
        """How many locks and leases are held, when the lease of a dead runner has had its time."""
        until = time.monotonic() + lease.TERM
        while True:
            ((locks,),) = conn.execute(_LOCKED).fetchall()
            holder = lease.holder(conn)
            if time.monotonic() > until or (locks, holder) == (0, None):
                return (locks, holder)
            time.sleep(0.2)

    def comes_to_wait(self, url: str, process: "subprocess.Popen[str]") -> bool:
        """Whether a session in the database waits for a lock before the runner ends."""
        name = conninfo_to_dict(url)["dbname"]
        until = time.monotonic() + PATIENCE
        with self.admin() as conn:
            while conn.execute(_WAITING, (name,)).fetchone() == (0,):
                if process.poll() is not None:
                    return False
                assert time.monotonic() < until, "neither at its end nor waiting"
                time.sleep(0.01)
        return True

    def wait_until_alone(self, url: str) -> None:
        """Wait for the backends of runners that are gone; a pooler's idle ones may stay."""
        name = conninfo_to_dict(url)["dbname"]
        busy = "datname = %s AND state <> 'idle' AND backend_type = 'client backend'"
        until = time.monotonic() + PATIENCE
        with self.admin() as conn:
            while conn.execute(
                f"SELECT FROM pg_stat_activity WHERE {busy}".encode(), (name,)
            ).fetchall():
                assert time.monotonic() < until, "a backend of a runner does not end"
                time.sleep(0.02)

    def undisturbed(
        self, history: History, through: Callable[[str], str] = lambda url: url
    ) -> Undisturbed:
        """What a run does and leaves when nothing happens to it."""
        with self.database(history) as url, Wire(through(url), is_recording=True) as wire:
            process = self.start(wire.url, history)
            assert wire.is_opened.wait(PATIENCE)
            began = time.monotonic()
            end = ended(process)
            seconds = time.monotonic() - began
            assert end.code == 0, end
            return Undisturbed(self.facts(url), tuple(wire.trace), seconds)


def ended(process: "subprocess.Popen[str]") -> Ended:
    """Wait for a runner and take what it said."""
    told, _ = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, told)


def environment() -> dict[str, str]:
    """Ours, without what would tell pgmig or libpq where to go."""
    theirs = ("PG", "DATABASE_URL", "SHADOW")
    return {name: value for name, value in os.environ.items() if not name.startswith(theirs)}


def _first_difference(expected: object, found: object) -> str:
    if isinstance(expected, str) and isinstance(found, str):
        return _first_difference(tuple(expected.splitlines()), tuple(found.splitlines()))
    if not isinstance(expected, tuple) or not isinstance(found, tuple):
        return f"expected {expected!r}, found {found!r}"
    old, new = [repr(one) for one in expected], [repr(one) for one in found]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    return f"missing {gone[:3]}, new {come[:3]}, {len(old)} expected, {len(new)} found"
