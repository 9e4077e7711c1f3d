"""Statements that run alone and die at each of their steps: what the catalog says of them.

Each row of the table makes a state with a real server, by a failure or by ending the session at a
named step while open transactions hold it there, and says what is to be decided. Then the verdict
is carried out, and what stands in the end equals what an undisturbed run leaves.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import msgspec
import pytest
from psycopg.conninfo import make_conninfo

from pgmig import db
from pgmig.db.execute import Reply, send
from pgmig.engine.outcome import Evidence, Leftover, Verdict, decide, leftovers, observe
from pgmig.engine.outcome.reading import read_subject
from pgmig.engine.outcome.subject import Opaque
from pgmig.errors import ServerRefused
from pgmig.scripts.split import Piece, split

WRITER = "INSERT INTO t VALUES (9, 9)"
READER = "SELECT FROM t LIMIT 1"
OLD_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1"


def phase(name: str) -> str:
    return (
        "SELECT EXISTS (SELECT FROM pg_stat_progress_create_index"
        f" WHERE datname = current_database() AND phase = '{name}')"
    )


WRITERS_1 = (WRITER, phase("waiting for writers before build"))
WRITERS_2 = (WRITER, phase("waiting for writers before validation"))
SNAPSHOTS = (OLD_SNAPSHOT, phase("waiting for old snapshots"))
READERS_1 = (READER, phase("waiting for readers before marking dead"))
READERS_2 = (READER, phase("waiting for readers before dropping"))
LOCKED = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock')"
)
INVALID = (READER, "SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)")
DEAD = (READER, "SELECT EXISTS (SELECT FROM pg_index WHERE NOT indislive)")
# A schema is rebuilt table by table in the order of pg_class, which a vacuum changes: only one of
# its tables may have an index.
ONE_TABLE = 'SET search_path = "my s"; ALTER TABLE "T ""q"" x" SET SCHEMA other'
PENDING = (
    "SELECT FROM parted LIMIT 1",
    "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhdetachpending)",
)

# A table with two indexes and a partitioned one, in a schema that is found by the search_path; an
# index of the same name as will be made stands in another schema.
SETUP = """
DROP SCHEMA IF EXISTS "my s" CASCADE; DROP SCHEMA IF EXISTS other CASCADE;
CREATE SCHEMA "my s"; CREATE SCHEMA other;
SET search_path = "my s", public;
CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (2, 1);
CREATE INDEX i ON t (a); CREATE INDEX "I 2" ON t (b);
CREATE TABLE other.t (a int); CREATE INDEX made ON other.t (a); CREATE INDEX i ON other.t (a);
CREATE TABLE "T ""q"" x" (a int, b text); INSERT INTO "T ""q"" x" VALUES (1), (1);
CREATE UNIQUE INDEX long_ccnew ON "T ""q"" x" (b);
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE "part 1" PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF parted FOR VALUES IN (2);
"""

STATE = """
SELECT 'index', n.nspname, c.relname, pg_get_indexdef(c.oid), i.indisvalid AND i.indisready
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE i.indrelid >= 16384 AND n.nspname <> 'pg_toast'
UNION ALL SELECT 'part', inhparent::regclass::text, inhrelid::regclass::text, '', inhdetachpending
FROM pg_inherits
UNION ALL SELECT 'check', conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
FROM pg_constraint WHERE contype = 'c' AND conrelid >= 16384
UNION ALL SELECT 'toast', '', '', '', i.indisvalid FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid WHERE c.oid >= 16384 AND c.relname LIKE 'pg_toast%'
ORDER BY 1, 2, 3
"""


PARTED = """
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE part_2 PARTITION OF parted FOR VALUES IN (2);
CREATE INDEX parted_a ON parted (a);
"""


@dataclass(frozen=True)
class Case:
    """A statement and where it dies.

    Attributes:
        statement: as a script has it.
        outcome: what is to be decided.
        cleanup: what is to be done first.
        held: open transactions that stand in its way, one after the other, each with the query
            that tells when it has arrived; at the last its session is ended. Without any it is run
            to its own end.
        ends: how its session is ended there, or `runs` when it is only its runner that died.
        before: what was there before it.
        after: what somebody does before the next run.
        is_sent: whether it reached the server.
        is_others: whether it runs as a role whose doings are hidden from the one that decides.
    """

    statement: str
    outcome: str
    cleanup: tuple[str, ...] = ()
    held: tuple[tuple[str, str], ...] = ()
    ends: str = "pg_terminate_backend"
    before: str = ""
    after: str = ""
    is_sent: bool = True
    is_others: bool = False


MAKE = "CREATE INDEX CONCURRENTLY made ON t (a, b)"
UNIQUE = "CREATE UNIQUE INDEX CONCURRENTLY made ON t (b)"
UNNAMED = "CREATE INDEX CONCURRENTLY ON ONLY t (a, b)"
QUOTED = 'create unique /* c */ index concurrently "M ""x" on "T ""q"" x" (a)'
ENCODED = (
    """CREATE UNIQUE INDEX CONCURRENTLY U&"M!0020!+000022x" UESCAPE '!'"""
    r""" ON U&"T \0022q\0022 x" (a)"""
)
SKIPS = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS made ON t (b)"
DROP = "DROP INDEX CONCURRENTLY i"
REINDEX = 'REINDEX INDEX CONCURRENTLY "my s"."I 2"'
REINDEX_TABLE = "REINDEX (VERBOSE false, CONCURRENTLY) TABLE t"
REINDEX_SCHEMA = 'REINDEX SCHEMA CONCURRENTLY "my s"'
DETACH = 'ALTER TABLE IF EXISTS ONLY parted DETACH PARTITION "part 1" CONCURRENTLY'
INVALID_MADE = "CREATE UNIQUE INDEX CONCURRENTLY made ON t (b)"
LONG = f"CREATE INDEX CONCURRENTLY {'é' * 40} ON t (a, b)"
REPAIR = "REINDEX INDEX CONCURRENTLY made"
REPAIRABLE = f'SET search_path = "my s"; {INVALID_MADE}; DELETE FROM t WHERE a = 2'

DROP_MADE = 'DROP INDEX CONCURRENTLY "my s".made'
DROP_LONG = f'DROP INDEX CONCURRENTLY "my s"."{"é" * 31}"'
DROP_QUOTED = 'DROP INDEX CONCURRENTLY "my s"."M ""x"'
DROP_UNNAMED = 'DROP INDEX CONCURRENTLY "my s".t_a_b_idx'
DROP_NEW = 'DROP INDEX CONCURRENTLY "my s"."I 2_ccnew"'
DROP_OLD = 'DROP INDEX CONCURRENTLY "my s"."I 2_ccold"'
FINALIZE = 'ALTER TABLE "my s".parted DETACH PARTITION "my s"."part 1" FINALIZE'

CASES = {
    "an index that was never begun": Case(MAKE, "redo", is_sent=False),
    "an index that is there": Case(MAKE, "done"),
    "an index whose first step was interrupted": Case(
        MAKE, "redo", (DROP_MADE,), held=(WRITERS_1,), ends="pg_cancel_backend"
    ),
    "an index that was built and not validated": Case(
        MAKE, "redo", (DROP_MADE,), held=(WRITERS_1, WRITERS_2)
    ),
    "an index that waited for old snapshots": Case(MAKE, "redo", (DROP_MADE,), held=(SNAPSHOTS,)),
    "an index on which an orphan works": Case(MAKE, "busy", held=(SNAPSHOTS,), ends="runs"),
    "a unique index of rows that are equal": Case(UNIQUE, "redo", (DROP_MADE,)),
    "an index that had to wait too long": Case(
        "CREATE INDEX CONCURRENTLY made ON t (b)",
        "redo",
        (DROP_MADE,),
        held=((WRITER, phase("waiting for writers before build")),),
        ends="lock_timeout",
    ),
    "an index that somebody made by hand since": Case(
        MAKE, "done", is_sent=False, after="CREATE INDEX made ON t (a, b)"
    ),
    "an index of a name that is too long": Case(LONG, "redo", (DROP_LONG,), held=(SNAPSHOTS,)),
    "an index whose name was taken": Case(
        MAKE, "redo", before="CREATE INDEX made ON t (b)", is_sent=False
    ),
    "an index whose name another one's wreck had": Case(UNIQUE, "redo", before=INVALID_MADE),
    "an index without a name": Case(UNNAMED, "done"),
    "an index without a name that was interrupted": Case(
        UNNAMED, "redo", (DROP_UNNAMED,), held=(SNAPSHOTS,)
    ),
    "an index without a name, and another one is new": Case(
        UNNAMED, "unknown", after="CREATE INDEX ON t (a)"
    ),
    "an index with quotes in its names": Case(QUOTED, "redo", (DROP_QUOTED,)),
    "an index with escapes in its names": Case(ENCODED, "redo", (DROP_QUOTED,)),
    "IF NOT EXISTS of an index that was interrupted": Case(SKIPS, "redo", (DROP_MADE,)),
    "IF NOT EXISTS of an index that was valid before": Case(
        SKIPS, "done", before="CREATE INDEX made ON t (b)"
    ),
    "IF NOT EXISTS of another one's wreck": Case(SKIPS, "unknown", before=INVALID_MADE),
    "an index on a table that is gone": Case(MAKE, "redo", is_sent=False, after="DROP TABLE t"),
    "an index on a table that never was": Case(
        "CREATE INDEX CONCURRENTLY made ON nowhere.t (a)", "redo"
    ),
    "dropping an index that is gone": Case(DROP, "done"),
    "dropping an index that was not begun": Case(DROP, "redo", is_sent=False),
    "dropping an index that is invalid": Case(DROP, "redo", held=(INVALID,)),
    "dropping an index that is dead": Case(DROP, "redo", held=(INVALID, DEAD)),
    "dropping an index on which an orphan works": Case(DROP, "busy", held=(INVALID,), ends="runs"),
    "dropping an index that was not there": Case("DROP INDEX CONCURRENTLY IF EXISTS no", "redo"),
    "dropping an index of which there is a new one": Case(
        DROP, "done", after="CREATE INDEX i ON t (a)"
    ),
    "rebuilding an index that is new": Case(REINDEX, "done"),
    "rebuilding an index that was not begun": Case(REINDEX, "redo", is_sent=False),
    "rebuilding an index, its new one not built": Case(
        REINDEX, "redo", (DROP_NEW,), held=(WRITERS_1,)
    ),
    "rebuilding an index, its new one not yet in its place": Case(
        REINDEX, "redo", (DROP_NEW,), held=(SNAPSHOTS,)
    ),
    "rebuilding an index, its old one out of its place": Case(
        REINDEX, "done", (DROP_OLD,), held=(READERS_1,)
    ),
    "rebuilding an index, its old one dead": Case(
        REINDEX, "done", (DROP_OLD,), held=(READERS_1, READERS_2)
    ),
    "rebuilding an index that another one's wreck is": Case(REPAIR, "done", before=REPAIRABLE),
    "rebuilding a wreck, and leaving another one": Case(
        REPAIR, "redo", (f"{DROP_MADE}_ccnew",), held=(WRITERS_1,), before=REPAIRABLE
    ),
    "rebuilding a wreck, and leaving it out of its place": Case(
        REPAIR, "done", (f"{DROP_MADE}_ccold",), held=(READERS_1,), before=REPAIRABLE
    ),
    "rebuilding an index on which an orphan works": Case(
        REINDEX, "busy", held=(SNAPSHOTS,), ends="runs"
    ),
    "an index on which an orphan of another role works": Case(
        MAKE, "busy", held=(WRITERS_1,), ends="runs", is_others=True
    ),
    "dropping an index on which an orphan of another role works": Case(
        DROP, "busy", held=(INVALID,), ends="runs", is_others=True
    ),
    "rebuilding a schema on which an orphan of another role works": Case(
        REINDEX_SCHEMA,
        "busy",
        held=(SNAPSHOTS,),
        ends="runs",
        is_others=True,
        before=ONE_TABLE,
    ),
    "rebuilding a table": Case(REINDEX_TABLE, "done"),
    "rebuilding a table, its new indexes not yet in their places": Case(
        REINDEX_TABLE,
        "redo",
        (DROP_NEW, 'DROP INDEX CONCURRENTLY "my s".i_ccnew'),
        held=(SNAPSHOTS,),
    ),
    "rebuilding a schema": Case(
        REINDEX_SCHEMA,
        "redo",
        (DROP_NEW, 'DROP INDEX CONCURRENTLY "my s".i_ccnew'),
        held=(SNAPSHOTS,),
        before=ONE_TABLE,
    ),
    "rebuilding a schema on which an orphan works": Case(
        REINDEX_SCHEMA, "busy", held=(SNAPSHOTS,), ends="runs", before=ONE_TABLE
    ),
    "rebuilding what is partitioned": Case(
        "REINDEX TABLE CONCURRENTLY parted",
        "redo",
        ('DROP INDEX CONCURRENTLY "my s"."part 1_a_idx_ccnew"',),
        held=(SNAPSHOTS,),
        before='SET search_path = "my s"; CREATE INDEX ON parted (a)',
    ),
    "rebuilding the database, not at once": Case("REINDEX SCHEMA public", "redo"),
    "detaching a partition that is apart": Case(DETACH, "done"),
    "detaching a partition that was not begun": Case(DETACH, "redo", is_sent=False),
    "detaching a partition that was cancelled": Case(
        DETACH, "done", (FINALIZE,), held=(PENDING,), ends="pg_cancel_backend"
    ),
    "detaching a partition that was killed": Case(DETACH, "done", (FINALIZE,), held=(PENDING,)),
    "detaching a partition on which an orphan works": Case(
        DETACH, "busy", held=(PENDING,), ends="runs"
    ),
    "detaching a partition that was dropped since": Case(
        DETACH, "done", after='DROP TABLE "part 1"'
    ),
    "detaching what is no partition": Case(
        "ALTER TABLE parted DETACH PARTITION t CONCURRENTLY", "redo"
    ),
    "VACUUM": Case("VACUUM t", "redo"),
    "CALL": Case("CALL far()", "unknown"),
    "DO": Case("DO $$ BEGIN COMMIT; END $$", "unknown"),
}


def piece_of(sql: str) -> Piece:
    return next(split(sql))


@dataclass
class Stage:
    """One database, its superuser, and the role that deploys there."""

    url: str
    role_url: str
    admin: db.Connection
    stack: ExitStack
    pool: ThreadPoolExecutor
    holders: list[db.Connection] = field(default_factory=list)
    known: dict[tuple[str, ...], list[tuple[object, ...]]] = field(default_factory=dict)

    def deploying(self) -> db.Connection:
        conn = self.stack.enter_context(closing(db.connect(self.role_url)))
        conn.execute('SET search_path = "my s", public')
        return conn

    def set_up(self, case: Case) -> None:
        with closing(db.connect(self.role_url)) as conn:
            assert send(conn, SETUP).fault is None
            for sql in case.before.split("; "):
                send(conn, sql)

    def hold(self, sql: str) -> None:
        """Open one more transaction, which stays open."""
        conn = self.deploying()
        conn.execute(b"BEGIN")
        conn.execute(sql.encode())
        self.holders.append(conn)

    def release(self, *, keep: int = 0) -> None:
        while len(self.holders) > keep:
            self.holders.pop(0).close()

    def wait(self, question: str) -> None:
        deadline = time.monotonic() + 20
        while not self.ask(question):
            assert time.monotonic() < deadline, question

    def ask(self, question: str) -> bool:
        ((answer,),) = self.admin.execute(question.encode()).fetchall()
        return bool(answer)

    def state(self) -> list[tuple[object, ...]]:
        return list(self.admin.execute(STATE.encode()).fetchall())

    def undisturbed(self, case: Case) -> list[tuple[object, ...]]:
        """What is there when nobody dies."""
        run = (case.before, case.statement, case.after)
        if run not in self.known:
            self.set_up(case)
            conn = self.deploying()
            for sql in run[1:]:
                send(conn, sql)
            self.known[run] = self.state()
        return self.known[run]

    def run(self, case: Case, conn: db.Connection) -> Future[Reply] | None:
        """Sends the statement and ends it where the case says; gives one that still runs."""
        if not case.is_sent:
            return None
        if case.is_others:
            conn = self.stack.enter_context(closing(db.connect(self.url)))
            conn.execute('SET search_path = "my s", public')
        if case.ends == "lock_timeout":
            conn.execute("SET lock_timeout = 50")
        pid = conn.info.backend_pid
        if case.held:
            self.hold(case.held[0][0])
        running = self.pool.submit(send, conn, case.statement)
        for number, (_, question) in enumerate(case.held):
            if number:
                self.hold(case.held[number][0])
                self.release(keep=1)
            if case.ends != "lock_timeout":
                self.wait(question)
        if case.ends == "runs":
            return running
        if case.held and case.ends != "lock_timeout":
            self.ask(f"SELECT {case.ends}({pid})")
        running.result()
        self.release()
        return None


@pytest.fixture
def stage(database: str, make_role: Callable[..., str]) -> Iterator[Stage]:
    role = make_role()
    with ExitStack() as stack:
        admin = stack.enter_context(closing(db.connect(database)))
        admin.execute(f'GRANT CREATE ON DATABASE "{admin.info.dbname}" TO "{role}"'.encode())
        pool = stack.enter_context(ThreadPoolExecutor(1))
        yield Stage(database, make_conninfo(database, user=role), admin, stack, pool)


def carry_out(stage: Stage, case: Case, verdict: Verdict) -> None:
    conn = stage.deploying()
    for sql in verdict.cleanup:
        reply = send(conn, sql)
        assert reply.fault is None, (sql, reply.fault)
    if verdict.outcome == "redo":
        send(conn, case.statement)


def judged(stage: Stage, case: Case) -> tuple[str, tuple[str, ...]]:
    """What is decided; then it is carried out and compared with an undisturbed run."""
    undisturbed = stage.undisturbed(case)
    stage.set_up(case)
    conn = stage.deploying()
    piece = piece_of(case.statement)
    before = observe(conn, piece)
    assert msgspec.json.decode(msgspec.json.encode(before), type=Evidence) == before
    running = stage.run(case, conn)
    if case.after:
        send(stage.deploying(), case.after)
    with closing(db.connect(stage.role_url)) as fresh:
        first = verdict = decide(fresh, piece, before)
        assert verdict.evidence
        if running is not None:
            stage.release()
            running.result()
            verdict = decide(fresh, piece, before)
            assert verdict.outcome in ("done", "redo")
    if first.outcome != "unknown":
        carry_out(stage, case, verdict)
        assert stage.state() == undisturbed
    return first.outcome, first.cleanup


def test_the_catalog_decides_what_became_of_a_statement(stage: Stage) -> None:
    found: dict[str, object] = {}
    for name, case in CASES.items():
        try:
            found[name] = judged(stage, case)
        except AssertionError as error:
            found[name] = str(error)
        finally:
            stage.release()
    assert found == {name: (case.outcome, case.cleanup) for name, case in CASES.items()}


BLOCKED = (
    "ALTER DATABASE postgres SET TABLESPACE pg_default",
    "ALTER SYSTEM RESET work_mem",
    "ALTER TABLE parted DETACH PARTITION part_2 CONCURRENTLY",
    "CLUSTER",
    "CREATE DATABASE d",
    "CREATE INDEX CONCURRENTLY ON t (a)",
    "CREATE SUBSCRIPTION n CONNECTION '' PUBLICATION p",
    "CREATE TABLESPACE d LOCATION '/nowhere'",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS x ON t USING btree (a)",
    "DISCARD ALL",
    "DROP DATABASE d",
    "DROP INDEX CONCURRENTLY IF EXISTS i",
    "DROP TABLESPACE d",
    "REINDEX (VERBOSE) DATABASE postgres",
    "REINDEX (TABLESPACE pg_default, CONCURRENTLY) TABLE t",
    "REINDEX INDEX CONCURRENTLY i",
    "REINDEX INDEX parted_a",
    "REINDEX SCHEMA public",
    "REINDEX SYSTEM postgres",
    "REINDEX TABLE parted",
    "ROLLBACK PREPARED 'x'",
    "COMMIT PREPARED 'x''y'",
    "VACUUM (FULL, ANALYZE) t",
)


BLOCKED_SINCE_15 = ("CLUSTER parted USING parted_a",)


def test_all_that_is_refused_in_a_transaction_block_is_known(database: str) -> None:
    with closing(db.connect(database)) as conn:
        assert send(conn, "CREATE TABLE t (a int); CREATE INDEX i ON t (a)").fault is None
        assert send(conn, PARTED).fault is None
        for sql in BLOCKED + (BLOCKED_SINCE_15 if conn.info.server_version >= 150000 else ()):
            fault = send(conn, f"BEGIN; {sql}").fault
            assert (sql, fault and fault.sqlstate) == (sql, "25001")
            send(conn, "ROLLBACK")
            assert not isinstance(read_subject(sql), Opaque), sql


ROWS = (
    # what the superuser has run before, the statement, whether it runs, and the verdict
    ("", "CREATE DATABASE {db}", False, "redo"),
    ("", "CREATE DATABASE {db} TEMPLATE template0", True, "done"),
    ("", "CREATE DATABASE {db}", True, "redo"),
    ("", 'DROP DATABASE "{db}"', False, "redo"),
    ("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '{db}'", "SELECT", False, "unknown"),
    ("", "DROP DATABASE {db} WITH (FORCE)", False, "redo"),
    ("", "DROP DATABASE IF EXISTS {db}", True, "done"),
    ("", "DROP DATABASE IF EXISTS {db}", True, "redo"),
    ("", "CREATE TABLESPACE {db} LOCATION ''", True, "done"),
    ("", "DROP TABLESPACE {db}", False, "redo"),
    ("", "DROP TABLESPACE {db}", True, "done"),
    ("", "CREATE SUBSCRIPTION {db} CONNECTION 'dbname=no' PUBLICATION p WITH {off}", True, "done"),
    ("", "ALTER SUBSCRIPTION {db} ADD PUBLICATION q WITH (refresh = off)", True, "done"),
    ("", "ALTER SUBSCRIPTION {db} DROP PUBLICATION p WITH (refresh = off)", False, "redo"),
    ("", "ALTER SUBSCRIPTION {db} REFRESH PUBLICATION", False, "redo"),
    ("", "DROP SUBSCRIPTION {db}", False, "redo"),
    ("", "DROP SUBSCRIPTION {db}", True, "done"),
    ("", "COMMIT PREPARED '{db}'", True, "redo"),
)


def test_a_row_tells_of_what_belongs_to_the_whole_server(database: str) -> None:
    with closing(db.connect(database)) as conn:
        names = {
            "db": f"{conn.info.dbname}_more",
            "off": "(connect = false, slot_name = NONE)",
        }
        assert send(conn, "SET allow_in_place_tablespaces = on").fault is None
        found: list[tuple[str, bool, str]] = []
        for before, statement, runs, _ in ROWS:
            if before:
                assert send(conn, before.format(**names)).fault is None
            piece = piece_of(statement.format(**names))
            seen = observe(conn, piece)
            if runs:
                send(conn, piece.sql)
            found.append((statement, runs, decide(conn, piece, seen).outcome))
        assert found == [(statement, runs, outcome) for _, statement, runs, outcome in ROWS]


UNOBSERVED = (
    (MAKE, "redo"),
    ("CREATE INDEX CONCURRENTLY i ON t (a)", "done"),
    (INVALID_MADE, "redo"),
    (UNNAMED, "unknown"),
    (DROP, "redo"),
    ("DROP INDEX CONCURRENTLY nothing", "unknown"),
    (REINDEX, "redo"),
    (REINDEX_SCHEMA, "redo"),
    (DETACH, "redo"),
    ("ALTER TABLE parted DETACH PARTITION t CONCURRENTLY", "done"),
    ("CREATE DATABASE postgres", "unknown"),
    ("DROP DATABASE nothing", "unknown"),
)


def test_without_evidence_only_what_is_certain_is_decided(stage: Stage) -> None:
    stage.set_up(Case(MAKE, "", before=QUOTED))
    conn = stage.deploying()
    found = [(sql, decide(conn, piece_of(sql), None).outcome) for sql, _ in UNOBSERVED]
    assert found == list(UNOBSERVED)
    wreck = decide(conn, piece_of(QUOTED), None)
    assert (wreck.outcome, wreck.cleanup) == ("unknown", ())
    assert wreck.evidence == (
        'index "my s"."M ""x" on "my s"."T ""q"" x" is INVALID',
        "whether it was there before is not known",
    )


def test_evidence_of_another_form_of_statement_counts_for_nothing(stage: Stage) -> None:
    stage.set_up(Case(MAKE, "", before=INVALID_MADE))
    conn = stage.deploying()
    stale = observe(conn, piece_of("DROP INDEX CONCURRENTLY i"))
    stale = msgspec.structs.replace(stale, indexes=())
    assert decide(conn, piece_of(UNNAMED), stale).outcome == "unknown"
    same = msgspec.structs.replace(stale, form="CREATE INDEX")
    assert decide(conn, piece_of(MAKE), msgspec.structs.replace(same, new="made")).cleanup


def test_looking_waits_for_nobody_and_what_is_no_name_is_left_to_the_statement(
    stage: Stage,
) -> None:
    stage.set_up(Case(MAKE, ""))
    stage.admin.execute("CREATE SCHEMA closed; CREATE TABLE closed.t (a int)")
    conn = stage.deploying()
    conn.execute("SET lock_timeout = 50")
    stage.hold("LOCK TABLE parted, t")
    parts = observe(conn, piece_of("REINDEX TABLE parted"))
    assert parts.named is not None
    assert observe(conn, piece_of(MAKE)).indexes
    assert observe(conn, piece_of(DETACH)).state == "attached"
    for table in ("closed.t", "nowhere.t", '""', "other_database.closed.t"):
        sql = f"CREATE INDEX CONCURRENTLY i ON {table} (a)"
        assert observe(conn, piece_of(sql)).table is None
    stage.ask(f"SELECT pg_terminate_backend({conn.info.backend_pid})")
    with pytest.raises(ServerRefused):
        observe(conn, piece_of(MAKE))


WRECKS = (
    Case(MAKE, "", held=(SNAPSHOTS,)),
    Case(DROP, "", held=(INVALID, DEAD)),
    Case(REINDEX, "", held=(READERS_1,)),
    Case(DETACH, "", held=(PENDING,)),
)


def test_what_interrupted_statements_leave_is_named_with_what_to_do(stage: Stage) -> None:
    stage.set_up(WRECKS[0])
    with closing(db.connect(stage.role_url)) as conn:
        assert leftovers(conn) == ()
        for case in WRECKS:
            stage.run(case, stage.deploying())
        assert leftovers(conn) == (
            Leftover("invalid index", '"my s"."I 2_ccold"', '"my s".t', DROP_OLD),
            Leftover("invalid index", '"my s".i', '"my s".t', 'DROP INDEX CONCURRENTLY "my s".i'),
            Leftover(
                "invalid index",
                '"my s".made',
                '"my s".t',
                f'REINDEX INDEX CONCURRENTLY "my s".made, or {DROP_MADE}',
            ),
            Leftover("detaching partition", '"my s"."part 1"', '"my s".parted', FINALIZE),
        )
        for each in leftovers(conn):
            assert send(conn, each.do.split(", or ")[0]).fault is None
        assert leftovers(conn) == ()


def test_an_index_that_is_being_built_is_no_leftover(stage: Stage) -> None:
    case = Case(MAKE, "", held=(SNAPSHOTS,), ends="runs", is_others=True)
    stage.set_up(case)
    running = stage.run(case, stage.deploying())
    with closing(db.connect(stage.role_url)) as conn:
        assert leftovers(conn) == ()
    assert stage.ask("SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)")
    stage.release()
    assert running is not None
    running.result()


# Whoever may create in a schema that comes before pg_catalog could stand in for its operators.
PLANTED = """
CREATE SCHEMA evil; SET search_path = evil, pg_catalog, "my s";
CREATE FUNCTION evil.f(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION evil.f(text, text) RETURNS boolean LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION evil.f(oid, oid) RETURNS boolean LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION evil.f(name, name) RETURNS boolean LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE FUNCTION evil.f(int, int) RETURNS boolean LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
CREATE DOMAIN evil.text AS pg_catalog.int4; CREATE DOMAIN evil.oid AS pg_catalog.text;
CREATE DOMAIN evil.name AS pg_catalog.int4;
"""


def test_nothing_in_the_search_path_stands_in_for_what_is_asked(stage: Stage) -> None:
    stage.set_up(Case(MAKE, ""))
    conn = stage.deploying()
    assert send(conn, PLANTED).fault is None
    types = ("pg_catalog.text", "pg_catalog.oid", "pg_catalog.name", "int", '"char"', "anyelement")
    for operator in ("=", "<>", ">", "-"):
        for each in types:
            text = f"CREATE OPERATOR evil.{operator} (FUNCTION = evil.f, LEFTARG = {each}"
            send(conn, f"{text}, RIGHTARG = {each})")
    assert send(conn, "SELECT 'a'::pg_catalog.name = 'a'::pg_catalog.name").fault is not None
    for sql in (MAKE, DROP, REINDEX, REINDEX_SCHEMA, DETACH, "CREATE DATABASE d"):
        before = observe(conn, piece_of(sql))
        assert decide(conn, piece_of(sql), before).outcome == "redo", sql
    assert observe(conn, piece_of(MAKE)).table is not None
    assert leftovers(conn) == ()


@pytest.mark.newest
def test_what_is_left_in_pg_toast_goes_where_the_role_may(stage: Stage) -> None:
    sql = 'REINDEX TABLE CONCURRENTLY "T ""q"" x"'
    case = Case(sql, "", held=(SNAPSHOTS,))
    piece = piece_of(sql)
    stage.set_up(case)
    before = observe(stage.deploying(), piece)
    stage.run(case, stage.deploying())
    verdict = decide(stage.deploying(), piece, before)
    assert verdict.cleanup == ('DROP INDEX CONCURRENTLY "my s".long_ccnew_ccnew',)
    assert "and this role may not drop it" in " ".join(verdict.evidence)
    verdict = decide(stage.admin, piece, before)
    assert len(verdict.cleanup) == 2
    carry_out(stage, case, msgspec.structs.replace(verdict, cleanup=verdict.cleanup[:1]))
    for text in verdict.cleanup[1:]:
        assert send(stage.admin, text).fault is None, text
    assert leftovers(stage.admin) == ()
