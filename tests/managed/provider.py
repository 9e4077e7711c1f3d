"""A managed PostgreSQL service on this machine: what its customers meet, for as long as it lasts.

TLS with an authority of its own and nothing without it, passwords by SCRAM, an administrator who
is no superuser, a superuser whom the network does not let in, few connections, an allow list of
extensions, and PgBouncer in transaction mode in front. Its own people use a private socket.
"""

import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGSTOP, SIGTERM, Signals
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from pgmig.shadow.server import account as accounts
from pgmig.shadow.server import binaries
from tests.fixtures.pooler import program as pgbouncer
from tests.fixtures.servers import clients
from tests.managed import certificates, configuration
from tests.managed.configuration import POOL, POOLER, SUPERUSER

ADMIN = "app_admin"
EXPIRED = "app_expired"
READER = "app_reader"
DATABASE = "app"

_OWN = Path(__file__).parent / "provider.sql"
_ROOT = Path(__file__).parents[2]
_MAJOR = 15
_PATIENCE = 20.0  # seconds for a start


class Provider:
    """A running service.

    Attributes:
        home: its directory.
        port: of the server.
        pooled_port: of PgBouncer.
        authority: the certificate that its own is signed with, as a customer downloads it.
        passwords: of each role that customers may log in as.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.pooled_port = _free_ports(2)
        self.account = accounts.choose(None, home)
        self.bindir = _bindir()
        self.passwords = {
            role: secrets.token_urlsafe(18) for role in (ADMIN, EXPIRED, READER, POOLER)
        }
        self._server: subprocess.Popen[bytes] | None = None
        self._pooler: subprocess.Popen[bytes] | None = None
        self.authority = certificates.authority(home, "ca")
        certificates.server_certificate(home, self.authority)

    def url(
        self,
        role: str = ADMIN,
        *,
        pooled: bool = False,
        password: str | None = "",
        host: str = "localhost",
        database: str = DATABASE,
        **more: str,
    ) -> str:
        """A connection string as the service's console shows it.

        Args:
            role: who logs in.
            pooled: through PgBouncer.
            password: "" is the role's; None leaves it out.
            host: the name that the certificate is compared with.
            database: its name.
            more: parameters in addition to sslmode=verify-full and sslrootcert, or in their place.
        """
        port = self.pooled_port if pooled else self.port
        if password == "":
            password = self.passwords[role]
        login = role if password is None else f"{role}:{quote(password, safe='')}"
        known = {"sslmode": "verify-full", "sslrootcert": str(self.authority)}
        query = urlencode(known | more, safe="/")
        return f"postgresql://{login}@{host}:{port}/{database}?{query}"

    @property
    def pass_file(self) -> Path:
        """A file for PGPASSFILE with the administrator's password, for both ports."""
        return self.home / "pgpass"

    def private(self, database: str = DATABASE) -> str:
        """The connection string of the service's own people: the superuser, by the socket."""
        return f"host={self.home / 'sockets'} port={self.port} user={SUPERUSER} dbname={database}"

    def execute(
        self, query: str, *args: object, database: str = DATABASE
    ) -> list[tuple[object, ...]]:
        """The rows of a query of the service's own people."""
        with psycopg.connect(self.private(database), autocommit=True) as conn:
            cursor = conn.execute(query.encode(), args or None)
            return cursor.fetchall() if cursor.description else []

    def dump(self, database: str = DATABASE) -> str:
        """All that is in a database, history included, as pg_dump reads it for a superuser."""
        # What a plan foresaw is noted before its scripts run. The lease of a runner behind a
        # pooler, and its sign of life, come and go with each run.
        argv = [
            *("pg_dump", "-d", self.private(database)),
            "--exclude-table=pgmig.forecast",
            *("--exclude-table-data=pgmig.lease", "--exclude-table-data=pgmig.heartbeat"),
        ]
        out = self.run(argv)
        return "\n".join(line for line in out.splitlines() if not line.startswith("\\"))

    def run(self, argv: Sequence[str]) -> str:
        """What a program of PostgreSQL's prints."""
        done = subprocess.run(
            [str(clients(self.bindir) / argv[0]), *argv[1:]],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{argv[0]}: {done.stderr}")
        return done.stdout

    @contextmanager
    def changed(self, change: str, back: str) -> Generator[None]:
        """Inside, one statement of the service's people has run; at the end, the other one."""
        self.execute(change)
        try:
            yield
        finally:
            self.execute(back)

    @contextmanager
    def asleep(self, seconds: float | None = None, *, silent: bool = False) -> Generator[None]:
        """A suspended database, which wakes after so many seconds; None: at the end.

        Args:
            seconds: the time that it sleeps.
            silent: connections get no answer, in place of being refused.
        """
        asleep, awake = (
            (self._freeze, self._thaw) if silent else (self.stop_server, self.start_server)
        )
        asleep()
        waking = threading.Timer(seconds or 0, awake)
        if seconds is not None:
            waking.start()
        try:
            yield
        finally:
            if seconds is None:
                awake()
            else:
                waking.join()

    @contextmanager
    def without_pooler(self) -> Generator[None]:
        """PgBouncer is down inside."""
        self.stop_pooler()
        try:
            yield
        finally:
            self.start_pooler()

    @contextmanager
    def crowded(self, left: int, role: str = ADMIN) -> Generator[None]:
        """So many connections are left to the role inside; its others are in use."""
        (limit,) = self.execute(
            "SELECT rolconnlimit FROM pg_catalog.pg_roles WHERE rolname = %s", role
        )[0]
        (used,) = self.execute(
            "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usename = %s", role
        )[0]
        assert isinstance(limit, int)
        assert isinstance(used, int)
        held: list[psycopg.Connection[tuple[object, ...]]] = []
        try:
            held.extend(psycopg.connect(self.url(role)) for _ in range(limit - used - left))
            yield
        finally:
            for conn in held:
                conn.close()

    @contextmanager
    def exhausted(self) -> Generator[None]:
        """Every session of the pool is in a transaction inside."""
        held: list[psycopg.Connection[tuple[object, ...]]] = []
        try:
            for _ in range(POOL):
                held.append(psycopg.connect(self.url(pooled=True), prepare_threshold=None))
                held[-1].execute("SELECT 1")
            yield
        finally:
            for conn in held:
                conn.close()

    def create(self) -> None:
        """Make the data directory, the roles and the database."""
        self._own(self.home / "server.key", self.home / "server.crt")
        for name in ("data", "sockets"):
            (self.home / name).mkdir(mode=0o700)
            self._own(self.home / name)
        done = accounts.run(
            [
                *(self.bindir / "initdb", "-D", self.home / "data", "-U", SUPERUSER),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
                *("--auth=reject",),
            ],
            self.account,
            cwd=self.home,
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb: {done.stderr}")
        configuration.server(self.home, port=self.port)
        self.start_server()
        self._make_roles()
        settings = configuration.bouncer(
            self.home, port=self.pooled_port, server=self.port, password=self.passwords[POOLER]
        )
        self._own(settings, self.home / "userlist.txt")
        self.pass_file.touch(mode=0o600)
        self.pass_file.write_text(
            "".join(
                f"localhost:{port}:*:{ADMIN}:{self.passwords[ADMIN]}\n"
                for port in (self.port, self.pooled_port)
            )
        )
        self.start_pooler()

    def start_server(self) -> None:
        """Start PostgreSQL; back when it takes connections."""
        self._server = self._start("server", [self.bindir / "postgres", "-D", self.home / "data"])
        self._wait(self._server, "server", self._answers)

    def stop_server(self) -> None:
        """Stop PostgreSQL as a service does that suspends a database: its sessions end."""
        _end(self._server, SIGINT)

    def start_pooler(self) -> None:
        """Start PgBouncer; back when it takes connections."""
        found = pgbouncer()
        if found is None:
            raise RuntimeError("PgBouncer is missing: .ci/pgbouncer installs it")
        self._pooler = self._start("pooler", [found, self.home / "pooler.ini"])
        self._wait(self._pooler, "pooler", self._pooler_listens)

    def stop_pooler(self) -> None:
        """Stop PgBouncer."""
        _end(self._pooler, SIGTERM)

    def stop(self) -> None:
        """Stop both."""
        self.stop_pooler()
        self.stop_server()

    def _freeze(self) -> None:
        """The kernel takes connections, and nobody is there to answer."""
        assert self._server is not None
        self._server.send_signal(SIGSTOP)

    def _thaw(self) -> None:
        assert self._server is not None
        self._server.send_signal(SIGCONT)

    def _make_roles(self) -> None:
        """The service's roles and the customer's, and what each database starts with."""
        with psycopg.connect(self.private("template1"), autocommit=True) as conn:
            for role, options in (
                (POOLER, "LOGIN"),
                (ADMIN, "LOGIN CREATEDB CREATEROLE CONNECTION LIMIT 12"),
                (EXPIRED, "LOGIN VALID UNTIL '2020-01-01'"),
                (READER, "LOGIN"),
            ):
                made = sql.SQL("CREATE ROLE {} PASSWORD {} ").format(
                    sql.Identifier(role), self.passwords[role]
                )
                conn.execute(made.as_bytes(conn) + options.encode())
            conn.execute(_OWN.read_bytes())
            name, owner = sql.Identifier(DATABASE), sql.Identifier(ADMIN)
            conn.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        self.execute(_OWN.read_text(), database="postgres")

    def _own(self, *paths: Path) -> None:
        """Give the files to the account that the programs run as."""
        for path in paths:
            if not self.account.is_ours:
                os.chown(path, self.account.uid, self.account.gid)

    def _start(self, name: str, argv: Sequence[str | Path]) -> "subprocess.Popen[bytes]":
        """A program of the service's, as its account, in a session that no Ctrl-C reaches."""
        is_ours = self.account.is_ours
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                user=None if is_ours else self.account.uid,
                group=None if is_ours else self.account.gid,
                extra_groups=None if is_ours else (),
                start_new_session=True,
            )
        (self.home / f"{name}.pid").write_text(str(process.pid))
        return process

    def _wait(
        self, process: "subprocess.Popen[bytes]", name: str, is_ready: Callable[[], bool]
    ) -> None:
        until = time.monotonic() + _PATIENCE
        while process.poll() is None and time.monotonic() < until:
            if is_ready():
                return
            time.sleep(0.02)
        raise RuntimeError(f"no {name}: {(self.home / f'{name}.log').read_text()}")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.private("postgres")).close()
            return True
        return False

    def _pooler_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.pooled_port)) == 0


@contextmanager
def managed() -> Generator[Provider]:
    """A service of one's own, gone at the end without a trace, whatever ends this process."""
    home = quick_folder("pgmig-managed-")
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.managed.guard", str(home)],
        stdin=subprocess.PIPE,
        cwd=_ROOT,
        start_new_session=True,
    )
    try:
        provider = Provider(home)
        try:
            provider.create()
            yield provider
        finally:
            provider.stop()
    finally:
        guard.communicate()
        assert guard.returncode == 0
        assert not home.exists()


def quick_folder(prefix: str) -> Path:
    """A new folder, in memory where there is plenty, that everybody may pass through."""
    memory = Path("/dev/shm")
    plenty = os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > 2 << 30
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=memory if plenty else "/tmp"))
    folder.chmod(0o711)
    return folder


def _end(process: "subprocess.Popen[bytes] | None", sign: Signals) -> None:
    """End a program that may have ended."""
    if process is not None:
        process.send_signal(SIGCONT)
        process.send_signal(sign)
        process.wait(_PATIENCE)


def _bindir() -> Path:
    """The folder of Debian's PostgreSQL, or of the newest one here."""
    found = binaries.find()
    fitting = [one for one in found if one.major == _MAJOR] or list(found)
    if not fitting:
        raise RuntimeError(f"PostgreSQL is missing: .ci/postgres {_MAJOR} installs it")
    return max(fitting, key=lambda one: one.major).bindir


def _free_ports(count: int) -> list[int]:
    """So many ports that nobody listens on, and that no outgoing connection is given meanwhile."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no port is free from 20000 to 32000")
